import { frameSizes } from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { bytesArb, opaqueArb } from "../../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../../testing/src/fuzz.ts"
import {
  anchorValue,
  EVENTS_BYTES_MAX,
  hashOf,
  openRecord,
  RecordKeys,
  recordSize,
  sealRecord,
  type Content,
  type Header,
} from "./record.ts"

const bytes = (value: number): Uint8Array<ArrayBuffer> => new Uint8Array(32).fill(value)
const FORMAT = 2
const keys = new RecordKeys(bytes(0x5e))
const header = { kind: "record", life: bytes(1), index: 7, part: 0, previous: bytes(2) } as const
const genesis = { identitySeed: bytes(3), historyKey: bytes(4) }
const content: Content = { register: undefined, genesis: undefined, events: new Uint8Array([1, 2, 3]), last: true }

test("a record is read back as it was sealed, whatever is in it, and has the size it was given", (t) => {
  const property = fc.property(
    opaqueArb(0, 5_000),
    fc.option(bytesArb(32), { nil: undefined }),
    fc.boolean(),
    fc.boolean(),
    (events, register, isFirst, last) => {
      const sealedContent: Content = { register, genesis: isFirst ? genesis : undefined, events, last }
      for (const spare of [0, 3_000]) {
        const size = recordSize(sealedContent, spare)
        const record = sealRecord(keys, header, sealedContent, size)
        assert.equal(record.length, size)
        assert.ok(frameSizes.some((each) => each === size))
        const opened = openRecord(new RecordKeys(bytes(0x5e)), "it", record)
        assert.deepEqual(opened.content, sealedContent)
        assert.deepEqual(opened.header, { format: FORMAT, keyId: keys.keyId, ...header })
      }
    },
  )
  fc.assert(property, fuzz(t, 100))
})

test("the longest content fits the largest record", () => {
  const events = new Uint8Array(EVENTS_BYTES_MAX)
  const longest: Content = { register: bytes(9), genesis, events, last: true }
  const record = sealRecord(keys, header, longest, recordSize(longest, 0))
  assert.equal(record.length, frameSizes.at(-1))
  assert.equal(openRecord(keys, "it", record).content.events.length, EVENTS_BYTES_MAX)
})

describe("keys and nonces", () => {
  const whole: Header = { format: FORMAT, keyId: keys.keyId, ...header }
  test("each life, each kind and each sealing key has a key of its own", () => {
    const others: Header[] = [whole, { ...whole, life: bytes(2) }, { ...whole, kind: "snapshotPart" }]
    const found = [keys, new RecordKeys(bytes(0x5f))].flatMap((each) => others.map((one) => each.keyOf(one)))
    assert.equal(new Set(found.map((each) => Buffer.from(each).toString("hex"))).size, 6)
    assert.deepEqual(keys.keyOf({ ...whole, index: 8, part: 1 }), keys.keyOf(whole))
  })
  test("the same content is sealed otherwise in another life, place or part", () => {
    const places: Omit<Header, "format" | "keyId">[] = [
      header,
      { ...header, life: bytes(2) },
      { ...header, index: 8 },
      { ...header, part: 1 },
      { ...header, kind: "snapshotPart" },
    ]
    const sealed = places.map((each) =>
      Buffer.from(sealRecord(keys, each, content, 2_048).subarray(87)).toString("hex"),
    )
    assert.equal(new Set(sealed.map((each) => each.slice(0, 64))).size, places.length)
  })
  test("which sealing key it was says nothing of it", () => {
    assert.equal(keys.keyId.length, 8)
    assert.notDeepEqual(keys.keyId, new RecordKeys(bytes(0x5f)).keyId)
    assert.ok(!Buffer.from(bytes(0x5e)).includes(Buffer.from(keys.keyId)))
  })
})

test("what the anchor is extended by cannot be computed from what is stored", () => {
  const hash = hashOf(sealRecord(keys, header, content, 2_048))
  const value = anchorValue(genesis, hash)
  assert.equal(value.length, 32)
  assert.notDeepEqual(value, hash)
  assert.notDeepEqual(value, anchorValue({ ...genesis, historyKey: bytes(5) }, hash))
  assert.deepEqual(value, anchorValue({ ...genesis, identitySeed: bytes(5) }, hash))
})
