import { partyKey } from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { test } from "node:test"
import { bytesArb } from "../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { fingerprint } from "./fingerprint.ts"

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"

test("known fingerprints (RFC 4648 section 6)", () => {
  assert.equal(fingerprint(partyKey(new Uint8Array(32))), "aaaa-aaaa-aaaa-aaaa-aaaa")
  assert.equal(fingerprint(partyKey(new Uint8Array(32).fill(255))), "7777-7777-7777-7777-7777")
  const foobar = new Uint8Array(32)
  foobar.set(new TextEncoder().encode("foobarfoobarf"))
  // The RFC's BASE32("fooba") is MZXW6YTB.
  assert.ok(fingerprint(partyKey(foobar)).startsWith("mzxw-6ytb-"))
})

test("it is the first 100 bits and nothing else", (t) => {
  fc.assert(
    fc.property(bytesArb(32), bytesArb(20), (key, tail) => {
      const letters = fingerprint(partyKey(key)).replaceAll("-", "")
      const bits = [...letters].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("")
      const expected = [...key].map((byte) => byte.toString(2).padStart(8, "0")).join("")
      assert.equal(bits, expected.slice(0, 100))
      const same = new Uint8Array(key)
      same.set(tail.subarray(1), 13)
      assert.equal(fingerprint(partyKey(same)), fingerprint(partyKey(key)))
    }),
    fuzz(t, 200),
  )
})
