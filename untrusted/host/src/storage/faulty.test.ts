import assert from "node:assert/strict"
import { test } from "node:test"
import { FaultyStore, scriptedPlan, seededPlan, WRITES_REMEMBERED_MAX, type FaultPlan } from "./faulty.ts"
import { StoreError } from "./index.ts"
import {
  allRecords,
  appendSamples,
  assertRecords,
  assertSnapshot,
  putSamples,
  samplePart,
  sampleRecord,
} from "./samples.ts"

const none = { nothingStored: 0, answerLost: 0, full: 0, cutShort: 0, changed: 0, rewound: 0 }

test("Nothing stored, and stored but the answer lost, look the same to whoever called", async () => {
  const outcomes: unknown[] = []
  for (const fault of ["nothingStored", "answerLost"] as const) {
    const store = new FaultyStore(scriptedPlan({ writes: [undefined, fault] }))
    await appendSamples(store, 0, 1)
    const error: unknown = await store.append(1, sampleRecord(1)).then(
      () => "stored",
      (error: unknown) => error,
    )
    assert.ok(error instanceof StoreError)
    outcomes.push([error.code, error.message])
    await assertRecords(store, 0, fault === "answerLost" ? 2 : 1)
    assert.deepEqual(store.injected, { ...none, [fault]: 1 })
  }
  assert.deepEqual(outcomes[0], outcomes[1])
})

test("Parts and commits fail in the same pairs", async () => {
  const writes = ["nothingStored", "answerLost", "nothingStored", "answerLost"] as const
  const store = new FaultyStore(scriptedPlan({ writes }))
  for (let times = 0; times < 2; times++)
    await assert.rejects(store.putSnapshotPart(3, 0, samplePart(3, 0)), { code: "STORE_FAILED" })
  await assert.rejects(store.commitSnapshot(3, 1), { code: "STORE_FAILED" })
  assert.equal(await store.snapshot(), undefined)
  await assert.rejects(store.commitSnapshot(3, 1), { code: "STORE_FAILED" })
  await assertSnapshot(store, 3, 1)
})

test("On a full disk nothing is stored, and it says so", async () => {
  const store = new FaultyStore(scriptedPlan({ writes: ["full", "full"] }))
  await assert.rejects(store.append(0, sampleRecord(0)), { code: "STORE_FULL" })
  await assert.rejects(store.putSnapshotPart(0, 0, samplePart(0, 0)), { code: "STORE_FULL" })
  await appendSamples(store, 0, 1)
  await assertRecords(store, 0, 1)
  await assert.rejects(store.commitSnapshot(0, 1), { code: "ORDER" })
})

test("A torn write shows at the next restart, in the last record alone", async () => {
  const restarts = [{ kind: "cutShort", bytesKept: 5 } as const, { kind: "changed", bit: 17 } as const]
  const store = new FaultyStore(scriptedPlan({ restarts }))
  await appendSamples(store, 0, 3)
  store.restart()
  const [first, second, cut] = await allRecords(store)
  assert.deepEqual([first?.record, second?.record], [sampleRecord(0), sampleRecord(1)])
  assert.deepEqual(cut?.record, sampleRecord(2).slice(0, 5))
  await appendSamples(store, 3, 4)
  store.restart()
  const changed = (await allRecords(store)).at(-1)?.record ?? new Uint8Array(0)
  const differing = [...sampleRecord(3).entries()].flatMap(([at, byte]) =>
    byte === changed[at] ? [] : [[at, byte ^ (changed[at] ?? 0)]],
  )
  assert.deepEqual(differing, [[2, 0b10]])
  assert.deepEqual(store.injected, { ...none, cutShort: 1, changed: 1 })
})

test("Where there is no record, the last part of the snapshot is torn; where there is nothing, nothing", async () => {
  const cutShort = { kind: "cutShort", bytesKept: 7 } as const
  const store = new FaultyStore(scriptedPlan({ restarts: [cutShort, { kind: "rewound", writes: 1 }, cutShort] }))
  store.restart()
  store.restart()
  assert.deepEqual(store.injected, none)
  await putSamples(store, 3, 2)
  await store.commitSnapshot(3, 2)
  store.restart()
  assert.deepEqual(await store.snapshotPart(0), samplePart(3, 0))
  assert.deepEqual(await store.snapshotPart(1), samplePart(3, 1).slice(0, 7))
  assert.deepEqual(store.injected, { ...none, cutShort: 1 })
})

test("A rewound store is as it was so many writes ago, and goes on from there", async () => {
  const store = new FaultyStore(
    scriptedPlan({
      restarts: [
        { kind: "rewound", writes: 2 },
        { kind: "rewound", writes: 1 },
      ],
    }),
  )
  await appendSamples(store, 0, 4)
  await putSamples(store, 3, 1)
  await store.commitSnapshot(3, 1)
  store.restart()
  assert.equal(await store.snapshot(), undefined)
  await assertRecords(store, 0, 4)
  await assert.rejects(store.commitSnapshot(3, 1), { code: "ORDER" }, "the part is gone too")
  await store.append(4, Uint8Array.of(1))
  store.restart()
  await assertRecords(store, 0, 4)
  assert.deepEqual(store.injected, { ...none, rewound: 2 })
})

test("A store is rewound no further than it remembers", async () => {
  const far = { kind: "rewound", writes: WRITES_REMEMBERED_MAX } as const
  const store = new FaultyStore(scriptedPlan({ restarts: [far] }))
  await appendSamples(store, 0, WRITES_REMEMBERED_MAX + 10)
  store.restart()
  await assertRecords(store, 0, 10)
})

test("Without a fault a restart changes nothing, opens what was closed, and a copy goes its own way", async () => {
  const store = new FaultyStore(scriptedPlan({}))
  await appendSamples(store, 0, 3)
  await putSamples(store, 2, 1)
  const copy = store.fork()
  await store.close()
  await assert.rejects(store.records(0), { code: "STORE_CLOSED" })
  store.restart()
  await store.commitSnapshot(2, 1)
  await assertRecords(store, 2, 3)
  await appendSamples(copy, 3, 4)
  await assertRecords(copy, 0, 4)
  await copy.commitSnapshot(2, 1)
  await assertSnapshot(copy, 2, 1)
})

test("A seed gives the same faults each time, another seed others, and in time every kind", async () => {
  const chances = { nothingStored: 0.2, answerLost: 0.2, full: 0.2, cutShort: 0.3, changed: 0.3, rewound: 0.3 }
  const first = await history(seededPlan(1, chances))
  assert.deepEqual(await history(seededPlan(1, chances)), first)
  assert.notDeepEqual(await history(seededPlan(2, chances)), first)
  for (const [kind, count] of Object.entries(first.injected)) assert.ok(count > 0, kind)
  const faultless = await history(seededPlan(1, none))
  assert.deepEqual(faultless.injected, none)
})

/** What a store under this plan did over many writes and restarts. */
async function history(plan: FaultPlan): Promise<{ log: unknown[]; injected: FaultyStore["injected"] }> {
  const store = new FaultyStore(plan)
  const log: unknown[] = []
  for (let round = 0; round < 200; round++) {
    const next = ((await allRecords(store)).at(-1)?.index ?? -1) + 1
    log.push(
      await store
        .append(next, Uint8Array.of(round, next))
        .catch((error: unknown) => error instanceof StoreError && error.code),
    )
    if (round % 5 === 4) store.restart()
    log.push(await store.records(0))
  }
  return { log, injected: store.injected }
}
