import { limits, name } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { manyComputations } from "../../../../testing/src/bounds.ts"
import {
  ALICE,
  answerIn,
  BOB,
  CHARLEY,
  DENISE,
  id,
  key,
  number,
  party,
  refused,
  World,
  INDEX_KEY,
} from "../../../../testing/src/world.ts"
import { evolve } from "./evolve.ts"
import { checkState } from "./invariants.ts"
import { emptyState } from "./state.ts"

describe("a retry with the same request id gets the first reply again, and has no effect", () => {
  test("at once", () => {
    const world = new World()
    const first = world.tryCreate("It", { requestId: id(1) })
    const again = world.tryCreate("It", { requestId: id(1) })
    assert.deepEqual(again, first)
    assert.equal(world.list(ALICE).descriptors.length, 1)
  })
  test("after other requests: a superseded number does not come back", () => {
    const world = new World()
    world.create("It")
    const first = world.submit(ALICE, "It", number("1"), id(1))
    world.submit(ALICE, "It", number("3"), id(2))
    assert.deepEqual(world.submit(ALICE, "It", number("1"), id(1)), first)
    world.submit(BOB, "It", number("5"))
    assert.deepEqual(answerIn(world.result(BOB, "It")), { kind: "number", value: "4" })
  })
  test("after the lock, and after deletion", () => {
    const world = new World()
    world.create("It")
    const first = world.submit(ALICE, "It", number("1"), id(1))
    world.submit(BOB, "It", number("5"))
    world.result(BOB, "It")
    assert.deepEqual(world.submit(ALICE, "It", number("1"), id(1)), first)
    const gone = world.delete(ALICE, "It", id(2))
    assert.deepEqual(world.delete(ALICE, "It", id(2)), gone)
    assert.equal(refused(world.delete(ALICE, "It", id(3))), "NO_SUCH_COMPUTATION")
  })
  test("fault 8: a key submitted again by a retry is told once", () => {
    const world = new World()
    world.create("It", { type: "key" })
    world.submit(ALICE, "It", key("K"))
    for (let i = 0; i < 3; i++) world.submit(BOB, "It", key("K", "hi"), id(1))
    assert.equal(world.matches(ALICE).matches.length, 2)
  })
  test("another party's request of the same id is another request", () => {
    const world = new World()
    world.create("It")
    world.submit(ALICE, "It", number("1"), id(1))
    world.submit(BOB, "It", number("5"), id(1))
    assert.deepEqual(answerIn(world.result(BOB, "It")), { kind: "number", value: "3" })
  })
  test("a refusal is not remembered: the same request may succeed later", () => {
    const world = new World()
    assert.equal(refused(world.submit(ALICE, "It", number("1"), id(1))), "NO_SUCH_COMPUTATION")
    world.create("It")
    assert.equal(world.submit(ALICE, "It", number("1"), id(1)).kind, "submitted")
  })
  test("the latest 64 are kept, and the one before them is forgotten", () => {
    const world = new World()
    world.create("It", { convenor: DENISE })
    world.submit(BOB, "It", number("4"))
    for (let i = 0; i <= limits.repliesPerPartyMax; i++) world.submit(ALICE, "It", number(`${i}`), id(i))
    assert.equal(world.state.parties.get(ALICE)?.replies.size, limits.repliesPerPartyMax)
    world.submit(ALICE, "It", number("999"), id(1))
    assert.deepEqual(world.state.parties.get(ALICE)?.replies.has(id(0)), false)
    world.submit(ALICE, "It", number("0"), id(0))
    assert.deepEqual(answerIn(world.result(BOB, "It")), { kind: "number", value: "2" })
  })
})

describe("expiry", () => {
  test("a computation is there until the second of its expiry, and then gone with all it held", () => {
    const world = new World()
    const expiresAt = world.at + 10
    world.create("It", { type: "key", expiresAt })
    world.submit(ALICE, "It", key("K", "text"))
    world.submit(BOB, "It", key("K"))
    world.at = expiresAt - 1
    assert.equal(world.matches(ALICE).matches.length, 2)
    world.at = expiresAt
    assert.deepEqual(world.matches(ALICE).matches, [])
    assert.equal(refused(world.result(ALICE, "It")), "NO_SUCH_COMPUTATION")
    assertEmpty(world)
  })
  test("whatever command comes first expires what is due, a refused one too, and says that the state changed", () => {
    const world = new World()
    world.create("It", { expiresAt: world.at + 1 })
    world.at += 1
    const { events, response } = world.step(DENISE, { kind: "describe", computation: name("It") })
    assert.equal(refused(response), "NO_SUCH_COMPUTATION")
    assert.deepEqual(events, [{ kind: "expired", computation: "It" }])
  })
  test("several expire in one step, the others stay, and the next is found", () => {
    const world = new World()
    for (const [each, life] of [
      ["A", 5],
      ["B", 3],
      ["C", 5],
      ["D", 9],
    ] as const)
      world.create(each, { expiresAt: world.at + life })
    world.create("E")
    assert.equal(world.state.nextExpiry, world.at + 3)
    world.at += 5
    assert.deepEqual(
      world.list(ALICE).descriptors.map((each) => each.name),
      ["D", "E"],
    )
    assert.equal(world.state.nextExpiry, world.at + 4)
    world.at += 4
    assert.deepEqual(
      world.list(ALICE).descriptors.map((each) => each.name),
      ["E"],
    )
    assert.equal(world.state.nextExpiry, Number.POSITIVE_INFINITY)
  })
  test("a name is free again in the very second of expiry", () => {
    const world = new World()
    const first = world.create("It", { expiresAt: world.at + 1 })
    world.at += 1
    assert.notEqual(world.create("It"), first)
  })
})

