import {
  batchFrameSize,
  batchKeysMax,
  encode,
  limits,
  name,
  PackedKeys,
  responseCodec,
  type Match,
  type PartyKey,
} from "@event-manager/protocol"
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
  packed,
  party,
  World,
} from "../../../../../testing/src/world.ts"
import { eventsOf } from "../snapshot.ts"

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

describe("keys in bulk", () => {
  test("are told as if each had been submitted by itself, and make one event", () => {
    const [bulk, single] = [keys(2), keys(2)]
    const sent = [
      [ALICE, ["K", "L", "K", "M"]],
      [BOB, ["L", "N", "K", "L"]],
      [CHARLEY, ["K"]],
    ] as const
    for (const [by, all] of sent) {
      bulk.submitMany(by, "It", packed(...all.map((each) => [each, `of ${each}`] as const)))
      for (const each of all) reached(single, by, each, `of ${each}`)
    }
    for (const each of [ALICE, BOB, CHARLEY, DENISE]) {
      assert.deepEqual(bulk.matches(each).matches, single.matches(each).matches)
    }
    assert.equal(bulk.head("It").length, 4)
    assert.equal(single.head("It").length, 10)
    assert.equal(bulk.state.keyTextBytes, single.state.keyTextBytes)
    assert.equal(bulk.state.matches, single.state.matches)
  })
  test("the reply says how many are of a matched key", () => {
    const world = keys(2)
    const reachedBy = (by: PartyKey, ...all: string[]): number =>
      expectKind(world.submitMany(by, "It", packed(...all)), "submittedMany").reached
    assert.equal(reachedBy(ALICE, "K", "L", "M"), 0)
    assert.equal(reachedBy(BOB, "K", "N", "K", "M"), 3)
    assert.equal(reachedBy(ALICE, "K"), 1)
  })
  test("are taken whole or not at all", () => {
    const world = new World()
    world.create("It", { type: "key", keysMax: 3 })
    world.submitMany(ALICE, "It", packed("A", "B"))
    const before = [world.head("It"), world.state.keyTextBytes]
    assert.equal(codeOf(world.submitMany(ALICE, "It", packed("C", "D"))), "LIMIT_EXCEEDED")
    assert.deepEqual([world.head("It"), world.state.keyTextBytes], before)
    assert.equal(codeOf(world.submitMany(ALICE, "It", packed("C"))), "SUCCESS")
    assert.equal(codeOf(world.submitMany(BOB, "It", packed("A", "B", "C"))), "SUCCESS", "each participant has as many")
  })
  test("fill the enclave's text to the last byte, and not beyond", () => {
    const world = keys(2)
    world.checked = false
    const bytes = 2 * limits.keyOverheadBytes + 1 + 3 + 2
    world.state.keyTextBytes = limits.keyTextBytesMax - bytes
    assert.equal(codeOf(world.submitMany(ALICE, "It", packed("K", ["LLL", "m!x"]))), "LIMIT_EXCEEDED")
    assert.equal(codeOf(world.submitMany(ALICE, "It", packed("K", ["LLL", "m!"]))), "SUCCESS")
  })
  test("a retry gets the first reply, and takes effect once", () => {
    const world = keys(2)
    world.submit(BOB, "It", key("K"))
    const request = {
      kind: "submitMany",
      requestId: world.freshId(),
      computation: name("It"),
      terms: world.terms("It"),
      known: undefined,
      submissions: packed("K", "L"),
      signed: false,
    } as const
    const first = world.ask(ALICE, request)
    assert.deepEqual(world.ask(ALICE, { ...request, submissions: packed("M") }), first)
    assert.equal(world.matches(ALICE).matches.length, 2)
  })
  test("must come in a frame that leaves room for telling of them", () => {
    const world = keys(2)
    const many = packed(...Array.from({ length: 200 }, (_, i) => `${i}`))
    const refusal = expectKind(world.submitMany(ALICE, "It", many, 2_048), "refused")
    assert.deepEqual([refusal.reason, refusal.parameter], ["FRAME_TOO_SMALL", 8_192])
    assert.equal(codeOf(world.submitMany(ALICE, "It", many, 8_192)), "SUCCESS")
  })
})

