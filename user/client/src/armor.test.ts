import { DecodeError } from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { test } from "node:test"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { readArmor, writeArmor } from "./armor.ts"

const LABEL = "EVENT MANAGER TEST"
const bytes = Uint8Array.from({ length: 100 }, (_, i) => i)
const text = writeArmor(LABEL, bytes)

function refused(armor: string, label = LABEL): void {
  assert.throws(() => readArmor(label, armor), { name: "DecodeError", code: "ARMOR" }, armor.slice(0, 80))
}

test("bytes come back as they were, from lines that mail can carry", (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (each) => {
      const armor = writeArmor(LABEL, each)
      assert.deepEqual(readArmor(LABEL, armor), new Uint8Array(each))
      for (const line of armor.split("\n")) assert.match(line, /^[\x20-\x7e]{0,64}$/)
    }),
    fuzz(t, 200),
  )
})

test("what mail does to lines and their surroundings does no harm", () => {
  for (const carried of [text.replaceAll("\n", "\r\n"), `\n\n${text}\n \n`, text.trimEnd()]) {
    assert.deepEqual(readArmor(LABEL, carried), bytes)
  }
})

test("another label, a line too few, or a letter that is none of base64's, is no armor", () => {
  refused(text, "EVENT MANAGER RESULT")
  refused(text.replace("BEGIN", "END"))
  for (const cut of ["", "\n", text.slice(text.indexOf("\n")), text.slice(0, text.lastIndexOf("-----END"))])
    refused(cut)
  for (const letter of ["!", "\u0000", "é", "=", "-"]) refused(text.replace("AwQF", `A${letter}QF`))
  refused(writeArmor(LABEL, new Uint8Array([1])).replace("AQ==", "AR=="))
  refused(writeArmor(LABEL, new Uint8Array([1])).replace("AQ==", "AQ"))
})

test("nothing but a DecodeError, whatever stands there", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.boolean(), (made, isInside) => {
      try {
        readArmor(LABEL, isInside ? text.replace("AwQF", made) : made)
      } catch (error) {
        assert.ok(error instanceof DecodeError)
      }
    }),
    fuzz(t, 300),
  )
})
