import {
  computationTypes,
  limits,
  name,
  requestId,
  type ComputationType,
  type Descriptor,
  NO_KEY_TERMS,
} from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { decimalTextArb } from "../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { party } from "../../../testing/src/world.ts"
import { UserError } from "./errors.ts"
import { readSubmission } from "./submission.ts"

function descriptor(type: ComputationType): Descriptor {
  const id = requestId(new Uint8Array(16))
  return {
    id,
    name: name("It"),
    type,
    quorum: 2,
    release: { kind: "first" },
    convenor: party(1),
    participants: [party(1), party(2)],
    expiresAt: undefined,
    ...NO_KEY_TERMS,
  }
}

function refused(type: ComputationType, code: UserError["code"], value: string, beside?: string): void {
  assert.throws(
    () => readSubmission(descriptor(type), value, beside),
    { name: "UserError", code },
    JSON.stringify(value),
  )
}

const numeric = computationTypes.filter((type) => type !== "key")

describe("a number", () => {
  test("is taken as it is written, by each type that takes one", (t) => {
    fc.assert(
      fc.property(fc.constantFrom(...numeric), decimalTextArb, (type, value) => {
        assert.deepEqual(readSubmission(descriptor(type), value, undefined), { kind: "number", value })
      }),
      fuzz(t, 200),
    )
  })

  const none = [
    "",
    " ",
    "five",
    "+5",
    "1e3",
    "0x10",
    "٣",
    "５",
    "1,000",
    "1.",
    ".5",
    "-",
    "--1",
    "1 2",
    " 1",
    "1\n",
    "NaN",
    "Infinity",
    "−5",
  ]
  for (const value of none) {
    test(`fault 10: ${JSON.stringify(value)} is none`, () => {
      for (const type of numeric) refused(type, "INVALID_VALUE", value)
    })
  }

  test("with too many digits is over a limit, whatever their value", () => {
    const { decimalWholeDigitsMax: whole, decimalFractionDigitsMax: fraction } = limits
    for (const value of ["1".repeat(whole), `-${"9".repeat(whole)}.${"9".repeat(fraction)}`]) {
      assert.ok(readSubmission(descriptor("avg"), value, undefined))
    }
    for (const value of ["1".repeat(whole + 1), `${"0".repeat(whole)}1`, `1.${"0".repeat(fraction + 1)}`]) {
      refused("avg", "LIMIT_EXCEEDED", value)
    }
  })

  test("goes without a message, even an empty one", () => {
    for (const beside of ["hi", ""]) refused("avg", "INVALID_VALUE", "1", beside)
  })
})

describe("a key", () => {
  test("may be any text, even a number, with a message or none", () => {
    assert.deepEqual(readSubmission(descriptor("key"), "42", undefined), { kind: "key", key: "42", message: undefined })
    assert.deepEqual(readSubmission(descriptor("key"), " \u001b", ""), { kind: "key", key: " \u001b", message: "" })
  })

  test("is the same however its letters were typed; a message is left as it is", () => {
    for (const typed of ["Mu\u0308ller", "M\u00fcller"]) {
      const expected = { kind: "key", key: "M\u00fcller", message: typed }
      assert.deepEqual(readSubmission(descriptor("key"), typed, typed), expected)
    }
  })

  test("has a limit in bytes, and so has its message", () => {
    const { keyBytesMax, messageBytesMax } = limits
    assert.ok(readSubmission(descriptor("key"), "é".repeat(keyBytesMax / 2), "é".repeat(messageBytesMax / 2)))
    refused("key", "LIMIT_EXCEEDED", "k".repeat(keyBytesMax + 1))
    refused("key", "LIMIT_EXCEEDED", `${"é".repeat(keyBytesMax / 2)}k`)
    refused("key", "LIMIT_EXCEEDED", "k", "m".repeat(messageBytesMax + 1))
  })

  test("is not nothing, nor half a character", () => {
    refused("key", "INVALID_VALUE", "")
    refused("key", "INVALID_VALUE", "\ud800")
    refused("key", "INVALID_VALUE", "k", "\udfff")
  })

  test("fault 12: no error quotes what was typed", (t) => {
    fc.assert(
      fc.property(fc.constantFrom(...computationTypes), fc.string({ minLength: 6 }), (type, value) => {
        try {
          readSubmission(descriptor(type), `secret${value}`, "x".repeat(2_000))
        } catch (error) {
          assert.ok(error instanceof UserError)
          assert.ok(!error.message.includes("secret"))
        }
      }),
      fuzz(t, 200),
    )
  })
})