describe("a key that is retired", () => {
  test("fault 7: is gone for everybody, and matches no more", () => {
    const world = keys(2)
    world.submitMany(ALICE, "It", packed(["K", "a secret"], "L"))
    world.submitMany(BOB, "It", packed("K", "L"))
    assert.equal(expectKind(world.retire(ALICE, "It", packed("K", "none of hers")), "retired").keys, 1)
    assert.deepEqual(
      [ALICE, BOB].map((each) => world.matches(each).matches.map((match) => match.key)),
      [
        ["L", "L"],
        ["L", "L"],
      ],
    )
    world.submit(CHARLEY, "It", key("K"))
    assert.deepEqual(
      world
        .matches(BOB)
        .matches.filter((each) => each.key === "K")
        .map((each) => each.party),
      [BOB, CHARLEY],
    )
    assert.ok(!JSON.stringify([...eventsOf(world.state)], (_, value) => text(value)).includes("a secret"))
  })
  test("leaves the others' matches, with the positions that they had, and its text is not counted", () => {
    const world = keys(2)
    for (const each of [ALICE, BOB, CHARLEY]) world.submit(each, "It", key("K", "m"))
    const { next } = world.matches(BOB)
    world.retire(ALICE, "It", packed("K"))
    const told = (after: number): unknown[] =>
      world.matches(BOB, after).matches.map((each) => [each.party, each.position])
    const left = [
      [BOB, 1],
      [CHARLEY, 2],
    ]
    assert.deepEqual([told(0), told(next)], [left, left], "who stays is told anew, under later numbers")
    assert.deepEqual(world.matches(ALICE).matches, [])
    assert.equal(world.state.keyTextBytes, 2 * (limits.keyOverheadBytes + 2))
  })
  test("may come back, with what was submitted meanwhile", () => {
    const world = keys(2)
    for (const each of [ALICE, BOB]) world.submit(each, "It", key("K", "1"))
    world.retire(ALICE, "It", packed("K"))
    world.submit(CHARLEY, "It", key("K", "2"))
    world.submit(ALICE, "It", key("K", "3"))
    assert.deepEqual(told(world, ALICE), ["1", "2", "3"])
    assert.deepEqual(told(world, CHARLEY), ["1", "2", "3"])
  })
  test("is a participant's own alone", () => {
    const world = keys(2)
    world.submit(ALICE, "It", key("K"))
    assert.equal(expectKind(world.retire(BOB, "It", packed("K")), "retired").keys, 0)
    assert.equal(codeOf(world.retire(EVE, "It", packed("K"))), "NOT_AUTHORISED")
    world.submit(BOB, "It", key("K"))
    assert.equal(world.matches(BOB).matches.length, 2)
  })
  test("with all of its submissions, of which there may be many", () => {
    const world = keys(1)
    world.submitMany(ALICE, "It", packed(...Array.from({ length: 50 }, () => "K")))
    assert.equal(expectKind(world.retire(ALICE, "It", packed("K", "K")), "retired").keys, 1)
    assert.deepEqual(world.matches(ALICE).matches, [])
    assert.equal(world.state.keyTextBytes, 0)
  })
  test("counts towards what a participant may submit: retiring is no way to guess on", () => {
    const world = new World()
    world.create("It", { type: "key", keysMax: 2 })
    world.submitMany(ALICE, "It", packed("A", "B"))
    world.retire(ALICE, "It", packed("A", "B"))
    assert.equal(codeOf(world.submit(ALICE, "It", key("C"))), "LIMIT_EXCEEDED")
  })
})

describe("matches that are only counted", () => {
  function counted(): World {
    const world = new World()
    world.create("It", { type: "key", quorum: 2, matches: "counted" })
    return world
  }
  test("fault 7: nobody is told of one, nor by a reply whether the key just submitted is one", () => {
    const world = counted()
    world.submitMany(ALICE, "It", packed(["K", "secret"], "L", "M"))
    assert.equal(expectKind(world.submitMany(BOB, "It", packed("K", "L")), "submittedMany").reached, 0)
    assert.equal(reached(world, CHARLEY, "K"), false)
    for (const each of [ALICE, BOB, CHARLEY]) assert.deepEqual(world.matches(each).matches, [])
    assert.deepEqual(
      [ALICE, BOB, CHARLEY].map((each) => world.matchCount(each, "It")),
      [2, 2, 1],
    )
    assert.equal(world.state.matches, 0)
  })
  test("count own keys, each once, and go down with what is retired", () => {
    const world = counted()
    world.submitMany(ALICE, "It", packed("K", "K", "L"))
    world.submitMany(BOB, "It", packed("K", "K"))
    world.submitMany(CHARLEY, "It", packed("K"))
    const counts = (): number[] => [ALICE, BOB, CHARLEY].map((each) => world.matchCount(each, "It"))
    assert.deepEqual(counts(), [1, 1, 1])
    world.retire(CHARLEY, "It", packed("K"))
    assert.deepEqual(counts(), [1, 1, 0])
    world.retire(BOB, "It", packed("K"))
    assert.deepEqual(counts(), [0, 0, 0])
    world.submit(CHARLEY, "It", key("K"))
    assert.deepEqual(counts(), [1, 0, 1])
  })
  test("weigh nothing in a reading of matches, which has none", () => {
    const world = counted()
    for (let i = 0; i < 50; i++) world.submit(ALICE, "It", key(`${i}`))
    assert.equal(world.step(ALICE, { kind: "matches", after: 0, page: 0 }).frameSizeMin, 2_048)
  })
  test("may be asked for where they are told too", () => {
    const world = keys(2)
    for (const each of [ALICE, BOB]) world.submitMany(each, "It", packed("K", "L"))
    assert.equal(world.matchCount(BOB, "It"), 2)
    assert.equal(world.matchCount(CHARLEY, "It"), 0)
  })
})

