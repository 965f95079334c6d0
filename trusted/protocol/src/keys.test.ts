import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { decode, encode, list } from "./codec.ts"
import { DecodeError } from "./errors.ts"
import { bytesOf, digest, partyKey, partyKeyCodec, partyKeyList, requestId } from "./keys.ts"

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

describe("a list of keys", () => {
  const keys = Array.from({ length: 1_000 }, (_, i) => partyKey(new Uint8Array(32).fill(i).fill(i >> 8, 7, 8)))

  test("has the bytes of a list of single keys, whatever its length, and is read back", () => {
    for (const length of [0, 1, 2, 999, 1_000]) {
      const some = keys.slice(0, length)
      const encoded = encode(partyKeyList(0, 1_000), some)
      assert.deepEqual(encoded, encode(list(partyKeyCodec, 0, 1_000), some))
      const read = decode(partyKeyList(0, 1_000), encoded)
      assert.deepEqual(read, some)
      assert.deepEqual(encode(partyKeyList(0, 1_000), read), encoded)
      const other = read.toReversed()
      assert.deepEqual(encode(partyKeyList(0, 1_000), other), encode(list(partyKeyCodec, 0, 1_000), other))
    }
  })
  test("keeps nothing of what it was read from", () => {
    const encoded = encode(partyKeyList(0, 1_000), keys)
    const read = decode(partyKeyList(0, 1_000), encoded)
    const before = encoded.slice()
    encoded.fill(0)
    assert.deepEqual(encode(partyKeyList(0, 1_000), read), before)
  })
  test("is refused where it is too long or short, or ends within a key", () => {
    const encoded = encode(partyKeyList(0, 1_000), keys.slice(0, 3))
    const refused = (bytes: Uint8Array, min: number, max: number, code: string): void =>
      assert.throws(
        () => decode(partyKeyList(min, max), bytes),
        (error) => error instanceof DecodeError && error.code === code,
      )
    // All these bounds have lengths of two bytes.
    refused(encoded, 4, 1_000, "LENGTH_OUT_OF_RANGE")
    refused(encode(partyKeyList(0, 1_000), keys.slice(0, 10)), 0, 9, "LENGTH_OUT_OF_RANGE")
    refused(Uint8Array.of(0, 33, ...new Uint8Array(33)), 0, 1_000, "TRUNCATED")
    refused(encoded.subarray(0, -1), 0, 1_000, "TRUNCATED")
  })
})
