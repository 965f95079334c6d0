import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { matchKeyArb, messageArb, nameArb } from "../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { packMatches, type NumberedMatch } from "../../../testing/src/packing.ts"
import { party } from "../../../testing/src/world.ts"
import { DecodeError } from "./errors.ts"
import { MatchCursor, MatchWriter, MATCH_BYTES_MAX, PackedMatches } from "./packedMatches.ts"
import { matchKey, message, name } from "./text.ts"

const participants = Array.from({ length: 8 }, (_, i) => party(i))
const matchArb: fc.Arbitrary<NumberedMatch> = fc.record(
  {
    computation: fc.oneof(nameArb, fc.constantFrom(name("A"), name("B"))),
    party: fc.nat(7),
    position: fc.nat(2 ** 32 - 1),
    key: fc.oneof(matchKeyArb, fc.constantFrom(matchKey("K"), matchKey("L"))),
    message: fc.option(messageArb, { nil: undefined }),
  },
  { noNullPrototype: true },
)
const plain: NumberedMatch = { computation: name("A"), party: 1, position: 7, key: matchKey("K"), message: undefined }

describe("packed matches", () => {
  test("are read back as what was packed", (t) => {
    const property = fc.property(fc.array(matchArb, { maxLength: 30 }), (all) => {
      const matches = packMatches(all)
      assert.equal(matches.count, all.length)
      const expected = all.map((each) => ({ ...each, party: party(each.party) }))
      assert.deepEqual([...matches.matches(() => participants)], expected)
      assert.deepEqual([...PackedMatches.check(matches.bytes).matches(() => participants)], expected)
    })
    fc.assert(property, fuzz(t, 300))
  })
  test("those of one key that stand together share it, and those of one computation its name", () => {
    const one = packMatches([plain]).bytes.length
    assert.equal(packMatches([plain, plain]).bytes.length, one + 7)
    assert.equal(packMatches([plain, { ...plain, key: matchKey("L") }]).bytes.length, one + 7 + 6)
    assert.equal(packMatches([plain, { ...plain, computation: name("B") }]).bytes.length, 2 * one)
  })
  test("none takes more than is said, and the longest as much", () => {
    const longest = {
      computation: name("n".repeat(64)),
      party: 1_023,
      position: 2 ** 32 - 1,
      key: matchKey("k".repeat(256)),
      message: message("m".repeat(1_024)),
    }
    assert.equal(packMatches([longest]).bytes.length, MATCH_BYTES_MAX)
  })
  test("of a computation or a participant that is not known are left out", () => {
    const all = [plain, { ...plain, computation: name("B") }, { ...plain, party: 99 }]
    const read = packMatches(all).matches((computation) => (computation === "A" ? participants : undefined))
    assert.deepEqual(
      [...read].map((each) => [each.computation, each.party]),
      [["A", party(1)]],
    )
  })
  test("a cursor tells where a key begins anew", () => {
    const cursor = new MatchCursor(packMatches([plain, { ...plain, party: 2 }, { ...plain, key: matchKey("L") }]))
    const starts: number[] = []
    while (cursor.next()) starts.push(cursor.keyStart)
    assert.equal(starts[0], starts[1])
    assert.notEqual(starts[1], starts[2])
    assert.equal(cursor.next(), false)
  })
  test("whatever the bytes, they are read as a whole or refused", (t) => {
    const mutatedArb = fc.tuple(fc.array(matchArb, { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(255))
    const property = fc.property(mutatedArb, ([all, at, byte]) => {
      const bytes = packMatches(all).bytes.slice()
      bytes[at % bytes.length] = byte
      for (const each of [bytes, bytes.slice(0, at % bytes.length)]) {
        try {
          const read = PackedMatches.check(each)
          assert.equal([...read.matches(() => participants)].length <= read.count, true)
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error))
        }
      }
    })
    fc.assert(property, fuzz(t, 500))
  })
})

describe("a writer of matches", () => {
  const K = new TextEncoder().encode("K")
  test("takes what there is room for, whole, to the last byte", () => {
    const one = packMatches([plain]).bytes.length
    const writer = new MatchWriter(one + 7 + 6)
    writer.computation(name("A"))
    writer.key(K, 0, 1)
    for (const _ of [1, 2]) assert.equal(writer.add(1, 7, undefined, 0, 0), true)
    assert.equal(writer.add(1, 7, undefined, 0, 0), false)
    assert.equal(writer.finish().count, 2)
  })
  test("a key that does not fit leaves nothing of itself", () => {
    const writer = new MatchWriter(24)
    writer.computation(name("A"))
    writer.key(K, 0, 1)
    assert.equal(writer.add(1, 7, undefined, 0, 0), true)
    writer.computation(name("B"))
    writer.key(K, 0, 1)
    assert.equal(writer.add(1, 7, undefined, 0, 0), false)
    assert.deepEqual(writer.finish().bytes, packMatches([plain]).bytes)
  })
  test("an empty one is empty", () => {
    assert.equal(new MatchWriter(100).finish().bytes.length, 0)
  })
})
