import fc from "fast-check"
import { name } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { fuzz } from "../../../../testing/src/fuzz.ts"
import { readCursor, writeCursor } from "./cursor.ts"
import { Seen } from "./seen.ts"

test("a submission is seen once, as a set would have it", (t) => {
  const position = fc.oneof(fc.nat(70), fc.constantFrom(31, 32, 1_023, 1_024, 49_999_999))
  const submissions = fc.array(fc.record({ computation: fc.constantFrom(name("A"), name("B")), position }))
  fc.assert(
    fc.property(submissions, (submissions) => {
      const [seen, model] = [new Seen(), new Set<string>()]
      for (const each of submissions) {
        const known = `${each.computation} ${each.position}`
        assert.equal(seen.add(each), !model.has(known))
        model.add(known)
      }
    }),
    fuzz(t, 300),
  )
})

describe("a cursor", () => {
  test("is read as it was written", () => {
    const written = writeCursor("0123456789abcdef".repeat(4), 17)
    assert.equal(written, "0123456789abcdef-17")
    assert.deepEqual(readCursor(written), { life: "0123456789abcdef", next: 17 })
    assert.equal(readCursor(undefined), undefined)
  })
  for (const wrong of [
    "",
    "17",
    "0123456789abcdef",
    "0123456789abcdef-",
    "0123456789abcdef--1",
    "0123456789ABCDEF-1",
  ]) {
    test(`is not '${wrong}'`, () => {
      assert.throws(() => readCursor(wrong), { name: "UsageError", message: /is no cursor/ })
    })
  }
})
