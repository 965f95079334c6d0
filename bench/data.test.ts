import assert from "node:assert/strict"
import { suite, test } from "node:test"
import { BenchError } from "./benchError.ts"
import { answerOf, averageOf, keySets, salaries, vins } from "./data.ts"

suite("the data", () => {
  test("one seed gives the same data, another gives other data", () => {
    assert.deepEqual(salaries(1, 100), salaries(1, 100))
    assert.notDeepEqual(salaries(1, 100), salaries(2, 100))
    assert.deepEqual(keySets(1, 100), keySets(1, 100))
    assert.notDeepEqual(keySets(1, 100), keySets(2, 100))
  })

  test("salaries are spread over 16 bits, and a thousand of them add up within JIFF's field", () => {
    const all = salaries(3, 1_000)
    assert.ok(all.every((salary) => Number.isInteger(salary) && salary >= 10_000 && salary < 60_000))
    assert.ok(new Set(all).size > 950)
    assert.ok(all.reduce((sum, salary) => sum + salary, 0) < 67_108_859)
  })

  for (const size of [1, 2, 7, 1_000]) {
    test(`of two sets of ${size} keys, half are in common`, () => {
      const { mine, theirs } = keySets(4, size)
      assert.deepEqual([mine.length, theirs.length], [size, size])
      assert.deepEqual([new Set(mine).size, new Set(theirs).size], [size, size])
      assert.equal(new Set(mine).intersection(new Set(theirs)).size, Math.floor(size / 2))
      assert.ok([...mine, ...theirs].every((key) => /^[0-9A-HJ-NPR-Z]{17}$/.test(key)))
    })
  }

  test("the two sets do not come in one order", () => {
    const { mine, theirs } = keySets(5, 1_000)
    const common = new Set(mine).intersection(new Set(theirs))
    const [one, other] = [mine, theirs].map((keys) => keys.filter((key) => common.has(key)))
    assert.notDeepEqual(one, other)
    assert.notDeepEqual(mine, mine.toSorted())
  })

  test("keys of different serials differ", () => {
    const [first, second] = [[...vins(1, 0, 500)], [...vins(1, 500, 1_000)]]
    assert.equal(new Set([...first, ...second]).size, 1_000)
  })

  test("an answer tells which keys there are, and not in which order", () => {
    assert.equal(answerOf(["B", "A"]), answerOf(["A", "B"]))
    assert.notEqual(answerOf(["A", "B"]), answerOf(["A", "C"]))
    assert.notEqual(answerOf(["A", "B"]), answerOf(["A"]))
  })

  test("an average is exact, and without zeros at its end", () => {
    assert.equal(averageOf(34_870_910, 1_000), "34870.91")
    assert.equal(averageOf(20, 10), "2")
    assert.equal(averageOf(100, 10), "10")
    assert.equal(averageOf(1, 100), "0.01")
    assert.equal(averageOf(0, 10), "0")
    assert.throws(() => averageOf(1, 3), BenchError)
  })
})
