import { RecoveryError } from "@event-manager/enclave"
import { digest, matchKey, message, name } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import { RawStore } from "../../../../testing/src/rawStore.ts"
import { SEALING_KEY } from "../../../../testing/src/testEnclave.ts"
import { party } from "../../../../testing/src/world.ts"
import type { Event } from "../core/event.ts"
import { noAnchor } from "./anchor/none.ts"
import { Journal } from "./journal.ts"
import { RecordKeys } from "./record.ts"
import { recover } from "./recovery.ts"

describe("a snapshot", () => {
  const keys = new RecordKeys(SEALING_KEY)
  const life = new Uint8Array(32).fill(0x1f)
  const genesis = { identitySeed: new Uint8Array(32).fill(1), historyKey: new Uint8Array(32).fill(2) }
  const submitted = (n: number): Event => ({
    kind: "accepted",
    computation: name("It"),
    entry: {
      kind: "submitted",
      party: party(n),
      submission: { kind: "key", key: matchKey("K"), message: message("x".repeat(1_024)) },
      revision: n,
    },
    head: digest(new Uint8Array(32)),
  })
  const small: Event = { kind: "accepted", computation: name("It"), entry: { kind: "frozen" }, head: digest(life) }
  const all = Array.from({ length: 2_000 }, (_, n) => submitted(n))
  /** A snapshot of three parts, and two records after it. */
  let whole: RawStore

  before(async () => {
    whole = await written(life)
  })

  async function written(by: Uint8Array<ArrayBuffer>): Promise<RawStore> {
    const store = new RawStore()
    const end = { genesis, next: 0, last: new Uint8Array(32), register: undefined, recordBytes: 0 }
    const options = { store, anchor: noAnchor, keys, life: by, snapshot: () => all, snapshotBytesMin: 4_096 }
    const journal = new Journal(options, end)
    await journal.begin()
    for (let i = 0; i < 3; i++) {
      journal.add({ events: [small], frameSizeMin: 2_048 })
      await journal.durable()
    }
    await journal.settled()
    assert.deepEqual(await store.snapshot(), { upTo: 2, parts: 3 })
    assert.equal(store.stored.length, 2)
    return store
  }

  async function read(store: RawStore): Promise<Event[]> {
    const events: Event[] = []
    const found = await recover(store, new RecordKeys(SEALING_KEY), noAnchor, (event) => events.push(event))
    assert.equal(found?.next, 4)
    assert.deepEqual(found.genesis, genesis)
    return events
  }

  async function assertStops(store: RawStore, code: RecoveryError["code"], says: RegExp): Promise<void> {
    const reading = recover(store, new RecordKeys(SEALING_KEY), noAnchor, () => {})
    await assert.rejects(reading, (error) => {
      assert.ok(error instanceof RecoveryError, String(error))
      assert.equal(error.code, code, error.message)
      assert.match(error.message, says)
      return true
    })
  }

  function withParts(change: (parts: Uint8Array[]) => Uint8Array[]): RawStore {
    const store = whole.fork()
    assert.ok(store.kept)
    store.kept = { ...store.kept, parts: change(store.kept.parts) }
    return store
  }

  test("is read back, and then the records after it", async () => {
    assert.deepEqual(await read(whole.fork()), [...all, small, small])
  })
  const stops: readonly [string, (parts: Uint8Array[]) => Uint8Array[], RecoveryError["code"], RegExp][] = [
    ["its first part is missing", (parts) => parts.slice(1), "RECORD_OUT_OF_ORDER", /part 1 .* place of part 0/],
    ["a middle part is missing", (parts) => parts.toSpliced(1, 1), "RECORD_OUT_OF_ORDER", /part 2 .* place of part 1/],
    ["its last part is missing", (parts) => parts.slice(0, 2), "SNAPSHOT_INCOMPLETE", /lacks its last part/],
    ["it has no part", () => [], "SNAPSHOT_INCOMPLETE", /lacks its last part/],
    ["its last part stands twice", (parts) => [...parts, ...parts.slice(2)], "RECORD_OUT_OF_ORDER", /part 2 .* part 3/],
    [
      "two parts are exchanged",
      ([one, two, three]) => [one, three, two].filter((each) => each !== undefined),
      "RECORD_OUT_OF_ORDER",
      /part 2 /,
    ],
    [
      "a part is changed",
      (parts) => parts.map((each, i) => (i === 1 ? each.slice().fill(9, 5_000, 5_001) : each)),
      "RECORD_CHANGED",
      /^part 1 of the snapshot was changed/,
    ],
    ["a part is cut short", (parts) => parts.map((each) => each.subarray(0, 2_048)), "RECORD_CHANGED", /^part 0 /],
    ["a part is empty", (parts) => parts.map(() => new Uint8Array(0)), "RECORD_CHANGED", /^part 0 /],
  ]
  for (const [what, change, code, says] of stops) test(what, () => assertStops(withParts(change), code, says))

  test("a part of the snapshot that another life made of as many records", async () => {
    const other = (await written(new Uint8Array(32).fill(0x2e))).kept?.parts ?? []
    for (const part of [1, 2]) {
      const mixed = withParts((parts) => parts.map((each, i) => (i === part ? (other[i] ?? each) : each)))
      await assertStops(mixed, "RECORD_OUT_OF_ORDER", new RegExp(`part ${part} `))
    }
    const first = withParts((parts) => parts.map((each, i) => (i === 0 ? (other[i] ?? each) : each)))
    await assertStops(first, "RECORD_OUT_OF_ORDER", /part 1 /)
    const snapshot = withParts(() => other)
    await assertStops(snapshot, "RECORD_FOREIGN", /^record 2 does not follow the record before it/)
  })
  test("that is said to stand for other records", async () => {
    for (const upTo of [0, 1, 3]) {
      const store = whole.fork()
      assert.ok(store.kept)
      store.kept = { ...store.kept, upTo }
      await assertStops(store, "RECORD_OUT_OF_ORDER", /part 0 of a snapshot of 2 records stands in the place of part 0/)
    }
  })
  test("that is missing, where the records before it are too", async () => {
    const store = whole.fork()
    store.kept = undefined
    await assertStops(store, "RECORD_MISSING", /^record 0 is missing; record 2 stands in its place/)
  })
  test("a record in place of a part, and a part in place of a record", async () => {
    const [record] = whole.stored
    const [part] = whole.kept?.parts ?? []
    assert.ok(record && part)
    await assertStops(
      withParts(() => [record.record]),
      "RECORD_OUT_OF_ORDER",
      /^record 2 stands in the place of part 0/,
    )
    const store = whole.fork()
    store.stored = [{ index: 2, record: part }]
    await assertStops(
      store,
      "RECORD_OUT_OF_ORDER",
      /^part 0 of a snapshot of 2 records stands in the place of record 2/,
    )
  })
  test("the first record after it is missing", async () => {
    const store = whole.fork()
    store.stored = store.stored.slice(1)
    await assertStops(store, "RECORD_MISSING", /^record 2 is missing; record 3/)
  })
})
