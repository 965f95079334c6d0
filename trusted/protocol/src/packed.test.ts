import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { matchKeyArb, messageArb } from "../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { packed } from "../../../testing/src/world.ts"
import { batchBytesMax, batchFrameSize, batchKeysMax, BATCH_BYTES_MAX, BATCH_KEYS_MAX } from "./bulk.ts"
import { decode, encode, list, optional, struct } from "./codec.ts"
import { contentBytesMax } from "./envelope.ts"
import { DecodeError, type DecodeCode } from "./errors.ts"
import { frameSizes } from "./frame.ts"
import { KeyCursor, KeyPacker, PackedKeys, packedKeysCodec, type KeySubmission } from "./packed.ts"
import { matchKeyCodec, messageCodec } from "./text.ts"

/** The same vector as one of structures, with an object for each. */
const plainCodec = list(struct({ key: matchKeyCodec, message: optional(messageCodec) }), 1, 800)
const submissionArb: fc.Arbitrary<KeySubmission> = fc.record(
  { key: matchKeyArb, message: fc.option(messageArb, { nil: undefined }) },
  { noNullPrototype: true },
)

function hasCode(code: DecodeCode): (error: unknown) => boolean {
  return (error) => error instanceof DecodeError && error.code === code
}

describe("packed keys", () => {
  test("are encoded as a vector of structures, and read back as what was packed", (t) => {
    const property = fc.property(fc.array(submissionArb, { minLength: 1, maxLength: 30 }), (all) => {
      const keys = PackedKeys.of(all)
      assert.equal(keys.count, all.length)
      assert.deepEqual([...keys], all)
      assert.deepEqual(encode(packedKeysCodec, keys), encode(plainCodec, all))
      assert.deepEqual([...decode(packedKeysCodec, encode(plainCodec, all))], all)
    })
    fc.assert(property, fuzz(t, 300))
  })
  test("a cursor stands at each key in its turn", () => {
    const keys = packed("K", ["é", ""], ["LL", "hi"])
    const cursor = new KeyCursor(keys)
    const seen: unknown[] = []
    while (cursor.next()) {
      const text = (start: number, end: number): string => new TextDecoder().decode(keys.bytes.subarray(start, end))
      const message = cursor.hasMessage ? text(cursor.messageStart, cursor.messageEnd) : undefined
      seen.push([text(cursor.keyStart, cursor.keyEnd), message])
    }
    assert.deepEqual(seen, [
      ["K", undefined],
      ["é", ""],
      ["LL", "hi"],
    ])
    assert.equal(cursor.next(), false)
  })
  const bad: readonly [string, string, DecodeCode][] = [
    ["a length that is cut short", "00", "TRUNCATED"],
    ["a key that is cut short", "00024b", "TRUNCATED"],
    ["a key without a word on its message", "00014b", "TRUNCATED"],
    ["a message that is cut short", "00014b010002ff", "TRUNCATED"],
    ["a message's length that is cut short", "00014b0100", "TRUNCATED"],
    ["an empty key", "000000", "LENGTH_OUT_OF_RANGE"],
    ["a presence of 2", "00014b02", "UNKNOWN_VARIANT"],
    ["a key that is not UTF-8", "0001ff00", "NOT_UTF8"],
    ["a key of a lone surrogate", "0003eda08000", "NOT_UTF8"],
    ["a key in normalization form D", "000365cc8100", "KEY_SYNTAX"],
    ["a message that is not UTF-8", "00014b010001c3", "NOT_UTF8"],
    ["a message of 1,025 bytes", `00014b010401${"61".repeat(1_025)}`, "LENGTH_OUT_OF_RANGE"],
    ["a second key with a fault of its own", "00014b00000000", "LENGTH_OUT_OF_RANGE"],
  ]
  for (const [what, digits, code] of bad) {
    test(`refuses ${what}`, () => {
      assert.throws(() => PackedKeys.check(Uint8Array.fromHex(digits)), hasCode(code))
    })
  }
  test("what stands before each key may be anything", () => {
    const bytes = Uint8Array.fromHex("ffffffffffff00014b0000000000000000014c00")
    const keys = PackedKeys.check(bytes, 6)
    const cursor = new KeyCursor(keys, 6)
    const starts: number[] = []
    while (cursor.next()) starts.push(cursor.start)
    assert.deepEqual(starts, [0, 10])
  })
  test("no more of them than one request carries", () => {
    const most = Array.from({ length: BATCH_KEYS_MAX }, () => "K")
    assert.equal(decode(packedKeysCodec, encode(packedKeysCodec, packed(...most))).count, BATCH_KEYS_MAX)
    const bytes = new Uint8Array([...packed(...most).bytes, ...packed("K").bytes])
    const digits = bytes.length.toString(16).padStart(6, "0")
    const encoded = new Uint8Array([...Uint8Array.fromHex(digits), ...bytes])
    assert.throws(() => decode(packedKeysCodec, encoded), hasCode("LENGTH_OUT_OF_RANGE"))
    assert.throws(() => packed(...most, "K"), hasCode("LENGTH_OUT_OF_RANGE"))
  })
})