describe("fault 11: what is deleted gives its space back", () => {
  test("text, matches, places and the convenor's count are at zero again", () => {
    const world = new World()
    world.create("Keys", { type: "key", convenor: DENISE })
    world.create("Sum", { type: "avg", convenor: DENISE })
    for (const each of [ALICE, BOB, CHARLEY]) {
      world.submit(each, "Keys", key("K", "a message"))
      world.submit(each, "Sum", number("1"))
    }
    assert.equal(world.state.matches, 9)
    assert.equal(world.state.keyTextBytes, 30 + 3 * limits.keyOverheadBytes)
    world.delete(DENISE, "Keys")
    world.delete(DENISE, "Sum")
    assertEmpty(world)
  })
  test("fault 7: an inbox forgets what was deleted and keeps the rest, under the same numbers", () => {
    const world = new World()
    world.create("Gone", { type: "key" })
    world.create("Stays", { type: "key" })
    for (const each of ["Gone", "Stays", "Gone"]) {
      world.submit(ALICE, each, key("K", each))
      world.submit(BOB, each, key("K", each))
    }
    const kept = world.matches(ALICE).matches.filter((each) => each.computation === "Stays")
    const { next } = world.matches(ALICE)
    world.delete(ALICE, "Gone")
    assert.deepEqual(world.matches(ALICE).matches, kept)
    world.submit(CHARLEY, "Stays", key("K"))
    assert.deepEqual(
      world.matches(ALICE, next).matches.map((each) => each.party),
      [CHARLEY],
    )
  })
  test("one of ten thousand computations is deleted, and there is room for one", () => {
    const world = manyComputations(limits.computationsMax)
    assert.equal(refused(world.tryCreate("OneMore")), "TOO_MANY_COMPUTATIONS")
    world.delete(party(10_000), "C0")
    world.create("OneMore")
    assert.equal(refused(world.tryCreate("YetOneMore")), "TOO_MANY_COMPUTATIONS")
  })
})

describe("parties in no computation", () => {
  test("are kept for their replies, the ten thousand latest of them", () => {
    const world = new World()
    world.checked = false
    const groups = Math.ceil(limits.idlePartiesMax / limits.participantsMax) + 1
    for (let group = 0; group < groups; group++) {
      const from = 1_000_000 + group * limits.participantsMax
      const participants = Array.from({ length: limits.participantsMax }, (_, i) => party(from + i))
      const [convenor = ALICE] = participants
      world.create(`C${group}`, { participants, convenor, requestId: id(group) })
      world.delete(convenor, `C${group}`)
    }
    assert.equal(world.state.idle.size, limits.idlePartiesMax)
    assert.equal(world.state.parties.size, limits.idlePartiesMax)
    assert.equal(world.state.parties.has(party(1_000_000)), false, "the longest idle is forgotten")
    checkState(world.state)
  })
  test("are no longer idle once they take part again", () => {
    const world = new World()
    world.create("It")
    world.delete(ALICE, "It")
    assert.equal(world.state.idle.size, 3)
    world.create("It", { participants: [ALICE, BOB], convenor: DENISE })
    assert.deepEqual([...world.state.idle], [CHARLEY])
  })
})

test("the events alone rebuild the state after more steps than the sampled checks are apart", () => {
  const world = new World()
  world.checked = false
  world.create("It", { type: "key" })
  for (let i = 0; i < 5_000; i++) world.submit(i % 2 === 0 ? ALICE : BOB, "It", key(`${i % 1_000}`, "m"))
  const rebuilt = emptyState(INDEX_KEY)
  for (const event of world.events) evolve(rebuilt, event)
  checkState(rebuilt)
  assert.equal(rebuilt.matches, world.state.matches)
  assert.equal(rebuilt.keyTextBytes, world.state.keyTextBytes)
})

function assertEmpty({ state }: World): void {
  const { computations, keyTextBytes, matches, nextExpiry, parties, idle } = state
  const left = [...parties.values()].reduce(
    (sum, each) => sum + each.inbox.size + each.convened + each.computations.size,
    0,
  )
  assert.deepEqual([computations.size, keyTextBytes, matches, left], [0, 0, 0, 0])
  assert.equal(nextExpiry, Number.POSITIVE_INFINITY)
  assert.equal(idle.size, parties.size)
}
