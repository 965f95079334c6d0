import { limits } from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { fuzz } from "../../../../testing/src/fuzz.ts"
import { SequenceWindow } from "./window.ts"

const SIZE = limits.sequenceWindow

/** Every number ever spent, and the rule that what is SIZE or more behind the highest is spent too. */
class NaiveWindow {
  readonly #spent = new Set<number>()
  #highest = -1

  isSpent(sequence: number): boolean {
    return this.#spent.has(sequence) || sequence <= this.#highest - SIZE
  }

  spend(sequence: number): void {
    this.#spent.add(sequence)
    this.#highest = Math.max(this.#highest, sequence)
  }
}

/** Steps from one sequence to the next tried: small ones, and ones about the size of the window. */
const stepArb = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -SIZE - 2, max: SIZE + 2 }),
  fc.constantFrom(-SIZE - 1, -SIZE, -SIZE + 1, SIZE - 1, SIZE, SIZE + 1, 2 * SIZE, 31, 32, 33),
)
const startArb = fc.constantFrom(0, 1, SIZE, 2 ** 31 - 2, 2 ** 32 - SIZE, 2 ** 52, Number.MAX_SAFE_INTEGER - 40)

describe("the window of a session", () => {
  test("fault 1: accepts each number once, as a set of all numbers would", (t) => {
    const property = fc.property(startArb, fc.array(stepArb, { maxLength: 200, size: "max" }), (start, steps) => {
      const window = new SequenceWindow()
      const naive = new NaiveWindow()
      let at = start
      for (const each of steps) {
        at = Math.min(Math.max(0, at + each), Number.MAX_SAFE_INTEGER)
        assert.equal(window.isSpent(at), naive.isSpent(at), `${at}`)
        if (naive.isSpent(at)) continue
        window.spend(at)
        naive.spend(at)
        assert.equal(window.isSpent(at), true)
      }
    })
    fc.assert(property, fuzz(t, 500))
  })
  test("numbers up to a window behind the highest may come late, in any order", () => {
    const window = new SequenceWindow()
    window.spend(SIZE - 1)
    for (let late = SIZE - 2; late >= 0; late--) {
      assert.equal(window.isSpent(late), false)
      window.spend(late)
      assert.equal(window.isSpent(late), true)
    }
  })
  test("what is a whole window behind counts as spent", () => {
    const window = new SequenceWindow()
    window.spend(SIZE)
    assert.equal(window.isSpent(0), true)
    assert.equal(window.isSpent(1), false)
  })
  test("asking spends nothing", () => {
    const window = new SequenceWindow()
    assert.equal(window.isSpent(Number.MAX_SAFE_INTEGER), false)
    assert.equal(window.isSpent(0), false)
  })
})
