import { frozenSigned, name, type Frozen, type PartyKey, type Release } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import {
  ALICE,
  all,
  answerIn,
  BOB,
  CHARLEY,
  DENISE,
  ENCLAVE,
  EVE,
  expectKind,
  first,
  number,
  party,
  refused,
  signedBy,
  witnessed,
  World,
} from "../../../../testing/src/world.ts"

/** A world in which `It` is an average of four, and ALICE, BOB and CHARLEY have submitted. */
function worldOf(release: Release, quorum = 2): World {
  const world = new World()
  world.create("It", { release, quorum, participants: [ALICE, BOB, CHARLEY, DENISE] })
  for (const [i, by] of [ALICE, BOB, CHARLEY].entries()) world.submit(by, "It", number(`${i + 1}`))
  return world
}

function signers(world: World, by: PartyKey): readonly PartyKey[] {
  return expectKind(world.result(by, "It"), "awaiting").witnesses
}

describe("how many witnesses a computation may ask for", () => {
  for (const participants of [2, 3, 4, 5, 7, 64]) {
    test(`of ${participants}: more than half, and no more than all`, () => {
      const parties = Array.from({ length: participants }, (_, i) => party(i))
      for (const witnesses of [0, 1, 2, 3, 4, 5, 32, 33, 63, 64, 65, 65_535]) {
        const world = new World()
        const said = world.tryCreate("It", { release: witnessed(witnesses), participants: parties, quorum: 1 })
        const isMajority = witnesses > participants / 2 && witnesses <= participants
        assert.equal(refused(said), isMajority ? "not refused: created" : "WITNESSES_OUT_OF_RANGE", `${witnesses}`)
      }
    })
  }
  test("a stream of matches has no one answer to hold back", () => {
    for (const release of [all, witnessed(3)]) {
      assert.equal(refused(new World().tryCreate("It", { type: "key", release })), "RELEASE_NEEDS_ONE_ANSWER")
    }
    assert.equal(new World().tryCreate("It", { type: "key", release: first }).kind, "created")
  })
})

describe("all", () => {
  test("is released once everybody has submitted, and says how many have not", () => {
    const world = worldOf(all)
    assert.deepEqual(world.result(ALICE, "It"), { kind: "refused", reason: "NOT_ALL_SUBMITTED", parameter: 1 })
    world.submit(ALICE, "It", number("5"))
    assert.equal(refused(world.result(ALICE, "It")), "NOT_ALL_SUBMITTED", "who submits again is nobody new")
    world.submit(DENISE, "It", number("10"))
    assert.deepEqual(answerIn(world.result(BOB, "It")), { kind: "number", value: "5" })
    assert.equal(refused(world.submit(ALICE, "It", number("1"))), "LOCKED")
  })
  test("asks for the quorum first", () => {
    assert.equal(refused(worldOf(all, 4).result(ALICE, "It")), "BELOW_QUORUM")
  })
})

