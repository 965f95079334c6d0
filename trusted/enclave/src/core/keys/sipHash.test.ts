import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { sipHash, SIP_WORDS } from "./sipHash.ts"

/** Of the authors' reference, for 128 bits: the key is 00 to 0f, the input so many bytes from 00 on. */
const vectors: Readonly<Record<number, string>> = {
  0: "a3817f04ba25a8e66df67214c7550293",
  1: "da87c1d86b99af44347659119b22fc45",
  7: "a1f1ebbed8dbc153c0b84aa61ff08239",
  8: "3b62a9ba6258f5610f83e264f31497b4",
  15: "5493e99933b0a8117e08ec0f97cfc3d9",
  16: "6ee2a4ca67b054bbfd3315bf85230577",
  17: "473d06e8738db89854c066c47ae47740",
  63: "5150d1772f50834a503e069a973fbd7c",
}

function counting(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map((_, i) => i)
}

function digestOf(key: Uint8Array<ArrayBuffer>, bytes: Uint8Array, start = 0, end = bytes.length): string {
  const digest = new Int32Array(SIP_WORDS)
  sipHash(digest, new Uint32Array(key.buffer), bytes, start, end)
  return new Uint8Array(digest.buffer).toHex()
}

describe("SipHash-2-4-128", () => {
  for (const [length, expected] of Object.entries(vectors)) {
    test(`the reference's vector of ${length} bytes`, () => {
      assert.equal(digestOf(counting(16), counting(Number(length))), expected)
    })
  }
  test("hashes what stands between start and end, and nothing beside it", () => {
    const around = new Uint8Array([0xff, ...counting(17), 0xee, 0xdd])
    assert.equal(digestOf(counting(16), around, 1, 18), vectors[17])
  })
  test("another key gives another digest, and so does each bit of the input", () => {
    const input = counting(17)
    const digests = new Set([digestOf(counting(16), input), digestOf(new Uint8Array(16), input)])
    for (let bit = 0; bit < 17 * 8; bit++) {
      const changed = input.with(bit >>> 3, (input[bit >>> 3] ?? 0) ^ (1 << (bit & 7)))
      digests.add(digestOf(counting(16), changed))
    }
    assert.equal(digests.size, 2 + 17 * 8)
  })
})
