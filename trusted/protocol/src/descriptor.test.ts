import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { party } from "../../../testing/src/world.ts"
import { decode, encode } from "./codec.ts"
import { descriptorCodec, NO_KEY_TERMS, type Descriptor } from "./descriptor.ts"
import { DecodeError, InvariantError } from "./errors.ts"
import { requestId } from "./keys.ts"
import { name } from "./text.ts"

const plain: Descriptor = {
  id: requestId(new Uint8Array(16)),
  name: name("It"),
  type: "key",
  quorum: 2,
  release: { kind: "first" },
  convenor: party(1),
  participants: [party(1), party(2)],
  expiresAt: undefined,
  ...NO_KEY_TERMS,
}
const TYPE_AT = 16 + 3

describe("terms for keys", () => {
  test("are no part of a descriptor that states none: its digest is what it was before there were any", () => {
    const encoded = encode(descriptorCodec, plain)
    assert.equal(encoded[TYPE_AT], 3)
    assert.equal(encoded.length, 16 + 3 + 1 + 4 + 1 + 32 + 2 + 64 + 1)
  })
  for (const terms of [
    { keysMax: 0 },
    { keysMax: 7 },
    { matches: "counted" },
    { keysMax: 7, matches: "counted" },
  ] as const) {
    test(`are read back: ${JSON.stringify(terms)}`, () => {
      const encoded = encode(descriptorCodec, { ...plain, ...terms })
      assert.equal(encoded[TYPE_AT], 4)
      assert.deepEqual(decode(descriptorCodec, encoded), { ...plain, ...terms })
    })
  }
  test("have one encoding: a descriptor that says that it has some, and has none, is refused", () => {
    const encoded = new Uint8Array([...encode(descriptorCodec, plain), 0, 0])
    encoded[TYPE_AT] = 4
    assert.throws(() => decode(descriptorCodec, encoded), DecodeError)
    encoded[encoded.length - 1] = 1
    assert.deepEqual(decode(descriptorCodec, encoded), { ...plain, matches: "counted" })
  })
  test("are of computations over keys alone", () => {
    assert.throws(() => encode(descriptorCodec, { ...plain, type: "avg", keysMax: 7 }), InvariantError)
    const unknown = encode(descriptorCodec, plain).with(TYPE_AT, 255)
    assert.throws(() => decode(descriptorCodec, unknown), DecodeError)
  })
})
