import { frameSizes, frozenSigned, name } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import type { StoreCall } from "../../../../testing/src/recordingStore.ts"
import { people, setting, submissions, type Setting } from "../../../../testing/src/setting.ts"
import { SEALING_KEY } from "../../../../testing/src/testEnclave.ts"
import { answerIn, expectKind, key, number, witnessed } from "../../../../testing/src/world.ts"
import { memoryStore } from "../../../../untrusted/host/src/storage/memory.ts"
import { openRecord, RecordKeys } from "./record.ts"

const PART_BYTES = 1_048_576

describe("a snapshot", () => {
  /** Plays the same course of events, in two lives, with this threshold. */
  async function play(snapshotBytesMin: number): Promise<{ calls: StoreCall[]; answers: unknown; again: Setting }> {
    const inner = memoryStore()
    const it = await setting(inner, snapshotBytesMin)
    const { pair } = it
    await pair.create("Seen", { release: witnessed(2) })
    await pair.create("Open", { type: "min", quorum: 1 })
    await pair.create("Keys", { type: "key" })
    await pair.create("Gone", { type: "key" })
    for (const value of ["1", "2", "424242.4242"]) await pair.submit(pair.alice, "Seen", number(value))
    await pair.submit(pair.bob, "Seen", number("4"))
    await pair.submit(pair.bob, "Open", number("3"))
    for (const each of [pair.alice, pair.bob]) await pair.submit(each, "Keys", key("KEPT", "kept-message"))
    for (const each of [pair.alice, pair.bob]) await pair.submit(each, "Gone", key("GONE", "gone-message"))
    await pair.submit(pair.alice, "Seen", number("8"))
    const frozen = await pair.result(pair.alice, "Seen")
    const signed = frozenSigned(expectKind(frozen.response, "awaiting").frozen)
    const signature = await people.alice.sign(signed)
    const awaiting = await pair.alice.ask({ kind: "witness", ...(await pair.about("Seen")), signature })
    assert.deepEqual(expectKind(awaiting, "awaiting").witnesses, [people.alice.party])
    await pair.delete("Gone")
    await pair.result(pair.bob, "Open")
    const again = await setting(inner, snapshotBytesMin, 1)
    const answers = []
    for (const each of [again.pair.alice, again.pair.bob]) {
      for (const computation of ["Seen", "Open"]) answers.push(await again.pair.result(each, computation))
      answers.push(await each.ask({ kind: "matches", after: 0, page: 0 }), await each.ask({ kind: "list", after: 0 }))
      answers.push(await each.askWhole({ kind: "describe", computation: name("Keys") }))
    }
    const witness = {
      kind: "witness",
      ...(await again.pair.about("Seen")),
      signature: await people.bob.sign(signed),
    } as const
    const { result } = expectKind(await again.pair.bob.ask(witness), "result")
    answers.push(result)
    assert.deepEqual(result.answer, { kind: "number", value: "6" })
    return { calls: it.calls, answers, again }
  }

  test("is taken at the threshold, and after it a state is the same as from the log alone", async () => {
    const log = await play(Number.MAX_SAFE_INTEGER)
    const commits = (calls: readonly StoreCall[]): number[] =>
      calls.filter(({ call }) => call === "commitSnapshot").map(({ index }) => index)
    assert.deepEqual(commits(log.calls), [])
    assert.deepEqual(await log.again.store.snapshot(), undefined)
    // Every place in the course of events, before and after a freeze, a signature, a deletion and an answer.
    for (let records = 2; records <= 19; records++) {
      const both = await play(records * 2_048)
      assert.deepEqual(commits(both.calls), [records])
      assert.deepEqual(both.answers, log.answers, `a snapshot of ${records} records`)
      assert.ok((await both.again.store.records(0)).length < (await log.again.store.records(0)).length)
    }
  })
  test("holds nothing of what was deleted or replaced, and did before", async () => {
    const inner = memoryStore()
    const it = await setting(inner, 10_000)
    const { pair } = it
    await pair.create("Gone", { type: "key" })
    await pair.create("Sum")
    await pair.submit(pair.alice, "Gone", key("GONE-KEY", "gone-message"))
    await pair.submit(pair.alice, "Sum", number("424242.4242"))
    assert.deepEqual(await found(it), ["GONE-KEY", "gone-message", "424242.4242"])
    await pair.delete("Gone")
    await pair.submit(pair.alice, "Sum", number("1"))
    // A snapshot is as large as five hundred records, and the next is due when as many were written.
    for (let i = 0; i < 600; i++) await pair.submit(pair.bob, "Sum", number(`${i}`))
    assert.ok(it.calls.filter(({ call }) => call === "commitSnapshot").length >= 2)
    assert.deepEqual(await found(it), [])
    const again = await setting(inner, undefined, 1)
    const answer = answerIn((await again.pair.result(again.pair.bob, "Sum")).response)
    assert.deepEqual(answer, { kind: "number", value: "300" })
  })

  /** Which of the marks stand in the snapshot, opened. */
  async function found({ store }: Setting): Promise<string[]> {
    const snapshot = await store.snapshot()
    const bytes: Uint8Array[] = []
    for (let part = 0; part < (snapshot?.parts ?? 0); part++) {
      const { content } = openRecord(new RecordKeys(SEALING_KEY), "a part", await store.snapshotPart(part))
      bytes.push(content.events)
    }
    const all = Buffer.concat(bytes)
    return ["GONE-KEY", "gone-message", "424242.4242"].filter((mark) => all.includes(mark))
  }
})

