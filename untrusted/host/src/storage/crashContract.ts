/*
 * What `Store` promises across crashes, as tests for every engine that lasts: another process writes, is killed, and
 * what it said it had done is compared with what is there. That a crash of the whole machine takes nothing either, no
 * kill of a process can show: it rests on the engine's syncs.
 */
import assert from "node:assert/strict"
import { test } from "node:test"
import { newPath } from "./files.ts"
import { engines, type StorageEngine } from "./index.ts"
import { startProbe } from "./probes.ts"
import { allRecords, assertRecords, assertSnapshot, putSamples } from "./samples.ts"

const WRITER = "writer.probe.mts"
const ROUNDS = 8
const PARTS = 3

export function crashContract(engine: StorageEngine): void {
  test(`${engine}: after kill -9 among appends, all that were acknowledged are there, and no gap`, async (t) => {
    const path = newPath(t)
    let acknowledged = -1
    for (let round = 0; round < ROUNDS; round++) {
      const writer = startProbe(t, WRITER, [engine, path, "append"])
      await writer.said("appended", 1 + round * 61)
      await writer.kill()
      acknowledged = writer.numbers("appended ").at(-1) ?? acknowledged
      const store = await engines[engine].open(path)
      const count = (await allRecords(store)).length
      assert.ok(count === acknowledged + 1 || count === acknowledged + 2, `${count} after ${acknowledged}`)
      await assertRecords(store, 0, count)
      await store.close()
    }
  })

  test(`${engine}: after kill -9 around a commit, there is the old state or the new one, whole`, async (t) => {
    const path = newPath(t)
    for (let round = 0; round < ROUNDS; round++) {
      const writer = startProbe(t, WRITER, [engine, path, "snapshot"])
      await writer.said("committing", 1 + (round % 4))
      await writer.kill()
      const store = await engines[engine].open(path)
      const upTo = (await store.snapshot())?.upTo ?? 0
      const least = writer.numbers("committed ").at(-1) ?? 0
      const most = writer.numbers("committing ").at(-1) ?? 0
      assert.ok(least <= upTo && upTo <= most, `${upTo}, which is not from ${least} to ${most}`)
      if (upTo > 0) await assertSnapshot(store, upTo, PARTS)
      const last = (await allRecords(store)).at(-1)?.index ?? -1
      assert.ok(last >= (writer.numbers("appended ").at(-1) ?? 0), `${last}`)
      await assertRecords(store, upTo, last + 1)
      await store.close()
    }
  })

  test(`${engine}: a snapshot that a kill -9 left unfinished is invisible, and no hindrance to the next`, async (t) => {
    const path = newPath(t)
    const writer = startProbe(t, WRITER, [engine, path, "snapshot"])
    await writer.said("committing", 2)
    await writer.kill()
    const store = await engines[engine].open(path)
    t.after(() => store.close())
    const upTo = ((await allRecords(store)).at(-1)?.index ?? 0) + 1
    await putSamples(store, upTo, 1)
    await store.commitSnapshot(upTo, 1)
    await assertSnapshot(store, upTo, 1)
  })

  test(`${engine}: two hosts cannot have one store, until the first is gone`, async (t) => {
    const path = newPath(t)
    const holder = startProbe(t, WRITER, [engine, path, "hold"])
    await holder.said("open")
    await assert.rejects(engines[engine].open(path), { code: "STORE_LOCKED" })
    const other = startProbe(t, WRITER, [engine, path, "hold"])
    await other.said("")
    assert.deepEqual(other.lines, ["failed STORE_LOCKED"])
    await holder.kill()
    await (await engines[engine].open(path)).close()
  })

  test(`${engine}: a second try in the same process fails too, and keeps others out as before`, async (t) => {
    const path = newPath(t)
    const store = await engines[engine].open(path)
    await assert.rejects(engines[engine].open(path), { code: "STORE_LOCKED" })
    const other = startProbe(t, WRITER, [engine, path, "hold"])
    await other.said("")
    assert.deepEqual(other.lines, ["failed STORE_LOCKED"])
    await store.close()
    const next = startProbe(t, WRITER, [engine, path, "hold"])
    await next.said("open")
  })
}