describe("fault 13: a reading has room for all that was told, by the weight of what was submitted", () => {
  /** Every page of a reading, each of which must fit what matchPaging says. */
  function readAll(world: World, by: PartyKey): { matches: number; pages: number } {
    let [matches, pages, after] = [0, 0, 0]
    for (let more = true; more; pages++) {
      const { response, frameSizeMin } = world.step(by, { kind: "matches", after, page: pages })
      const read = expectKind(response, "matches")
      assert.ok(encode(responseCodec, response).length + 256 <= frameSizeMin)
      matches += read.matches.count
      after = read.next
      more = read.more
    }
    return { matches, pages }
  }
  test("the shortest keys, as many as a frame may carry, told one by one in turns with another computation's", () => {
    const world = new World()
    world.checked = false
    for (const it of ["A", "B"]) world.create(it, { type: "key", quorum: 2, participants: [ALICE, BOB] })
    const short = Array.from({ length: batchKeysMax(8_192) }, (_, i) => String.fromCharCode(0x21 + (i % 90)))
    for (let i = 0; i < 40; i++) {
      for (const by of [ALICE, BOB]) {
        for (const it of ["A", "B"]) expectKind(world.submitMany(by, it, packed(...short), 8_192), "submittedMany")
      }
    }
    const { matches, pages } = readAll(world, ALICE)
    assert.equal(matches, 2 * 2 * 40 * short.length)
    assert.ok(pages >= 2)
  })
  test("for any play of many, single and retired keys", (t) => {
    const actArb = fc.record({
      by: fc.nat(2),
      it: fc.constantFrom("A", "B"),
      what: fc.constantFrom("one" as const, "many" as const, "retire" as const),
      keys: fc.array(fc.oneof(fc.constantFrom("K", "L"), fc.constantFrom("M", "N".repeat(256))), {
        minLength: 1,
        maxLength: 100,
        size: "max",
      }),
      message: fc.constantFrom(undefined, "", "x".repeat(1_024)),
    })
    const property = fc.property(fc.array(actArb, { maxLength: 30, size: "max" }), (acts) => {
      const world = new World()
      world.checked = false
      const all = [ALICE, BOB, CHARLEY]
      for (const it of ["A", "B"]) world.create(it, { type: "key", quorum: 2, participants: all })
      for (const { by, it, what, keys, message } of acts) {
        const [first = ""] = keys
        const many = packed(...keys)
        const frame = batchFrameSize(many.count, many.bytes.length)
        if (what === "one") world.submit(all[by] ?? ALICE, it, key(first, message))
        else if (what === "many") world.submitMany(all[by] ?? ALICE, it, many, frame)
        else world.retire(all[by] ?? ALICE, it, many, frame)
      }
      for (const each of all) {
        const expected = world.matches(each).matches.length
        const { matches } = readAll(world, each)
        // One page of a small play may be all; what matters is that no page was missing.
        assert.ok(matches >= expected)
        const { next } = world.matches(each, Number.MAX_SAFE_INTEGER)
        assert.equal(next, Number.MAX_SAFE_INTEGER)
        assert.equal(matches, everyMatch(world, each))
      }
    })
    fc.assert(property, fuzz(t, 60))
  })
})

/** How many matches there are, read without regard to pages. */
function everyMatch(world: World, by: PartyKey): number {
  let [count, after] = [0, 0]
  for (;;) {
    const { matches, next } = world.matches(by, after)
    if (matches.length === 0) return count
    count += matches.length
    after = next
  }
}

/** Bytes as the text that they may hold, for a search. */
function text(value: unknown): unknown {
  if (value instanceof PackedKeys) return new TextDecoder().decode(value.bytes)
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : value
}
