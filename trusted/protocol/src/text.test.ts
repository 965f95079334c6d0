import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { DecodeError, type DecodeCode } from "./errors.ts"
import { limits } from "./limits.ts"
import { matchKey, message, name, utf8Length } from "./text.ts"

function assertRefused(code: DecodeCode, run: () => unknown): void {
  assert.throws(run, (error) => error instanceof DecodeError && error.code === code)
}

describe("fault 11: names", () => {
  for (const right of ["A", "z", "0", ".", "..", "-", "_", "AvgComp", "a.b_c-9", "x".repeat(limits.nameBytesMax)]) {
    test(`${right} is a name`, () => assert.equal(name(right), right))
  }
  const wrong = [
    "",
    " ",
    "a b",
    "a/b",
    "a\\b",
    "é",
    "ａ",
    "a\n",
    "\na",
    "a\u0000",
    "\u001b[31m",
    "a:b",
    "a,b",
    "x".repeat(65),
  ]
  for (const each of wrong) {
    test(`${JSON.stringify(each)} is none`, () => assertRefused("NAME_SYNTAX", () => name(each)))
  }
})

describe("keys", () => {
  const right = [
    "K",
    " ",
    "é",
    "e",
    "\u0000",
    "\u001b[31m",
    "💶",
    "\ufeff",
    "x".repeat(256),
    "é".repeat(128),
    "💶".repeat(64),
  ]
  for (const each of right)
    test(`${JSON.stringify(each.slice(0, 9))} is a key`, () => assert.equal(matchKey(each), each))
  const wrong: readonly (readonly [string, string])[] = [
    ["no bytes", ""],
    ["257 bytes", "x".repeat(257)],
    ["257 bytes in 129 letters", `${"é".repeat(128)}x`],
    ["normalization form D", "e\u0301"],
    ["a compatibility form that NFC replaces", "\u212b"],
    ["a high surrogate alone", "a\ud800"],
    ["a low surrogate alone", "\udc00a"],
    ["surrogates the wrong way round", "\udc00\ud800"],
  ]
  for (const [what, each] of wrong) test(`none: ${what}`, () => assertRefused("KEY_SYNTAX", () => matchKey(each)))
})

describe("messages", () => {
  for (const right of ["", "hi", "e\u0301", "\u001b[2J", "x".repeat(1_024), "💶".repeat(256)]) {
    test(`${JSON.stringify(right.slice(0, 9))} is a message`, () => assert.equal(message(right), right))
  }
  for (const [what, each] of [
    ["1025 bytes", "x".repeat(1_025)],
    ["1026 bytes in 513 letters", "é".repeat(513)],
    ["a lone surrogate", "\ud83d"],
  ] as const) {
    test(`none: ${what}`, () => assertRefused("MESSAGE_SYNTAX", () => message(each)))
  }
})

test("no refusal quotes what was written", () => {
  for (const run of [
    () => name("se cret"),
    () => matchKey("se cret".repeat(99)),
    () => message("se cret".repeat(999)),
  ]) {
    assert.throws(run, (error) => error instanceof DecodeError && !error.message.includes("cret"))
  }
})

test("length is counted in bytes of UTF-8", () => {
  assert.deepEqual(["", "a", "é", "€", "💶"].map(utf8Length), [0, 1, 2, 3, 4])
})
