import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { fuzz } from "../../../../../testing/src/fuzz.ts"
import { Table } from "./table.ts"

type Op = { readonly kind: "insert" | "remove"; readonly pick: number; readonly hash: number }

const opArb: fc.Arbitrary<Op> = fc.record({
  kind: fc.constantFrom("insert" as const, "insert" as const, "remove" as const),
  pick: fc.nat(),
  // Few different hashes, so that they collide, and hashes that begin at the same slot and wrap around the end.
  hash: fc.oneof(fc.nat(12), fc.integer(), fc.constantFrom(-1, -9, 7, 15)),
})

describe("a table", () => {
  test("finds what a Map finds, whatever was inserted and removed, and how hashes collide", (t) => {
    const property = fc.property(fc.array(opArb, { maxLength: 400, size: "max" }), (ops) => {
      const table = new Table()
      const model = new Map<number, number>()
      for (const [number, { kind, pick, hash }] of ops.entries()) {
        const there = [...model.keys()]
        if (kind === "insert") {
          table.insert(hash, number)
          model.set(number, hash)
        } else if (there.length > 0) {
          const gone = there[pick % there.length] ?? 0
          table.remove(model.get(gone) ?? 0, gone)
          model.delete(gone)
        }
        assert.equal(table.count, model.size)
      }
      for (const [number, hash] of model)
        assert.equal(
          table.find(hash, (each) => each === number),
          number,
        )
      for (const [number, { hash }] of ops.entries()) {
        const found = table.find(hash, (each) => each === number)
        assert.equal(found, model.has(number) ? number : undefined)
      }
    })
    fc.assert(property, fuzz(t, 300))
  })
  test("shows candidates of one hash alone", () => {
    const table = new Table()
    for (let i = 0; i < 100; i++) table.insert(i % 10, i)
    const seen: number[] = []
    table.find(3, (each) => {
      seen.push(each)
      return false
    })
    assert.deepEqual(
      [...new Set(seen)].sort((a, b) => a - b),
      [3, 13, 23, 33, 43, 53, 63, 73, 83, 93],
    )
  })
  test("no insertion moves more than a few entries, and what is empty shrinks again", () => {
    const table = new Table()
    const count = 100_000
    // As the secret key spreads them.
    const hashOf = (i: number): number => Math.imul(i + 1, 0x9e3779b1)
    for (let i = 0; i < count; i++) table.insert(hashOf(i), i)
    const full = table.words
    assert.ok(full < count * 12, `${full} words`)
    for (let i = 0; i < count; i++) table.remove(hashOf(i), i)
    for (let i = 0; i < 2 * count; i++) {
      table.insert(hashOf(i), i)
      table.remove(hashOf(i), i)
    }
    assert.equal(table.count, 0)
    assert.ok(table.words < full / 100, `${table.words} of ${full} words are left`)
  })
})
