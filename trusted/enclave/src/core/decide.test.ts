import { descriptorHashed, digest, limits, name, type Request } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import {
  ALICE,
  answerIn,
  BOB,
  CHARLEY,
  codeOf,
  DENISE,
  EVE,
  expectKind,
  id,
  key,
  number,
  party,
  refused,
  witnessed,
  primitives,
  World,
} from "../../../../testing/src/world.ts"
import { decide } from "./decide.ts"

const ZEROS = digest(new Uint8Array(32))

/** A world in which ALICE convened `It` of ALICE, BOB and CHARLEY. */
function worldOf(type: "avg" | "min" | "max" | "key", quorum = 2): World {
  const world = new World()
  world.create("It", { type, quorum })
  return world
}

/** What a request says of the history where its sender has seen none of it, and wants no signature. */
const unseen = { revision: 0, known: undefined, signed: false } as const

/** A world in which `It` is frozen, and waits for two of its three participants. */
function frozen(): World {
  const world = new World()
  world.create("It", { release: witnessed(2) })
  world.submit(ALICE, "It", number("1"))
  world.submit(BOB, "It", number("3"))
  expectKind(world.result(CHARLEY, "It"), "awaiting")
  return world
}

function locked(): World {
  const world = worldOf("avg")
  world.submit(ALICE, "It", number("1"))
  world.submit(BOB, "It", number("3"))
  expectKind(world.result(CHARLEY, "It"), "result")
  return world
}

describe("the bounds are exact", () => {
  test("the last byte of text, the last match and the last second of expiry are still accepted", () => {
    const text = worldOf("key")
    text.checked = false
    text.state.keyTextBytes = limits.keyTextBytesMax - limits.keyOverheadBytes - 3
    assert.equal(text.submit(ALICE, "It", key("K", "ab")).kind, "submitted")
    const matches = worldOf("key")
    matches.submit(ALICE, "It", key("K"))
    matches.checked = false
    matches.state.matches = limits.matchesMax - 4
    assert.equal(matches.submit(BOB, "It", key("K")).kind, "submitted")
    const world = new World()
    assert.equal(world.tryCreate("It", { expiresAt: world.at + limits.expirySecondsMax }).kind, "created")
    assert.equal(world.tryCreate("Soon", { expiresAt: world.at + 1 }).kind, "created")
    world.checked = false
    world.state.places = limits.placesMax - 3
    assert.equal(world.tryCreate("Last").kind, "created")
  })
  test("1024 participants, the most that a request holds, all take part", () => {
    const world = new World()
    const participants = Array.from({ length: limits.participantsMax }, (_, i) => party(100 + i))
    world.create("It", { type: "min", participants, quorum: participants.length })
    for (const each of participants) world.submit(each, "It", number("7"))
    const answer = answerIn(world.result(party(100), "It"))
    assert.deepEqual(answer, { kind: "parties", parties: participants })
  })
})

describe("order of checks", () => {
  /** The same question to worlds in different states; an outsider must get the same answer. */
  const worlds: readonly [string, () => World][] = [
    ["nothing submitted", () => worldOf("avg")],
    ["quorate", () => worldOf("avg", 1)],
    ["locked", locked],
    ["frozen", frozen],
    ["a key computation", () => worldOf("key")],
  ]
  const asks: readonly [string, (world: World) => Request][] = [
    ["result", (world) => ({ kind: "result", ...about(world), known: undefined })],
    ["result with a history that is not its own", (world) => ({ kind: "result", ...about(world), known: NOWHERE })],
    ["witness", (world) => ({ kind: "witness", ...about(world), signature: new Uint8Array(64), known: NOWHERE })],
    ["describe", () => ({ kind: "describe", computation: name("It") })],
    ["submit under its terms", (world) => submission(world, world.terms("It"))],
    ["submit under other terms", (world) => submission(world, ZEROS)],
  ]
  const NOWHERE = { length: 1, hash: ZEROS }
  const about = (world: World) => ({ computation: name("It"), terms: world.terms("It") })
  const submission = (world: World, terms: typeof ZEROS): Request => ({
    kind: "submit",
    requestId: world.freshId(),
    computation: name("It"),
    terms,
    submission: number("1"),
    ...unseen,
  })
  for (const [state, make] of worlds) {
    for (const [what, ask] of asks) {
      test(`fault 9: an outsider learns nothing of a computation's state: ${what}, ${state}`, () => {
        const world = make()
        const { response, events, head } = world.step(DENISE, ask(world))
        assert.deepEqual(response, { kind: "refused", reason: "NOT_A_PARTICIPANT", parameter: 0 })
        assert.deepEqual(events, [])
        assert.equal(head, undefined, "not even how much has happened")
      })
    }
    test(`who is not the convenor learns nothing by deleting: ${state}`, () => {
      for (const terms of [make().terms("It"), ZEROS]) {
        const world = make()
        const requestId = world.freshId()
        const request = { kind: "delete", requestId, computation: name("It"), terms, known: NOWHERE } as const
        for (const by of [BOB, DENISE]) assert.equal(refused(world.ask(by, request)), "NOT_THE_CONVENOR")
      }
    })
  }
  test("terms come before lock: who agreed to other terms is told so", () => {
    const world = locked()
    const request = { ...submission(world, ZEROS) }
    assert.equal(refused(world.ask(BOB, request)), "TERMS_DIFFER")
  })
  test("a convenor who takes no part may describe and delete, not submit nor ask for the result", () => {
    const world = new World()
    world.create("It", { convenor: EVE })
    assert.equal(world.ask(EVE, { kind: "describe", computation: name("It") }).kind, "described")
    assert.equal(refused(world.submit(EVE, "It", number("1"))), "NOT_A_PARTICIPANT")
    assert.equal(refused(world.result(EVE, "It")), "NOT_A_PARTICIPANT")
    assert.deepEqual(world.list(EVE).descriptors, [])
    assert.equal(world.delete(EVE, "It").kind, "deleted")
  })
})

