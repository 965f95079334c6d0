import { bytesOf, frozenSigned } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { beforeEach, describe, test } from "node:test"
import { expectReleased, userOf, type HostileHost, type Kept, type User } from "../../../testing/src/hostileHost.ts"
import { openPair, restart, submitted, type Pair } from "../../../testing/src/scenarioForks.ts"
import { number, witnessed } from "../../../testing/src/world.ts"
import { frozenDigest } from "./index.ts"
import { verifyEd25519 } from "./primitives.ts"

const FROZEN = new TextEncoder().encode("event-manager/1 frozen inputs")

let pair: Pair

beforeEach(async () => {
  pair = await openPair("avg", witnessed(2))
})

/** One whose writing, signing and sending is written down, in order. */
interface Watched {
  readonly user: User
  readonly log: string[]
}

/** What of a user matters here: notes with frozen inputs, signatures over them, and frames. */
function watch(host: HostileHost, kept: Kept, crash?: "before the note" | "after the note"): Watched {
  const log: string[] = []
  const durable = new Set([...kept.notebook.notes.values()].map((note) => note.frozen))
  kept.notebook.onWrite = async (note) => {
    if (note.frozen === undefined || durable.has(note.frozen)) return
    if (crash === "before the note") throw new RangeError("crash")
    // Long enough for whoever does not wait for it.
    await new Promise((resolve) => setTimeout(resolve, 10))
    durable.add(note.frozen)
    log.push("note is durable")
  }
  const identity = {
    party: kept.identity.party,
    async sign(bytes: Uint8Array<ArrayBuffer>) {
      if (bytes.subarray(0, FROZEN.length).toHex() === FROZEN.toHex()) {
        if (crash === "after the note") throw new RangeError("crash")
        log.push("statement is signed")
      }
      return kept.identity.sign(bytes)
    },
  }
  host.onMail = (_frame, honest) => {
    log.push("frame")
    return honest()
  }
  return { user: userOf(host, { ...kept, identity }), log }
}

describe("the witness step", () => {
  test("each who asks signs, the last one needed gets the answer, and from then on everybody the same", async () => {
    const { alice, bob, descriptor, terms } = pair
    for (const [user, value] of [
      [alice, "10"],
      [bob, "40"],
    ] as const)
      await submitted(user, descriptor, number(value))
    for (let again = 0; again < 2; again++) {
      const awaiting = await alice.manager.result(descriptor)
      assert.ok(awaiting.kind === "awaiting")
      assert.deepEqual(awaiting.witnesses, [alice.identity.party])
    }
    const first = await bob.manager.result(descriptor)
    const later = await Promise.all([alice, bob, alice].map(({ manager }) => manager.result(descriptor)))
    for (const each of [first, ...later]) {
      const { result, saved } = expectReleased(each)
      assert.deepEqual(result.answer, { kind: "number", value: "25" })
      assert.deepEqual(saved.result, result)
      assert.deepEqual(result.witnesses.map((witness) => witness.party).toSorted(), descriptor.participants.toSorted())
      const [seen, found] = [alice.notebook.note(terms)?.frozen, await frozenDigest(result.frozen)]
      assert.equal(seen, found)
      for (const witness of result.witnesses) {
        assert.ok(await verifyEd25519(bytesOf(witness.party), frozenSigned(result.frozen), witness.signature))
      }
    }
  })

  test("the note is durable before the statement is signed, and that before any frame leaves", async () => {
    const { host, alice, descriptor } = pair
    await submitted(alice, descriptor, number("10"))
    const { user, log } = watch(host, alice)
    assert.equal((await user.manager.result(descriptor)).kind, "awaiting")
    assert.deepEqual(log, ["frame", "frame", "note is durable", "statement is signed", "frame"])
  })

  test("where the note cannot be written, nothing is signed and nothing more is sent, however often", async () => {
    const { host, alice, descriptor, terms } = pair
    await submitted(alice, descriptor, number("10"))
    const { user, log } = watch(host, alice, "before the note")
    for (let again = 0; again < 2; again++) {
      log.length = 0
      await assert.rejects(user.manager.result(descriptor), RangeError)
      assert.deepEqual(new Set(log), new Set(["frame"]))
    }
    assert.equal(alice.notebook.note(terms)?.frozen, undefined)
  })

  test("a crash between note and signature leaves the note, and the same statement is signed afterwards", async () => {
    const { host, store, alice, bob, descriptor, terms } = pair
    await submitted(alice, descriptor, number("10"))
    await submitted(bob, descriptor, number("40"))
    const { user, log } = watch(host, alice, "after the note")
    await assert.rejects(user.manager.result(descriptor), RangeError)
    assert.deepEqual(log, ["frame", "frame", "note is durable"])
    const noted = alice.notebook.note(terms)?.frozen ?? assert.fail()
    await restart(pair, store)
    const later = watch(host, alice)
    const awaiting = await later.user.manager.result(descriptor)
    assert.ok(awaiting.kind === "awaiting")
    assert.equal(await frozenDigest(awaiting.frozen), noted)
    assert.ok(later.log.includes("statement is signed"))
    assert.ok(!later.log.includes("note is durable"), "it is there already")
  })

  test("a host that forks the enclave before the freeze gets no second statement signed by anybody", async () => {
    const { host, store, alice, bob, descriptor } = pair
    await submitted(alice, descriptor, number("10"))
    const fork = store.fork()
    await submitted(bob, descriptor, number("40"))
    for (const user of [alice, bob]) await user.manager.result(descriptor)
    await restart(pair, fork)
    for (const kept of [alice, bob]) {
      const { user, log } = watch(host, kept)
      await assert.rejects(user.manager.result(descriptor), { name: "HistoryError", code: "HISTORY_CONFLICT" })
      assert.deepEqual(new Set(log), new Set(["frame"]))
    }
  })
})