describe("what the host stores", () => {
  test("fault 13: has only a record's or a part's few sizes", async () => {
    const it = await setting(undefined, 20_000)
    await it.pair.create("It")
    for (const count of [1, 7, 60, 300]) {
      await Promise.all((await submissions(it, count)).map((each) => each.deliver()))
    }
    const sizes = new Set<number>(frameSizes)
    for (const { call, bytes } of it.calls) {
      if (call === "append") assert.ok(sizes.has(bytes), `${bytes} bytes`)
      if (call === "putSnapshotPart") assert.equal(bytes, PART_BYTES)
    }
    assert.ok(new Set(it.calls.map(({ bytes }) => bytes)).size >= 4)
  })
  test("no life seals twice under one key and nonce, and two lives of one rewound state have different keys", async () => {
    const inner = memoryStore()
    const first = await setting(inner, 8_000)
    await first.pair.create("It")
    for (let i = 0; i < 10; i++) await first.pair.submit(first.pair.alice, "It", number(`${i}`))
    const rewound = inner.fork()
    const lives = [await setting(inner, 8_000, 1), await setting(rewound, 8_000, 2)]
    for (const { pair, store } of lives) {
      for (let i = 0; i < 10; i++) await pair.submit(pair.alice, "It", number(`${i}`))
      store.before = async () => Promise.reject(new RangeError("full"))
      await assert.rejects(pair.submit(pair.alice, "It", number("11")))
    }
    const seals = [first, ...lives].flatMap(({ store }) => store.sealed.map(sealOf))
    assert.equal(new Set(seals).size, seals.length, "each life, kind, number and part is sealed once")
    assert.equal(new Set(seals.map((each) => each.slice(0, 66))).size, 6, "three lives, records and parts of each")
  })
})

/** What a record's key and nonce follow from: kind and life, then index and part. */
function sealOf(sealed: Uint8Array): string {
  return sealed.subarray(10, 55).toHex()
}

test("lives that each write little take one in the end: what they wrote adds up", async () => {
  const store = memoryStore()
  const each = 3
  for (let life = 0; life < 6; life++) {
    const { pair } = await setting(store, 10 * frameSizes[0], life)
    for (let n = 0; n < each; n++) await pair.create(`Life${life}-${n}`, { type: "key" })
  }
  assert.notEqual(await store.snapshot(), undefined)
})
