import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { DecodeError } from "./errors.ts"
import { bytesOf, digest, partyKey, requestId } from "./keys.ts"

const constructors = [
  ["partyKey", partyKey, 32, "PARTY_KEY_SYNTAX"],
  ["requestId", requestId, 16, "LENGTH_OUT_OF_RANGE"],
  ["digest", digest, 32, "LENGTH_OUT_OF_RANGE"],
] as const

for (const [title, make, length, code] of constructors) {
  describe(title, () => {
    test("is lower-case hexadecimal digits, and its bytes again", () => {
      const raw = new Uint8Array(length).map((_, i) => 255 - i)
      assert.equal(make(raw), Buffer.from(raw).toString("hex"))
      assert.deepEqual(bytesOf(make(raw)), raw)
    })
    test("is made of a view too, and keeps nothing of it", () => {
      const whole = new Uint8Array(length + 2).fill(7)
      const made = make(whole.subarray(1, length + 1))
      whole.fill(0)
      assert.equal(made, "07".repeat(length))
    })
    test("has one length only", () => {
      for (const wrong of [0, 1, length - 1, length + 1, 2 * length]) {
        assert.throws(
          () => make(new Uint8Array(wrong)),
          (error) => error instanceof DecodeError && error.code === code,
        )
      }
    })
  })
}
