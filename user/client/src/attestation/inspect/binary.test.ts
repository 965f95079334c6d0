import { strict as assert } from "node:assert"
import { test } from "node:test"
import { binaryOf } from "./binary.ts"

const utf8 = new TextEncoder()
/** With both characters in which the alphabets of base64 differ. */
const quote = Uint8Array.of(4, 0, 2, 0, 0x81, 0, 0xfb, 0xef, 0xff, 0xff, 7)

test("digits and base64 are read, in the spellings that are about", () => {
  const base64 = quote.toBase64()
  assert.match(base64, /\+.*\/|\/.*\+/)
  for (const text of [
    quote.toHex(),
    `0x${quote.toHex().toUpperCase()}\n`,
    ` ${quote.toHex().slice(0, 8)}\r\n${quote.toHex().slice(8)}`,
    base64,
    `${base64.slice(0, 5)}\n${base64.slice(5)}\n`,
    quote.toBase64({ alphabet: "base64url", omitPadding: true }),
  ]) {
    assert.equal(binaryOf(utf8.encode(text)).toHex(), quote.toHex(), text)
  }
})

test("bytes, armor, and what is neither, stay as they are", () => {
  for (const bytes of [
    quote,
    new Uint8Array(0),
    Uint8Array.of(0x84, 0x41, 0x41),
    utf8.encode("-----BEGIN EVENT MANAGER EVIDENCE-----"),
    utf8.encode("0x0*"),
    utf8.encode("AAAAA"),
    utf8.encode("A=A="),
    utf8.encode("{}"),
    Uint8Array.of(0x41, 0xff),
  ]) {
    assert.equal(binaryOf(bytes).toHex(), bytes.toHex())
  }
})
