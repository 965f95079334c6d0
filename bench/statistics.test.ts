import assert from "node:assert/strict"
import { suite, test } from "node:test"
import { BenchError } from "./benchError.ts"
import { median, percentile } from "./statistics.ts"

suite("statistics", () => {
  test("the median is the middle value, or between the two in the middle, in whatever order they come", () => {
    assert.equal(median([3]), 3)
    assert.equal(median([10, 9, 100]), 10)
    assert.equal(median([4, 1, 3, 100]), 3.5)
  })

  test("a percentile is a value that was measured", () => {
    const hundred = Array.from({ length: 100 }, (_, at) => 100 - at)
    assert.equal(percentile(hundred, 99), 99)
    assert.equal(percentile(hundred, 50), 50)
    assert.equal(percentile(hundred, 100), 100)
    assert.equal(percentile([7, 9], 99), 9)
    assert.equal(percentile([7, 9], 0), 7)
  })

  test("nothing has neither", () => {
    assert.throws(() => median([]), BenchError)
    assert.throws(() => percentile([], 50), BenchError)
  })
})
