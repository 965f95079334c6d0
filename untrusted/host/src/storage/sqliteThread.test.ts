import assert from "node:assert/strict"
import { test } from "node:test"
import { newPath } from "./files.ts"
import { StoreError } from "./index.ts"
import { startProbe } from "./probes.ts"
import { allRecords, assertRecords, sampleRecord } from "./samples.ts"
import { sqliteStore } from "./sqlite.ts"
import { openSqliteThread } from "./sqliteThread.ts"

test("where its thread ends, every call that waits and every later one is refused, and it can be closed", async (t) => {
  const store = await openSqliteThread(newPath(t), new URL("endingWorker.probe.mts", import.meta.url))
  const waiting = [store.append(0, sampleRecord(0)), store.records(0), store.snapshot()]
  for (const each of await Promise.allSettled(waiting)) {
    assert.ok(each.status === "rejected" && each.reason instanceof StoreError && each.reason.code === "STORE_FAILED")
  }
  await assert.rejects(store.records(0), { code: "STORE_FAILED" })
  await store.close()
  await assert.rejects(store.records(0), { code: "STORE_CLOSED" })
})

test("where its thread cannot begin, the error says why", async (t) => {
  const path = newPath(t)
  await assert.rejects(openSqliteThread(path, new URL("no-such-file.ts", import.meta.url)), (error) => {
    assert.ok(error instanceof StoreError)
    assert.equal(error.code, "STORE_FAILED")
    assert.ok(error.message.startsWith(path) && error.message.includes("MODULE_NOT_FOUND"), error.message)
    return error.cause instanceof Error
  })
})

test("what was asked before it is closed is carried out", async (t) => {
  const path = newPath(t)
  const store = await openSqliteThread(path)
  const appended = Array.from({ length: 50 }, (_, index) => store.append(index, sampleRecord(index)))
  await store.close()
  await Promise.all(appended)
  const again = sqliteStore(path)
  await assertRecords(again, 0, 50)
  await again.close()
})

test("the bytes of a part of larger memory are stored, and stay the caller's", async (t) => {
  const store = await openSqliteThread(newPath(t))
  t.after(() => store.close())
  const memory = new Uint8Array(100_000).fill(1)
  const part = memory.subarray(10, 20).fill(2)
  await store.append(0, part)
  assert.deepEqual(part, new Uint8Array(10).fill(2))
  assert.deepEqual([...((await allRecords(store))[0]?.record ?? [])], [...part])
})

test("while nothing is asked, an open store does not keep the process alive", async (t) => {
  const path = newPath(t)
  assert.equal(await startProbe(t, "idle.probe.mts", [path]).ended(), 0)
  const store = sqliteStore(path)
  await assertRecords(store, 0, 1)
  await store.close()
})