describe("a packer", () => {
  test("takes what there is room for, whole, and then goes on from nothing", () => {
    const packer = new KeyPacker(20, 3)
    assert.ok(packer.isEmpty)
    assert.equal(packer.add("ABCDEFG", undefined), true)
    assert.equal(packer.add("ABCDEFG", "h"), false, "ten bytes, and three for the message")
    assert.equal(packer.add("ABCDEFG", undefined), true)
    assert.equal(packer.add("A", undefined), false)
    assert.deepEqual(
      [...packer.take()].map((each) => each.key),
      ["ABCDEFG", "ABCDEFG"],
    )
    assert.ok(packer.isEmpty)
    for (let i = 0; i < 3; i++) assert.equal(packer.add(`${i}`, undefined), true)
    assert.equal(packer.add("3", undefined), false, "no more keys than it was told")
    assert.equal(packer.take().count, 3)
  })
  test("fills its bytes to the last", () => {
    const packer = new KeyPacker(12, 9)
    assert.equal(packer.add("é".repeat(4), undefined), true)
    assert.equal(packer.take().bytes.length, 11)
    assert.equal(packer.add("éééé!", undefined), true)
    assert.equal(packer.take().bytes.length, 12)
    assert.equal(packer.add("ééééé", undefined), false)
    assert.equal(packer.add("K", "123456"), true)
    assert.equal(packer.take().bytes.length, 12)
  })
  for (const [what, key, beside, code] of [
    ["an empty key", "", undefined, "KEY_SYNTAX"],
    ["a key of 257 bytes", "k".repeat(257), undefined, "KEY_SYNTAX"],
    ["a key of 258 bytes in 129 letters", "é".repeat(129), undefined, "KEY_SYNTAX"],
    ["a lone surrogate", "\ud800", undefined, "KEY_SYNTAX"],
    ["a key in normalization form D", "e\u0301", undefined, "KEY_SYNTAX"],
    ["a message of 1,025 bytes", "K", "m".repeat(1_025), "MESSAGE_SYNTAX"],
    ["a message with a lone surrogate", "K", "\udc00", "MESSAGE_SYNTAX"],
  ] as const) {
    test(`refuses ${what}, and keeps what it has`, () => {
      const packer = new KeyPacker(4_096, 9)
      packer.add("before", undefined)
      assert.throws(() => packer.add(key, beside), hasCode(code))
      packer.add("after", undefined)
      assert.deepEqual(
        [...packer.take()].map((each) => each.key),
        ["before", "after"],
      )
    })
  }
})

describe("how much a frame carries", () => {
  test("leaves room for what stands beside the keys, and grows with the frame", () => {
    for (const size of frameSizes) {
      assert.ok(batchBytesMax(size) + 512 <= contentBytesMax("mail", size))
      assert.ok(batchKeysMax(size) > 100)
    }
    assert.equal(batchBytesMax(frameSizes[5]), BATCH_BYTES_MAX)
  })
  test("the smallest frame that may carry so many keys, of so many bytes", () => {
    for (const [index, size] of frameSizes.entries()) {
      assert.equal(batchFrameSize(1, batchBytesMax(size)), size)
      assert.equal(batchFrameSize(batchKeysMax(size), 10), size)
      const next = frameSizes[index + 1]
      if (next === undefined) continue
      assert.equal(batchFrameSize(1, batchBytesMax(size) + 1), next)
      assert.equal(batchFrameSize(batchKeysMax(size) + 1, 10), next)
    }
  })
})
