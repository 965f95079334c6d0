import { limits, type Match, type PartyKey } from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { fuzz } from "../../../../../testing/src/fuzz.ts"
import {
  ALICE,
  BOB,
  CHARLEY,
  codeOf,
  DENISE,
  EVE,
  expectKind,
  key,
  party,
  World,
} from "../../../../../testing/src/world.ts"

function keys(quorum: number, participants: readonly PartyKey[] = [ALICE, BOB, CHARLEY, DENISE]): World {
  const world = new World()
  world.create("It", { type: "key", quorum, participants })
  return world
}

function reached(world: World, by: PartyKey, written: string, beside?: string): boolean {
  return expectKind(world.submit(by, "It", key(written, beside)), "submitted").quorumReached
}

function told(world: World, by: PartyKey): (string | undefined)[] {
  return world.matches(by).matches.map((each) => each.message)
}

describe("key", () => {
  test("the demo: all four messages of KEYABC to its three submitters, KEYXYZ to its two", () => {
    const world = keys(2)
    const sent = [
      [ALICE, "KEYABC", "Alice first"],
      [ALICE, "KEYABC", "Alice second"],
      [BOB, "KEYABC", "Bob"],
      [CHARLEY, "KEYABC", "Charley"],
      [DENISE, "KEYXYZ", "Denise"],
      [CHARLEY, "KEYXYZ", "Charley too"],
    ] as const
    const quorums = sent.map(([by, written, beside]) => reached(world, by, written, beside))
    assert.deepEqual(quorums, [false, false, true, true, false, true])
    const abc = ["Alice first", "Alice second", "Bob", "Charley"]
    const xyz = ["Denise", "Charley too"]
    assert.deepEqual(
      [ALICE, BOB, CHARLEY, DENISE].map((each) => told(world, each)),
      [abc, abc, [...abc, ...xyz], xyz],
    )
  })
  test("fault 7: who did not submit a key is told nothing of it, an outsider nothing at all", () => {
    const world = keys(2)
    reached(world, ALICE, "K", "secret")
    reached(world, BOB, "K", "secret")
    reached(world, CHARLEY, "L")
    assert.deepEqual(
      [CHARLEY, DENISE, EVE].map((each) => told(world, each)),
      [[], [], []],
    )
  })
  test("fault 7: a party can plant nothing under another's name, nor under a computation it is not in", () => {
    const world = keys(2)
    world.create("Theirs", { type: "key", participants: [CHARLEY, DENISE], quorum: 1 })
    assert.equal(codeOf(world.submit(ALICE, "Theirs", key("K"))), "NOT_AUTHORISED")
    reached(world, ALICE, "K")
    reached(world, BOB, "K")
    assert.deepEqual(
      world.matches(ALICE).matches.map((each) => each.party),
      [ALICE, BOB],
    )
    assert.deepEqual(world.matches(CHARLEY).matches, [])
  })
  test("quorum counts different parties, never one party's submissions", () => {
    const world = keys(3)
    for (let i = 0; i < 5; i++) assert.equal(reached(world, ALICE, "K"), false)
    assert.equal(reached(world, BOB, "K"), false)
    assert.equal(reached(world, CHARLEY, "K"), true)
    assert.equal(world.matches(BOB).matches.length, 7)
  })
  test("a quorum of one tells a party of its own key at once", () => {
    const world = keys(1)
    assert.equal(reached(world, ALICE, "K", "mine"), true)
    assert.deepEqual(told(world, ALICE), ["mine"])
  })
  test("a newcomer to a matched key is told of all of it, the others of the newcomer", () => {
    const world = keys(2)
    reached(world, ALICE, "K", "1")
    reached(world, BOB, "K", "2")
    const { next } = world.matches(ALICE)
    reached(world, CHARLEY, "K", "3")
    assert.deepEqual(told(world, CHARLEY), ["1", "2", "3"])
    assert.deepEqual(
      world.matches(ALICE, next).matches.map((each) => each.message),
      ["3"],
    )
  })
  test("keys match byte for byte: case, and letters that look alike, keep them apart", () => {
    const world = keys(2)
    reached(world, ALICE, "KEY")
    for (const other of ["key", "KEY ", "\u041aEY", "KEY\u200b"]) assert.equal(reached(world, BOB, other), false)
  })
  test("positions number a computation's submissions, matched or not", () => {
    const world = keys(2)
    reached(world, ALICE, "L")
    reached(world, ALICE, "K")
    reached(world, BOB, "K")
    assert.deepEqual(
      world.matches(BOB).matches.map((each) => each.position),
      [1, 2],
    )
  })
  test("a message is optional, and an empty one is not none", () => {
    const world = keys(2)
    reached(world, ALICE, "K")
    reached(world, BOB, "K", "")
    assert.deepEqual(told(world, ALICE), [undefined, ""])
  })
})

describe("fault 8: telling costs each submission once for each submitter of its key", () => {
  test("n submissions by p parties are n x p deliveries, and the bytes kept are those of the text, once", () => {
    const world = keys(
      2,
      Array.from({ length: 10 }, (_, i) => party(i)),
    )
    for (let i = 0; i < 200; i++) reached(world, party(i % 10), "K", "ten bytes.")
    assert.equal(world.state.matches, 200 * 10)
    assert.equal(world.state.keyTextBytes, 200 * (limits.keyOverheadBytes + 1 + 10))
    for (let i = 0; i < 10; i++) assert.deepEqual(new Set(positionsOf(world, party(i))).size, 200)
  })
  test("what assess foretells is what accept does, and history has a bound", () => {
    const world = keys(2)
    reached(world, ALICE, "K")
    reached(world, ALICE, "K")
    // BOB's first makes quorum: two parties, three submissions.
    world.checked = false
    world.state.matches = limits.matchesMax - 5
    assert.equal(codeOf(world.submit(BOB, "It", key("K"))), "LIMIT_EXCEEDED")
    world.state.matches = limits.matchesMax - 6
    assert.equal(codeOf(world.submit(BOB, "It", key("K"))), "SUCCESS")
    assert.equal(world.state.matches, limits.matchesMax)
    assert.equal(codeOf(world.submit(CHARLEY, "It", key("K"))), "LIMIT_EXCEEDED")
  })
})

test("what assess foretells is what accept does, for any submissions", (t) => {
  const submissionsArb = fc.array(fc.tuple(fc.nat(4), fc.constantFrom("K", "L", "é"), fc.option(fc.constant("é"))))
  const property = fc.property(fc.integer({ min: 1, max: 5 }), submissionsArb, (quorum, submissions) => {
    const world = keys(quorum, [0, 1, 2, 3, 4].map(party))
    const [computation] = world.state.computations.values()
    assert.ok(computation)
    const { inputs } = computation
    for (const [by, written, beside] of submissions) {
      const submission = key(written, beside ?? undefined)
      const foretold = inputs.assess(party(by), submission)
      const textBytes = inputs.textBytes
      const notices = inputs.accept(party(by), submission)
      const matches = notices.reduce((sum, each) => sum + each.matches, 0)
      const done = { kind: "fits", quorumReached: matches > 0, textBytes: inputs.textBytes - textBytes, matches }
      assert.deepEqual(foretold, done)
    }
  })
  fc.assert(property, fuzz(t, 300))
})

function positionsOf(world: World, by: PartyKey): number[] {
  const all: Match[] = [...world.matches(by).matches]
  return all.map((each) => each.position)
}
