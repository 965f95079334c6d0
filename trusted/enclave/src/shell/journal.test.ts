import { type Delivery, name, type Reply, type Request } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import type { RecordingStore, StoreCall } from "../../../../testing/src/recordingStore.ts"
import { setting, submissions } from "../../../../testing/src/setting.ts"
import { answerIn, expectKind, key, number } from "../../../../testing/src/world.ts"
import { memoryStore } from "../../../../untrusted/host/src/storage/memory.ts"

/** Holds every append of the store until it is let go. */
function held(store: RecordingStore): { letGo(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  store.before = () => promise
  return { letGo: resolve }
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = {}
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  return (await Promise.race([promise, Promise.resolve(pending)])) === pending
}

function appends(calls: readonly StoreCall[]): number {
  return calls.filter(({ call }) => call === "append").length
}

describe("group commit", () => {
  test("what comes while a record is being stored shares the next one", async () => {
    const it = await setting()
    await it.pair.create("It")
    const mails = await submissions(it, 200)
    const before = appends(it.calls)
    const hold = held(it.store)
    const [first = assert.fail(), ...rest] = mails
    const deliveries = [first.deliver()]
    assert.ok(await isPending(Promise.race(deliveries)))
    deliveries.push(...rest.map((each) => each.deliver()))
    assert.ok(await isPending(Promise.race(deliveries)))
    assert.equal(appends(it.calls) - before, 1, "one record under way at a time")
    hold.letGo()
    const receipts: (Reply["head"] | undefined)[] = []
    for (const [i, delivery] of deliveries.entries()) receipts.push((await mails[i]?.open(await delivery))?.head)
    assert.equal(appends(it.calls) - before, 2)
    assert.deepEqual(
      receipts.map((each) => each?.length),
      Array.from({ length: 200 }, (_, i) => i + 2),
      "each with its own place in the history",
    )
  })
  test("more than a record holds is written in several, and nobody is answered before the last that is theirs", async () => {
    const inner = memoryStore()
    const it = await setting(inner)
    await it.pair.create("Keys", { type: "key" })
    const requests: Request[] = []
    for (let i = 0; i < 1_500; i++) requests.push(await it.pair.submission("Keys", key(`K${i}`, "x".repeat(1_000))))
    const mails = await Promise.all(requests.map(async (request) => it.pair.mail(it.pair.alice, request)))
    const before = it.calls.length
    const stored: number[] = []
    it.store.after = async ({ index }) => void stored.push(index)
    await Promise.all(mails.map((each) => each.deliver()))
    const written = it.calls.slice(before)
    assert.ok(written.length >= 3, `${written.length} records`)
    assert.deepEqual(
      stored,
      written.map(({ index }) => index),
      "all of them, before all were answered",
    )
    const again = await setting(inner, undefined, 1)
    const { head } = await again.pair.alice.askWhole({ kind: "describe", computation: name("Keys") })
    assert.equal(head?.length, 1 + mails.length)
  })
})

describe("durable before it is said", () => {
  test("fault 6: no reply leaves before its record is stored", async () => {
    const it = await setting()
    await it.pair.create("It")
    const [mail] = await submissions(it, 1)
    const hold = held(it.store)
    const delivery = mail?.deliver() ?? assert.fail()
    assert.ok(await isPending(delivery))
    hold.letGo()
    expectKind((await mail?.open(await delivery))?.response ?? assert.fail(), "submitted")
  })
  test("a question's reply waits for what it rests on, and no longer", async () => {
    const it = await setting()
    await it.pair.create("It")
    const [mail] = await submissions(it, 1)
    const describing: Request = { kind: "describe", computation: name("It") }
    const questions = [
      await it.pair.mail(it.pair.bob, describing),
      await it.pair.mail(it.pair.bob, { kind: "list", after: 0 }),
      await it.pair.mail(it.pair.bob, { kind: "result", ...(await it.pair.about("It")) }),
    ]
    const early = await (await it.pair.mail(it.pair.bob, describing)).deliver()
    assert.ok(early.reply.length > 0, "while nothing is being stored, at once")
    const hold = held(it.store)
    const deliveries: Promise<Delivery>[] = [mail, ...questions].map((each) => each?.deliver() ?? assert.fail())
    for (const delivery of deliveries) assert.ok(await isPending(delivery))
    hold.letGo()
    await Promise.all(deliveries)
  })
  test("close waits for it too", async () => {
    const it = await setting()
    await it.pair.create("It")
    const [mail] = await submissions(it, 1)
    const hold = held(it.store)
    const delivery = mail?.deliver()
    const closed = it.enclave.close()
    assert.ok(await isPending(closed))
    hold.letGo()
    await Promise.all([closed, delivery])
  })
})

describe("a store that fails ends the life", () => {
  for (const [when, happens] of [
    ["before", false],
    ["after", true],
  ] as const) {
    test(`fault 5, 6: ${happens ? "the answer is lost" : "nothing is stored"}`, async () => {
      const inner = memoryStore()
      const it = await setting(inner)
      await it.pair.create("It")
      await it.pair.submit(it.pair.bob, "It", number("10"))
      const acknowledged = await it.pair.submit(it.pair.alice, "It", number("20"))
      const requests = [await it.pair.submission("It", number("30")), await it.pair.submission("It", number("40"))]
      const mails = await Promise.all(requests.map(async (each) => it.pair.mail(it.pair.alice, each)))
      const question = await it.pair.mail(it.pair.bob, { kind: "list", after: 0 })
      const later = await it.pair.mail(it.pair.bob, { kind: "list", after: 0 })
      it.store[when] = async () => Promise.reject(new RangeError("the disk is full"))
      const calls = it.calls.length
      for (const result of await Promise.allSettled([...mails, question].map((each) => each.deliver()))) {
        assert.equal(result.status, "rejected")
      }
      it.store[when] = async () => {}
      await assert.rejects(later.deliver(), RangeError, "and all that comes after")
      assert.equal(it.calls.length, calls + 1, "nothing more is stored by this life")

      const again = await setting(inner, undefined, 1)
      const { response, head } = await again.pair.result(again.pair.bob, "It")
      const expected = happens ? "25" : "15"
      assert.deepEqual(answerIn(response), { kind: "number", value: expected }, "nothing acknowledged is lost")
      assert.ok((head?.length ?? 0) > (acknowledged.head?.length ?? 0))
      // The client sends again what was not acknowledged, and it counts once.
      const [first] = requests
      const retried = await again.pair.alice.ask(first ?? assert.fail())
      assert.equal(retried.kind, happens ? "submitted" : "refused")
    })
  }
})
