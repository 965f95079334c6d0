import { openFrame, type Response } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { beforeEach, describe, test } from "node:test"
import { expectReleased, onMails, unreachable, userOf } from "../../../testing/src/hostileHost.ts"
import { openPair, submitted, type Pair } from "../../../testing/src/scenarioForks.ts"
import { expectKind, number } from "../../../testing/src/world.ts"

const average = (value: string): unknown => ({ kind: "number", value })

let pair: Pair

beforeEach(async () => {
  pair = await openPair()
})

test("a receipt is signed where that is asked for, and is remembered all the same where it is not", async () => {
  const { alice, descriptor, terms } = pair
  const plain = expectKind(await alice.manager.submit(descriptor, number("1")), "submitted")
  assert.ok(!("checkpoint" in plain))
  assert.deepEqual(alice.notebook.note(terms)?.receipt, plain.receipt)
  const signed = await submitted(alice, descriptor, number("2"))
  assert.deepEqual(signed.checkpoint.checkpoint.head, signed.receipt)
  assert.deepEqual(alice.notebook.note(terms)?.receipt, signed.receipt)
})

describe("a submission whose reply was lost may count or not, without an alarm", () => {
  const lost = [
    ["it was delivered", true],
    ["it was not", false],
  ] as const
  for (const [what, isDelivered] of lost) {
    test(`${what}; the first`, async () => {
      const { host, alice, bob, descriptor } = pair
      await submitted(bob, descriptor, number("40"))
      await loseOne(pair, isDelivered)
      host.onMail = (_frame, honest) => honest()
      const later = userOf(host, alice)
      const { result } = expectReleased(await later.manager.result(descriptor))
      assert.deepEqual(result.answer, average(isDelivered ? "25" : "40"))
    })

    test(`${what}; after one that was acknowledged, and before one that was refused`, async () => {
      const { host, alice, bob, descriptor, terms } = pair
      await submitted(alice, descriptor, number("20"))
      await submitted(bob, descriptor, number("40"))
      await loseOne(pair, isDelivered)
      host.onMail = (_frame, honest) => honest()
      expectReleased(await bob.manager.result(descriptor))
      const later = userOf(host, alice)
      assert.equal(
        expectKind(await refusal(later.manager.submit(descriptor, number("30"))), "refused").reason,
        "LOCKED",
      )
      assert.equal(
        alice.notebook.note(terms)?.isUnacknowledged,
        true,
        "what became of the lost one is as open as before",
      )
      const { result } = expectReleased(await later.manager.result(descriptor))
      assert.deepEqual(result.answer, average(isDelivered ? "25" : "30"))
    })
  }

  test("one that was refused leaves nothing open", async () => {
    const { alice, bob, descriptor, terms } = pair
    await submitted(alice, descriptor, number("20"))
    await bob.manager.result(descriptor)
    await alice.manager.submit(descriptor, number("30"))
    assert.equal(alice.notebook.note(terms)?.isUnacknowledged, false)
  })

  test("of two in flight, the later is open until it is answered itself", async () => {
    const { host, alice, descriptor, terms } = pair
    host.onMail = onMails(
      (count) => count === 2,
      () => new Promise(() => {}),
    )
    const first = alice.manager.submit(descriptor, number("1"))
    void alice.manager.submit(descriptor, number("2"))
    await first
    const note = alice.notebook.note(terms)
    assert.deepEqual([note?.receipt?.length, note?.isUnacknowledged], [2, true])
  })

  async function refusal(asked: Promise<{ readonly kind: string }>): Promise<Response> {
    return (await asked) as Response
  }

  /** ALICE submits 10, and learns nothing of what became of it. */
  async function loseOne({ host, alice, descriptor }: Pair, isDelivered: boolean): Promise<void> {
    host.onMail = onMails(
      () => true,
      async (_frame, honest) => {
        if (isDelivered) await honest()
        throw unreachable()
      },
    )
    await assert.rejects(alice.manager.submit(descriptor, number("10")), { code: "HOST_UNREACHABLE" })
  }
})

describe("a submission that the host held back", () => {
  test("fault 2: delivered once a later one was acknowledged, does not undo it", async () => {
    const { host, alice, bob, descriptor, terms } = pair
    const withheld: Uint8Array<ArrayBuffer>[] = []
    host.onMail = onMails(
      () => true,
      async (frame) => {
        withheld.push(frame)
        throw unreachable()
      },
    )
    await assert.rejects(alice.manager.submit(descriptor, number("10")), { code: "HOST_UNREACHABLE" })
    host.onMail = (_frame, honest) => honest()
    const later = userOf(host, alice)
    await submitted(later, descriptor, number("20"))
    assert.ok(withheld.length > 1, "each attempt in a session of its own")
    for (const frame of withheld) {
      const { reply, changed } = await host.enclave.deliver(frame)
      assert.deepEqual([openFrame(reply).header.kind, changed], ["reply", false], "opened, and refused")
    }
    await submitted(bob, descriptor, number("40"))
    assert.deepEqual(expectReleased(await later.manager.result(descriptor)).result.answer, average("30"))
    assert.equal(alice.notebook.note(terms)?.isUnacknowledged, false)
  })

  test("SUPERSEDED: so its sender is told, if it still listens", async () => {
    const { host, alice, bob, descriptor } = pair
    const held = Promise.withResolvers<void>()
    host.onMail = onMails(
      (count) => count === 1,
      (_frame, honest) => held.promise.then(() => honest()),
    )
    const first = alice.manager.submit(descriptor, number("10"))
    await new Promise(setImmediate)
    await submitted(userOf(host, alice), descriptor, number("20"))
    held.resolve()
    const told = await first
    assert.deepEqual(told, { kind: "refused", reason: "SUPERSEDED", parameter: 0 })
    await submitted(bob, descriptor, number("40"))
    assert.deepEqual(expectReleased(await alice.manager.result(descriptor)).result.answer, average("30"))
  })
})
