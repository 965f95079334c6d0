import { ownParts } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { notProvedKinds, provedKinds } from "../model/enclaveFacts.ts"
import { failureCodes } from "../model/failure.ts"
import { normalisations, rowProblems, tableWarnings } from "../model/keyTable.ts"
import { en } from "./en.ts"
import { bestLanguage, counted, isWordKey, language, languages, numberText, say, speak, t } from "./words.ts"

const NAME = /\{\w+\}/g

/** The parameters of a text, in alphabetic order: languages have them in another. */
function parametersOf(text: string): readonly string[] {
  return [...new Set(text.match(NAME) ?? [])].sort()
}

describe("every language", () => {
  for (const { tag, load } of languages) {
    test(`${tag} has the keys and parameters of English, and no empty text`, async () => {
      const words: Readonly<Record<string, string>> = await load()
      assert.deepEqual(Object.keys(words).sort(), Object.keys(en).sort())
      for (const [key, text] of Object.entries(en)) {
        assert.deepEqual(parametersOf(words[key] ?? ""), parametersOf(text), key)
        assert.notEqual(words[key]?.trim(), "", key)
      }
    })
    test(`${tag} says every text with the parameters that it is given`, async () => {
      await speak(tag)
      const given = Object.fromEntries(
        Object.values(en)
          .flatMap(parametersOf)
          .map((each) => [each.slice(1, -1), "X"]),
      )
      for (const key of Object.keys(en).filter(isWordKey)) assert.doesNotMatch(say(key, given), NAME, key)
      await speak("en")
    })
  }
})

describe("keys that are computed", () => {
  test("every failure says what happened and what to do, from the parameters that it has", () => {
    for (const code of failureCodes) {
      for (const part of ["title", "todo"]) {
        const key = `failure.${code}.${part}`
        assert.ok(isWordKey(key), key)
        assert.doesNotMatch(say(key, { number: 3, detail: "" }), NAME, key)
      }
    }
  })
  test("there are words for what is proved, rows, warnings and forms of keys", () => {
    const keys = [
      ...provedKinds.map((each) => `proved.${each}`),
      ...notProvedKinds.map((each) => `notProved.${each}`),
      ...ownParts.map((each) => `own.${each}`),
      ...rowProblems.map((each) => `row.${each}`),
      ...normalisations.map((each) => `keys.normalise.${each}`),
      ...tableWarnings.flatMap((each) => [`table.${each}.one`, `table.${each}.other`]),
    ]
    assert.deepEqual(
      keys.filter((key) => !isWordKey(key)),
      [],
    )
  })
  test("whatever has a form for one has one for others", () => {
    for (const key of Object.keys(en).filter((each) => each.endsWith(".one"))) {
      assert.ok(isWordKey(key.replace(/\.one$/, ".other")), key)
    }
  })
})

describe("saying", () => {
  test("parameters stand where the text has them, numbers in the reader's way", async () => {
    assert.equal(t("quorum.picture", { participants: 1_024, quorum: 3 }), "1,024 participants; 3 must submit")
    await speak("de")
    assert.equal(t("quorum.picture", { participants: 1_024, quorum: 3 }), "1.024 Beteiligte; 3 müssen einreichen")
    assert.equal(numberText(1_234), "1.234")
    await speak("en")
  })
  test("a parameter is text: what looks like another parameter in it stays", () => {
    assert.equal(t("delete.title", { name: "{n}" }), "Delete {n}?")
  })
  test("one and others have their forms", () => {
    assert.equal(counted("list.found", 1), "1 computation")
    assert.equal(counted("list.found", 0), "0 computations")
  })
})

describe("languages", () => {
  test("the first of the reader's that there is", () => {
    assert.equal(bestLanguage(["fr-FR", "de-AT", "en"]), "de")
    assert.equal(bestLanguage(["EN-us"]), "en")
    assert.equal(bestLanguage(["ar"]), "en")
    assert.equal(bestLanguage([]), "en")
  })
  test("one that there is not is English", async () => {
    await speak("xx")
    assert.equal(language(), "en")
  })
})