describe("the one-shot computations", () => {
  test("fault 4: a bad value is refused when it is submitted, and the computation goes on", () => {
    const world = worldOf("avg")
    assert.equal(codeOf(world.submit(ALICE, "It", key("not a number"))), "INVALID_VALUE")
    world.submit(ALICE, "It", number("1"))
    world.submit(BOB, "It", number("2"))
    assert.deepEqual(answerIn(world.result(CHARLEY, "It")), { kind: "number", value: "1.5" })
  })
  test("quorum counts submitters, not submissions", () => {
    const world = worldOf("avg")
    for (const written of ["1", "2", "3"]) world.submit(ALICE, "It", number(written))
    assert.deepEqual(world.result(ALICE, "It"), { kind: "refused", reason: "BELOW_QUORUM", parameter: 2 })
  })
  test("a result below quorum locks nothing", () => {
    const world = worldOf("avg")
    world.submit(ALICE, "It", number("1"))
    world.result(ALICE, "It")
    world.submit(ALICE, "It", number("5"))
    world.submit(BOB, "It", number("7"))
    assert.deepEqual(answerIn(world.result(BOB, "It")), { kind: "number", value: "6" })
  })
  test("the first result after quorum locks, and everybody gets that answer from then on", () => {
    const world = locked()
    assert.equal(codeOf(world.submit(CHARLEY, "It", number("100"))), "COMPUTATION_LOCKED")
    for (const each of [ALICE, BOB, CHARLEY]) {
      const { response, events } = world.step(each, {
        kind: "result",
        computation: name("It"),
        terms: world.terms("It"),
        known: undefined,
      })
      assert.deepEqual(answerIn(response), { kind: "number", value: "2" })
      assert.deepEqual(events, [])
    }
  })
  test("fault 1: created, submitted, result and deleted name the terms that they are about", () => {
    const world = new World()
    const terms = world.create("It")
    const other = world.create("Other", { participants: [ALICE, BOB] })
    assert.notEqual(terms, other)
    assert.equal(expectKind(world.submit(ALICE, "It", number("1")), "submitted").terms, terms)
    world.submit(BOB, "It", number("1"))
    const { descriptor } = expectKind(world.result(ALICE, "It"), "result").result.frozen
    assert.equal(primitives.sha256(descriptorHashed(descriptor)), terms)
    assert.equal(expectKind(world.delete(ALICE, "It"), "deleted").terms, terms)
    assert.notEqual(world.create("It"), terms, "another computation of the same name is another one")
  })
})

describe("fault 11: listing", () => {
  test("a party lists what it takes part in, sixteen at a time, in order of creation", () => {
    const world = new World()
    const made = Array.from({ length: limits.listedMax * 2 + 1 }, (_, i) => `C${i}`)
    for (const each of made) {
      world.create(each)
      world.create(`not-${each}`, { participants: [BOB, CHARLEY] })
    }
    const pages = [world.list(ALICE)]
    while (pages.at(-1)?.more === true) pages.push(world.list(ALICE, pages.at(-1)?.next))
    assert.deepEqual(
      pages.flatMap((page) => page.descriptors.map((each) => each.name)),
      made,
    )
    assert.deepEqual(
      pages.map((page) => page.descriptors.length),
      [16, 16, 1],
    )
    assert.deepEqual(world.list(ALICE, pages.at(-1)?.next).descriptors, [])
  })
  test("exactly one page is one page", () => {
    const world = new World()
    for (let i = 0; i < limits.listedMax; i++) world.create(`C${i}`)
    assert.equal(world.list(ALICE).more, false)
  })
})

test("decide changes nothing", () => {
  const world = worldOf("key")
  world.submit(ALICE, "It", key("K", "hello"))
  const seen = (): unknown => {
    const { keyTextBytes, matches, nextSerial, nextExpiry, parties } = world.state
    const inboxes = [ALICE, BOB, EVE].map((each) => world.matches(each))
    return {
      keyTextBytes,
      matches,
      nextSerial,
      nextExpiry,
      parties: [...parties.keys()],
      inboxes,
      list: world.list(ALICE),
    }
  }
  const before = seen()
  for (const by of [ALICE, BOB, EVE]) {
    const terms = world.terms("It")
    const request = {
      kind: "submit",
      requestId: id(1),
      computation: name("It"),
      terms,
      submission: key("K"),
      ...unseen,
    } as const
    decide(world.state, { party: by, at: world.at, request }, primitives)
    decide(world.state, { party: by, at: world.at, request: { ...request, kind: "delete" } }, primitives)
  }
  assert.deepEqual(seen(), before)
  assert.equal(expectKind(world.submit(BOB, "It", key("K")), "submitted").quorumReached, true)
})
