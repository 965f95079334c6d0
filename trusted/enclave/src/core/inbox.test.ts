import { matchKey, name, type Match } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { test } from "node:test"
import { party } from "../../../../testing/src/world.ts"
import { Inbox } from "./inbox.ts"

function matchesOf(computation: string, count: number): Match[] {
  return Array.from({ length: count }, (_, position) => ({
    computation: name(computation),
    position,
    party: party(1),
    key: matchKey("K"),
    message: undefined,
  }))
}

function positions({ matches }: { matches: readonly Match[] }): number[] {
  return matches.map((each) => each.position)
}

test("an inbox is read in pages from any number on", () => {
  const inbox = new Inbox()
  inbox.add(matchesOf("A", 3))
  inbox.add(matchesOf("B", 2))
  assert.deepEqual(positions(inbox.read(0, 2)), [0, 1])
  assert.deepEqual(positions(inbox.read(2, 2)), [2, 0])
  assert.equal(inbox.read(2, 2).next, 4)
  assert.deepEqual(inbox.read(5, 2), { matches: [], next: 5 })
  assert.deepEqual(inbox.read(Number.MAX_SAFE_INTEGER, 2), { matches: [], next: Number.MAX_SAFE_INTEGER })
  assert.deepEqual(positions(inbox.read(4, 100)), [1])
})

test("what is forgotten leaves a gap that reading goes over", () => {
  const inbox = new Inbox()
  for (const each of ["A", "B", "A", "B"]) inbox.add(matchesOf(each, 2))
  assert.equal(inbox.forget(name("A")), 4)
  assert.equal(inbox.size, 4)
  assert.deepEqual(inbox.read(0, 1).next, 3)
  assert.deepEqual(inbox.read(3, 10), { matches: matchesOf("B", 2).slice(1).concat(matchesOf("B", 2)), next: 8 })
  assert.equal(inbox.forget(name("A")), 0)
  inbox.add(matchesOf("C", 1))
  assert.equal(inbox.read(8, 1).next, 9)
})