describe("witnessed", () => {
  test("the first to ask after quorum freezes the inputs, and nobody gets the answer before enough have signed", () => {
    const world = worldOf(witnessed(3))
    const head = world.head("It")
    const { frozen, witnesses } = expectKind(world.result(DENISE, "It"), "awaiting")
    assert.deepEqual(witnesses, [])
    assert.deepEqual([frozen.identity, frozen.head, frozen.descriptor.name], [ENCLAVE, head, "It"])
    assert.deepEqual(
      frozen.receipts.map(({ party: by, receipt }) => [by, receipt.length]),
      [
        [ALICE, 2],
        [BOB, 3],
        [CHARLEY, 4],
      ],
    )
    for (const [i, by] of [ALICE, DENISE].entries()) {
      assert.equal(expectKind(world.witness(by, "It"), "awaiting").witnesses.length, i + 1)
    }
    assert.deepEqual(answerIn(world.witness(CHARLEY, "It")), { kind: "number", value: "2" })
  })
  test("the statement holds each submitter's latest receipt", () => {
    const world = worldOf(witnessed(3))
    const { receipt } = expectKind(world.submit(ALICE, "It", number("9")), "submitted")
    assert.deepEqual(world.frozen("It").receipts[0], { party: ALICE, receipt })
  })
  test("nothing is submitted from the freeze on, and there is no second one", () => {
    const world = worldOf(witnessed(3))
    const frozen = world.frozen("It")
    const events = world.events.length
    for (const by of [ALICE, BOB, CHARLEY, DENISE]) {
      assert.equal(refused(world.submit(by, "It", number("100"))), "LOCKED")
      assert.deepEqual(expectKind(world.result(by, "It"), "awaiting").frozen, frozen)
    }
    assert.equal(world.events.length, events)
    world.witness(ALICE, "It")
    assert.deepEqual(expectKind(world.result(BOB, "It"), "awaiting").frozen, frozen, "a witness changes no input")
  })
  test("who signs twice counts once", () => {
    const world = worldOf(witnessed(3))
    world.frozen("It")
    world.witness(ALICE, "It")
    const events = world.events.length
    for (let i = 0; i < 5; i++) assert.deepEqual(expectKind(world.witness(ALICE, "It"), "awaiting").witnesses, [ALICE])
    assert.equal(world.events.length, events, "nor does it happen again")
    assert.deepEqual(signers(world, BOB), [ALICE])
  })
  test("a late witness gets the result, and is not added to it", () => {
    const world = worldOf(witnessed(3))
    world.frozen("It")
    for (const by of [ALICE, BOB]) world.witness(by, "It")
    const released = expectKind(world.witness(CHARLEY, "It"), "result")
    const before = world.events.length
    assert.deepEqual(world.witness(DENISE, "It"), released)
    assert.deepEqual(world.result(ALICE, "It"), released)
    assert.equal(world.events.length, before)
    assert.deepEqual(
      released.result.witnesses.map(({ party: by }) => by),
      [ALICE, BOB, CHARLEY],
    )
  })
  test("who signs need not have submitted; who is no participant cannot sign", () => {
    const world = worldOf(witnessed(3))
    world.frozen("It")
    assert.deepEqual(expectKind(world.witness(DENISE, "It"), "awaiting").witnesses, [DENISE])
    assert.equal(refused(world.witness(EVE, "It")), "NOT_A_PARTICIPANT")
  })
})

describe("a signature is over these inputs, by its sender", () => {
  const changes: Readonly<Record<string, (frozen: Frozen) => Frozen>> = {
    "another enclave": (frozen) => ({ ...frozen, identity: EVE }),
    "another head": (frozen) => ({ ...frozen, head: { ...frozen.head, length: frozen.head.length + 1 } }),
    "a submitter less": (frozen) => ({ ...frozen, receipts: frozen.receipts.slice(1) }),
    "an older receipt": (frozen) => ({
      ...frozen,
      receipts: frozen.receipts.map((each) => ({ ...each, receipt: { ...each.receipt, length: 1 } })),
    }),
    "another quorum": (frozen) => ({ ...frozen, descriptor: { ...frozen.descriptor, quorum: 1 } }),
    "fewer witnesses": (frozen) => ({ ...frozen, descriptor: { ...frozen.descriptor, release: witnessed(1) } }),
  }
  for (const [what, change] of Object.entries(changes)) {
    test(`not over ${what}`, () => {
      const world = worldOf(witnessed(3))
      const frozen = world.frozen("It")
      assert.equal(refused(world.witness(ALICE, "It", change(frozen))), "WITNESS_SIGNATURE_WRONG")
      assert.deepEqual(signers(world, BOB), [])
    })
  }
  test("not another's", () => {
    const world = worldOf(witnessed(3))
    const signature = signedBy(BOB, frozenSigned(world.frozen("It")))
    const about = { computation: name("It"), terms: world.terms("It"), known: undefined }
    assert.equal(refused(world.ask(ALICE, { kind: "witness", ...about, signature })), "WITNESS_SIGNATURE_WRONG")
  })
})

describe("there is nothing to witness", () => {
  const worlds: Readonly<Record<string, () => World>> = {
    "before the freeze": () => worldOf(witnessed(3)),
    "where the first to ask is answered": () => worldOf(first),
    "where it was answered": () => {
      const world = worldOf(first)
      world.result(ALICE, "It")
      return world
    },
  }
  for (const [when, make] of Object.entries(worlds)) {
    test(when, () => {
      const other = worldOf(witnessed(3))
      assert.equal(refused(make().witness(ALICE, "It", other.frozen("It"))), "NOTHING_TO_WITNESS")
    })
  }
})
