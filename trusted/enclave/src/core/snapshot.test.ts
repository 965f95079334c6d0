import { decodeAll, encode, limits, name } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { ALICE, BOB, codeOf, expectKind, INDEX_KEY, key, number, packed, World } from "../../../../testing/src/world.ts"
import { eventCodec, type Event } from "./event.ts"
import { evolve } from "./evolve.ts"
import { checkState } from "./invariants.ts"
import { eventsOf } from "./snapshot.ts"
import { emptyState, type State } from "./state.ts"

function replay(events: Iterable<Event>): World {
  const state: State = emptyState(INDEX_KEY)
  for (const event of events) for (const each of decodeAll(eventCodec, encode(eventCodec, event))) evolve(state, each)
  checkState(state)
  const world = new World()
  Object.assign(world, { state })
  // Requests that were answered before would get the replies that they got.
  for (let i = 0; i < 100; i++) world.freshId()
  return world
}

describe("a snapshot of a computation over keys", () => {
  test("keeps what is counted over all that ever was: weight, positions, and how much each has submitted", () => {
    const world = new World()
    world.create("It", { type: "key", keysMax: 5, participants: [ALICE, BOB] })
    world.submitMany(ALICE, "It", packed("A", "B", "C", "D"), 32_768)
    world.submit(BOB, "It", key("D"))
    world.retire(ALICE, "It", packed("A", "D"))
    const again = replay(eventsOf(world.state))
    assert.deepEqual(again.head("It"), world.head("It"))
    const [paged, pagedAgain] = [world, again].map((each) => each.step(ALICE, { kind: "matches", after: 0, page: 0 }))
    assert.equal(pagedAgain?.frameSizeMin, paged?.frameSizeMin)
    assert.equal(pagedAgain?.frameSizeMin, 131_072, "one and a half of the batch's frame")
    assert.equal(codeOf(again.submitMany(ALICE, "It", packed("E", "F"))), "LIMIT_EXCEEDED")
    again.submit(ALICE, "It", key("D"))
    assert.deepEqual(
      again.matches(BOB).matches.map((each) => each.position),
      [4, 5],
      "a number that was used is not used again",
    )
  })
  test("has the links of many events in few of its own, and none of the keys that went", () => {
    const world = new World()
    world.checked = false
    world.create("It", { type: "key" })
    for (let i = 0; i < 10_000; i++) world.submit(ALICE, "It", key("K"))
    world.retire(ALICE, "It", packed("K"))
    const events = [...eventsOf(world.state)]
    assert.deepEqual(
      events.slice(0, 5).map(({ kind }) => kind),
      ["accepted", "linked", "linked", "linked", "counted"],
    )
    const head = world.head("It")
    const again = replay(events)
    assert.deepEqual(again.head("It"), head)
    for (const length of [1, 2, 4_096, 4_097, 8_193, 10_001]) {
      const link = world.state.computations.get(name("It"))?.history.link(length)
      assert.equal(again.state.computations.get(name("It"))?.history.link(length), link)
    }
  })
  test("that is deleted while it is read is in it whole, and goes with the log", () => {
    const world = new World()
    world.checked = false
    world.create("Gone", { type: "key" })
    for (let i = 0; i < 40; i++) {
      const keys = Array.from({ length: 100 }, (_, n) => `${i * 100 + n}`.padEnd(60, "."))
      world.submitMany(ALICE, "Gone", packed(...keys), 8_192)
    }
    const snapshot = eventsOf(world.state)
    const drawn = [snapshot.next(), snapshot.next(), snapshot.next()].flatMap(({ value }) => value ?? [])
    const since = world.events.length
    world.delete(ALICE, "Gone")
    world.create("Gone", { type: "avg" })
    world.submit(BOB, "Gone", number("7"))
    drawn.push(...snapshot)
    const atFirst = replay(drawn)
    assert.equal([...atFirst.state.computations.values()][0]?.inputs.submissions, 4_000)
    const again = replay([...drawn, ...world.events.slice(since)])
    assert.deepEqual(again.head("Gone"), world.head("Gone"))
    assert.equal(again.state.keyTextBytes, 0)
  })
})

test("replies that are pushed out while a snapshot is drawn are in it, in their order", () => {
  const world = new World()
  world.create("It")
  const { replies } = world.state.parties.get(ALICE) ?? assert.fail()
  for (let i = 0; i < 30; i++) world.submit(ALICE, "It", number(`${i}`))
  const snapshot = eventsOf(world.state)
  const since = world.events.length
  for (let i = 0; i < limits.repliesPerPartyMax + 20; i++) world.submit(ALICE, "It", number(`${i}`))
  const again = replay([...snapshot, ...world.events.slice(since)])
  assert.deepEqual([...(again.state.parties.get(ALICE)?.replies.keys() ?? [])], [...replies.keys()])
})

test("a snapshot that ends, or is broken off, watches no more", () => {
  const world = new World()
  world.create("It")
  const whole = eventsOf(world.state)
  assert.notEqual(world.state.snapshot, undefined)
  assert.ok([...whole].length > 0)
  assert.equal(world.state.snapshot, undefined)
  const broken = eventsOf(world.state)
  broken.next()
  broken.return(undefined)
  assert.equal(world.state.snapshot, undefined)
  expectKind(world.submit(ALICE, "It", number("1")), "submitted")
})
