import { InvariantError } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { test } from "node:test"
import { Column } from "./column.ts"
import { NONE, Records } from "./records.ts"

const CHUNK = 16_384

test("records keep their words, over several chunks", () => {
  const records = new Records(3)
  for (let i = 0; i < 2 * CHUNK + 5; i++) {
    assert.equal(records.add(), i)
    for (const word of [0, 1, 2]) records.set(i, word, i * 3 + word)
  }
  for (const i of [0, 7, 8, CHUNK - 1, CHUNK, 2 * CHUNK, 2 * CHUNK + 4]) {
    assert.deepEqual(
      [0, 1, 2].map((word) => records.get(i, word)),
      [i * 3, i * 3 + 1, i * 3 + 2],
    )
  }
  assert.equal(records.get(2 * CHUNK + 5, 0) === NONE || records.get(2 * CHUNK + 5, 0) === 0, true)
  assert.equal(records.get(9 * CHUNK, 0), NONE, "what was never added is none")
})

test("a few records take a few words", () => {
  const records = new Records(5)
  assert.equal(records.words, 0)
  for (let i = 0; i < 8; i++) records.add()
  assert.equal(records.words, 8 * 5)
  records.add()
  assert.equal(records.words, 16 * 5)
})

test("a chunk whose records have all gone is given back, and its numbers stay gone", () => {
  const records = new Records(2)
  for (let i = 0; i < 3 * CHUNK; i++) records.add()
  const before = records.words
  for (let i = CHUNK; i < 2 * CHUNK; i++) records.remove(i)
  assert.equal(records.words, before - CHUNK * 2)
  assert.equal(records.get(CHUNK + 3, 1), NONE)
  records.set(CHUNK + 3, 1, 7)
  assert.equal(records.add(), 3 * CHUNK)
  // The chunk being filled goes when the next is begun.
  for (let i = 2 * CHUNK; i < 3 * CHUNK; i++) records.remove(i)
  assert.equal(records.words, CHUNK * 2 + CHUNK * 2)
})

test("a record goes once", () => {
  const records = new Records(1)
  records.add()
  records.remove(0)
  assert.throws(() => records.remove(0), InvariantError)
})

test("a column keeps its numbers in order, and has none beyond its end", () => {
  const column = new Column()
  for (let i = 0; i < CHUNK + 10; i++) column.add(i * 2)
  assert.equal(column.length, CHUNK + 10)
  for (const i of [0, 8, CHUNK - 1, CHUNK, CHUNK + 9]) assert.equal(column.at(i), i * 2)
  assert.equal(column.at(CHUNK + 10), undefined)
})
