import { InvariantError, limits } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { ALICE, BOB, CHARLEY, DENISE, id, key, number, party, witnessed, World } from "../../../../testing/src/world.ts"
import { checkState, checkStep } from "./invariants.ts"
import { newParty, type Computation } from "./state.ts"

/** A world with something of everything in it. */
function full(): World {
  const world = new World()
  world.create("Keys", { type: "key", convenor: DENISE })
  world.create("Sum", { quorum: 1 })
  for (const each of [ALICE, BOB]) world.submit(each, "Keys", key("K", "m"))
  world.submit(ALICE, "Sum", number("1"))
  world.result(ALICE, "Sum")
  world.create("Seen", { release: witnessed(2) })
  for (const each of [ALICE, BOB]) world.submit(each, "Seen", number("1"))
  world.result(ALICE, "Seen")
  world.witness(CHARLEY, "Seen")
  world.create("Old", { participants: [party(7), party(8)], convenor: party(7) })
  world.delete(party(7), "Old")
  return world
}

function computation(world: World, name: string): Computation {
  const found = [...world.state.computations.values()].find((each) => each.descriptor.name === name)
  assert.ok(found)
  return found
}

const answer = { kind: "parties", parties: [ALICE] } as const
/** Each breaks one thing in a state that is right. */
const breakages: Record<string, (world: World) => void> = {
  "too much text counted": ({ state }) => void (state.keyTextBytes += 1),
  "a match too few counted": ({ state }) => void (state.matches -= 1),
  "a participant who does not know its computation": (world) =>
    void world.state.parties.get(BOB)?.computations.delete(computation(world, "Sum")),
  "a computation without its convenor": ({ state }) => {
    const convenor = state.parties.get(DENISE)
    assert.ok(convenor)
    convenor.convened -= 1
  },
  "an idle party that is not known as idle": ({ state }) => void state.idle.delete(party(7)),
  "an active party that is called idle": ({ state }) => void state.idle.add(ALICE),
  "a party that is in nothing and not idle": ({ state }) => void state.parties.set(party(9), newParty(party(9))),
  "more replies than are kept": ({ state }) => {
    for (let i = 0; i <= limits.repliesPerPartyMax; i++) {
      state.parties.get(BOB)?.replies.set(id(i), { kind: "refused", reason: "LOCKED", parameter: 0 })
    }
  },
  "a stream that is frozen": (world) => void (computation(world, "Keys").frozen = world.head("Sum")),
  "a freeze below quorum": (world) => {
    world.create("Early", { quorum: 2 })
    computation(world, "Early").frozen = { length: 0, hash: world.head("Early").hash }
  },
  "a freeze that is not in the history": (world) =>
    void (computation(world, "Sum").frozen = { ...world.head("Sum"), length: world.head("Sum").length }),
  "an answer over inputs that are not frozen": (world) => void (computation(world, "Sum").frozen = undefined),
  "an answer that lacks a witness": (world) => void (computation(world, "Seen").answer = answer),
  "a witness of what is not frozen": (world) => void (computation(world, "Seen").frozen = undefined),
  "a submitter without a receipt": (world) => void computation(world, "Sum").receipts.delete(ALICE),
  "a receipt for nobody's submission": (world) => void computation(world, "Sum").receipts.set(BOB, world.head("Sum")),
}

describe("checkState", () => {
  test("passes a state that is right", () => checkState(full().state))
  for (const [what, breakIt] of Object.entries(breakages)) {
    test(`stops at ${what}`, () => {
      const world = full()
      breakIt(world)
      assert.throws(() => checkState(world.state), InvariantError)
    })
  }
})

describe("checkStep", () => {
  test("passes a state that is right", () => {
    const world = full()
    checkStep(world.state, world.events.slice(-2))
  })
  const counters = {
    keyTextBytes: limits.keyTextBytesMax + 1,
    matches: limits.matchesMax + 1,
  } as const
  for (const [counter, over] of Object.entries(counters)) {
    test(`stops where ${counter} is over its limit, or below zero`, () => {
      for (const value of [over, -1]) {
        const { state } = full()
        assert.throws(() => checkStep({ ...state, [counter]: value }, []), InvariantError)
      }
    })
  }
  test("stops at an event about no computation, and at one that leaves a release without a freeze", () => {
    const world = full()
    const event = world.events.findLast((each) => each.kind === "accepted" && each.computation === "Sum")
    assert.ok(event?.kind === "accepted")
    checkStep(world.state, [event])
    computation(world, "Sum").frozen = undefined
    assert.throws(() => checkStep(world.state, [event]), InvariantError)
    world.delete(ALICE, "Sum")
    world.checked = false
    assert.throws(() => checkStep(world.state, [event]), InvariantError)
  })
  test("stops at too many idle parties", () => {
    const { state } = full()
    const idle = new Set(Array.from({ length: limits.idlePartiesMax + 1 }, (_, i) => party(i)))
    assert.throws(() => checkStep({ ...state, idle }, []), InvariantError)
  })
})
