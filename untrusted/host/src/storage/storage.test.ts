import { test } from "node:test"
import assert from "node:assert/strict"
import fc from "fast-check"
import { storeContract } from "./contract.ts"
import { crashContract } from "./crashContract.ts"
import type { ClosableStore } from "./engine.ts"
import { FaultyStore, scriptedPlan } from "./faulty.ts"
import { newPath } from "./files.ts"
import { engines, memoryStore, sqliteStore, storageEngines, StoreError, type StorageEngine } from "./index.ts"
import { allRecords } from "./samples.ts"
import type { MakeSubject } from "./subject.ts"

/** How each engine is closed and opened again: what lasts, by its path; what does not, as a copy. */
const subjects = {
  memory: async () => {
    const store = memoryStore()
    return {
      store,
      reopen: async () => {
        await store.close()
        return store.fork()
      },
    }
  },
  sqlite: async (t) => {
    const path = newPath(t)
    const store = await engines.sqlite.open(path)
    t.after(() => store.close())
    return {
      store,
      reopen: async () => {
        await store.close()
        const again = await engines.sqlite.open(path)
        t.after(() => again.close())
        return again
      },
    }
  },
} satisfies Record<StorageEngine, MakeSubject>

const faultless: MakeSubject = async () => {
  const store = new FaultyStore(scriptedPlan({}))
  return {
    store,
    reopen: async () => {
      store.restart()
      return store
    },
  }
}

for (const engine of storageEngines) {
  storeContract(engine, subjects[engine])
  if (engines[engine].isDurable) crashContract(engine)
}
storeContract("the double without faults", faultless)

type Call = (store: ClosableStore) => Promise<unknown>

const small = fc.nat({ max: 9 })
const bytes = fc.uint8Array({ maxLength: 9 })
const calls: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 6,
    arbitrary: bytes.map(
      (record): Call =>
        async (store) =>
          store.append(await nextOf(store), record),
    ),
  },
  fc.tuple(small, bytes).map(
    ([index, record]): Call =>
      (store) =>
        store.append(index, record),
  ),
  {
    weight: 4,
    arbitrary: fc.tuple(small, fc.nat({ max: 2 }), bytes).map(
      ([upTo, part, bytes]): Call =>
        (store) =>
          store.putSnapshotPart(upTo, part, bytes),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(small, fc.nat({ max: 3 })).map(
      ([upTo, parts]): Call =>
        (store) =>
          store.commitSnapshot(upTo, parts),
    ),
  },
  small.map(
    (from): Call =>
      (store) =>
        store.records(from),
  ),
  small.map(
    (part): Call =>
      (store) =>
        store.snapshotPart(part),
  ),
)

const inThisThread: MakeSubject = async (t) => {
  const path = newPath(t)
  const store = sqliteStore(path)
  t.after(() => store.close())
  return {
    store,
    reopen: async () => {
      await store.close()
      const again = sqliteStore(path)
      t.after(() => again.close())
      return again
    },
  }
}

/** Fewer rounds where each begins two threads. */
const rounds = [
  ["memory", subjects.memory, 60],
  ["sqlite", subjects.sqlite, 6],
  ["sqlite in this thread", inThisThread, 60],
] as const

for (const [name, makeSubject, numRuns] of rounds) {
  test(`${name} answers any calls as the reference does, before and after reopening`, async (t) => {
    const property = fc.asyncProperty(
      fc.array(calls, { maxLength: 30 }),
      fc.array(calls, { maxLength: 10 }),
      async (before, after) => {
        const reference = memoryStore()
        const { store, reopen } = await makeSubject(t)
        for (const call of before) assert.deepEqual(await outcome(call, store), await outcome(call, reference))
        const again = await reopen()
        for (const call of after) assert.deepEqual(await outcome(call, again), await outcome(call, reference))
        await again.close()
      },
    )
    await fc.assert(property, { numRuns })
  })
}

async function nextOf(store: ClosableStore): Promise<number> {
  return ((await allRecords(store)).at(-1)?.index ?? (await store.snapshot())?.upTo ?? -1) + 1
}

/** What came back, and what is there now. */
async function outcome(call: Call, store: ClosableStore): Promise<unknown> {
  const answer = await call(store).catch((error: unknown) => (error instanceof StoreError ? error.code : error))
  return { answer, records: await store.records(0), snapshot: await store.snapshot() }
}
