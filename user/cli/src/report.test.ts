import { explainRefusal } from "@event-manager/client"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { reasons } from "../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { exitStatusOf, Voice, type Streams } from "./report.ts"

const report = { code: "SUCCESS", message: "It worked", lines: ["SUCCESS: It worked", "   more"], data: { path: "x" } }
const advice = [{ code: "QUORUM_ONE" as const, text: "It has quorum 1" }]

class Captured implements Streams {
  said = ""
  wrong = ""
  out(text: string): void {
    this.said += text
  }
  err(text: string): void {
    this.wrong += text
  }
}

function voice(isJson: boolean): { voice: Voice; to: Captured } {
  const to = new Captured()
  return { voice: new Voice(to, isJson), to }
}

test("the exit status is 0 for the codes that carry an answer, 1 for any other", () => {
  for (const code of ["SUCCESS", "NO_RESULTS"]) assert.equal(exitStatusOf({ ...report, code }), 0)
  const subject = { computation: "X", party: "P" }
  const refusals = reasons.map((reason) => explainRefusal({ kind: "refused", reason, parameter: 0 }, subject).code)
  for (const code of [...refusals, "ENCLAVE_CHANGED", "", "success"]) {
    assert.equal(exitStatusOf({ ...report, code }), 1, code)
  }
})

describe("to a person", () => {
  test("lines go to standard output, warnings, advice and failures to standard error", () => {
    const { voice: it, to } = voice(false)
    it.say("Creating")
    it.warn("skipped X")
    it.advise(advice)
    it.finish(report)
    it.fail("CODE", "why")
    assert.equal(to.said, "Creating\nSUCCESS: It worked\n   more\n")
    assert.deepEqual(to.wrong.split("\n"), [
      "event-client: warning: skipped X",
      "event-client: please note: It has quorum 1",
      "event-client: CODE: why",
      "",
    ])
  })
})

describe("to a script", () => {
  test("one object at the end, with all that was said on the way", () => {
    const { voice: it, to } = voice(true)
    it.say("Creating")
    it.warn("skipped X")
    it.advise(advice)
    assert.equal(to.said, "")
    it.finish(report)
    assert.equal(to.wrong, "")
    assert.deepEqual(JSON.parse(to.said), {
      code: "SUCCESS",
      message: "It worked",
      path: "x",
      advice,
      warnings: ["skipped X"],
    })
    assert.ok(to.said.endsWith("}\n"))
  })

  test("a failure is an object too", () => {
    const { voice: it, to } = voice(true)
    it.fail("CODE", "why")
    assert.deepEqual(JSON.parse(to.said), { code: "CODE", message: "why", advice: [], warnings: [] })
    assert.equal(to.wrong, "")
  })

  test("fault 12: whatever text is in it, the object is one line that no terminal acts on, and reads back as it was", (t) => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\u009b2J", "\u202ex", "\u2028", "\u{e0041}", "\\u0000", "\u007f"),
    )
    fc.assert(
      fc.property(text, text, (key, value) => {
        const { voice: it, to } = voice(true)
        it.stream({ [`_${key}`]: value })
        assert.deepEqual(JSON.parse(to.said), { [`_${key}`]: value })
        assert.doesNotMatch(to.said.slice(0, -1), /[\p{C}\p{Zl}\p{Zp}]/u)
      }),
      fuzz(t, 500),
    )
  })
})
