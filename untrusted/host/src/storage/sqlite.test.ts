import assert from "node:assert/strict"
import { chmodSync, copyFileSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { test } from "node:test"
import { bytesOn, logPath, marksOn, newPath } from "./files.ts"
import { sqliteStore, StoreError } from "./index.ts"
import { startProbe } from "./probes.ts"
import {
  allRecords,
  appendSamples,
  assertRecords,
  assertSnapshot,
  marked,
  partMark,
  putSamples,
  recordMark,
  samplePart,
  sampleRecord,
} from "./samples.ts"

const PAGE_BYTES = 8_192
const SETTLED_BYTES_MAX = 40 * PAGE_BYTES

/** Makes a file in the way of a store, with SQLite itself. */
function makeDatabase(path: string, sql: string): void {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

function assertRefused(path: string, code: string): void {
  assert.throws(
    () => sqliteStore(path),
    (error) => {
      assert.ok(error instanceof StoreError)
      assert.equal(error.code, code)
      assert.ok(error.message.startsWith(`${path} `), error.message)
      assert.doesNotMatch(error.message, /\n/)
      return true
    },
  )
}

test("The file and its log are the owner's alone, also where the file was not", async (t) => {
  const path = newPath(t)
  const store = sqliteStore(path)
  await appendSamples(store, 0, 1)
  for (const file of [path, logPath(path)]) assert.equal(statSync(file).mode & 0o777, 0o600, file)
  await store.close()
  chmodSync(path, 0o644)
  const again = sqliteStore(path)
  await appendSamples(again, 1, 2)
  for (const file of [path, logPath(path)]) assert.equal(statSync(file).mode & 0o777, 0o600, file)
  await again.close()
})

test("Commits are synced, and what is deleted is overwritten: the settings are those of the store's connection", async (t) => {
  const exec = t.mock.method(DatabaseSync.prototype, "exec")
  const store = sqliteStore(newPath(t))
  const database = exec.mock.calls[0]?.this
  assert.ok(database instanceof DatabaseSync)
  const set = { synchronous: 2, secure_delete: 1, journal_mode: "wal", locking_mode: "exclusive", fullfsync: 1 }
  for (const [name, value] of Object.entries(set))
    assert.deepEqual(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {}), [value], name)
  await store.close()
})

test("A closed store is one file", async (t) => {
  const path = newPath(t)
  const store = sqliteStore(path)
  await appendSamples(store, 0, 3)
  await store.close()
  assert.equal(statSync(path).size % PAGE_BYTES, 0)
  for (const suffix of ["-wal", "-shm", "-journal"]) assert.equal(bytesOn(path + suffix), 0, suffix)
})

test("What is not a store is refused, and left as it is", (t) => {
  const others = {
    text: (path: string) => writeFileSync(path, "a line of text\n"),
    noise: (path: string) => writeFileSync(path, marked("noise", 100_000)),
    unmarked: (path: string) => makeDatabase(path, "CREATE TABLE records (number INTEGER PRIMARY KEY)"),
    empty: (path: string) => makeDatabase(path, "VACUUM"),
    marked: (path: string) => makeDatabase(path, "PRAGMA auto_vacuum = FULL; PRAGMA application_id = 7; VACUUM"),
  }
  for (const [name, make] of Object.entries(others)) {
    const path = newPath(t)
    make(path)
    chmodSync(path, 0o644)
    const before = readFileSync(path)
    assertRefused(path, "STORE_FOREIGN")
    assert.deepEqual(readFileSync(path), before, name)
    assert.equal(statSync(path).mode & 0o777, 0o644, name)
  }
})

test("A store of a newer format is refused, and left as it is", async (t) => {
  const path = newPath(t)
  await sqliteStore(path).close()
  makeDatabase(path, "PRAGMA user_version = 2")
  const before = readFileSync(path)
  assertRefused(path, "STORE_NEWER")
  assert.deepEqual(readFileSync(path), before)
})

test("A format that there never was, or tables that are not ours, are damage", async (t) => {
  const path = newPath(t)
  await sqliteStore(path).close()
  makeDatabase(path, "PRAGMA user_version = 0")
  assertRefused(path, "STORE_CORRUPT")
  makeDatabase(path, "PRAGMA user_version = 1; DROP TABLE records; CREATE TABLE records (number, bytes)")
  makeDatabase(path, "INSERT INTO records VALUES ('one', 'text')")
  const store = sqliteStore(path)
  await assert.rejects(store.append(0, sampleRecord(0)), { code: "STORE_CORRUPT" })
  await store.close()
  makeDatabase(path, "DROP TABLE records")
  assertRefused(path, "STORE_FAILED")
  assertRefused(path, "STORE_FAILED")
})

test("A row of another type than ours is damage, and nothing more is done", async (t) => {
  const path = newPath(t)
  await sqliteStore(path).close()
  makeDatabase(path, "DROP TABLE records; CREATE TABLE records (number INTEGER PRIMARY KEY, bytes)")
  makeDatabase(path, "INSERT INTO records VALUES (0, 'text')")
  const store = sqliteStore(path)
  await assert.rejects(store.records(0), { code: "STORE_CORRUPT" })
  await assert.rejects(store.append(1, sampleRecord(1)), { code: "STORE_CORRUPT" })
  await store.close()
})

test("A page that the disk has changed is damage", async (t) => {
  const path = newPath(t)
  const store = sqliteStore(path)
  await appendSamples(store, 0, 100)
  await store.close()
  const bytes = readFileSync(path)
  for (let at = PAGE_BYTES; at < bytes.length; at += PAGE_BYTES) bytes.fill(0xff, at, at + 64)
  writeFileSync(path, bytes)
  const read = async (): Promise<void> => {
    const again = sqliteStore(path)
    t.after(() => again.close())
    await allRecords(again)
  }
  await assert.rejects(read(), { code: "STORE_CORRUPT" })
})

test("Where no file can be made, the error says so", (t) => {
  const path = newPath(t)
  assertRefused(join(path, "below", "nothing"), "STORE_FAILED")
  mkdirSync(path)
  assertRefused(path, "STORE_FAILED")
})

test("What a snapshot stands for is gone from file and log at once, and its room is handed back", async (t) => {
  const path = newPath(t)
  const store = sqliteStore(path)
  t.after(() => store.close())
  await appendSamples(store, 0, 400)
  await putSamples(store, 200, 3)
  await store.commitSnapshot(200, 3)
  const old = Array.from({ length: 200 }, (_, at) => recordMark(at))
  assert.deepEqual(marksOn(path, old), [])
  await putSamples(store, 300, 3)
  await putSamples(store, 398, 2)
  const kept = [recordMark(398), recordMark(399), partMark(398, 0), partMark(398, 1)]
  const goes = [recordMark(200), recordMark(397), partMark(200, 0), partMark(200, 2), partMark(300, 2)]
  assert.deepEqual(marksOn(path, [...kept, ...goes]), [...kept, ...goes])
  const before = bytesOn(path)
  await store.commitSnapshot(398, 2)
  const gone = Array.from({ length: 398 }, (_, at) => recordMark(at)).concat(
    [200, 300].flatMap((upTo) => [0, 1, 2].map((part) => partMark(upTo, part))),
  )
  assert.deepEqual(marksOn(path, gone), [])
  assert.deepEqual(marksOn(path, kept), kept)
  assert.equal(bytesOn(logPath(path)), 0)
  assert.ok(bytesOn(path) < SETTLED_BYTES_MAX && bytesOn(path) < before, `${bytesOn(path)} bytes, ${before} before`)
})

test("The part that another was put over is gone from the file, and from the log with the next snapshot", async (t) => {
  const path = newPath(t)
  const store = sqliteStore(path)
  t.after(() => store.close())
  await putSamples(store, 3, 2)
  await putSamples(store, 4, 2)
  await store.commitSnapshot(4, 2)
  assert.deepEqual(marksOn(path, [partMark(3, 0), partMark(3, 1)]), [])
  assert.deepEqual(marksOn(path, [partMark(4, 0), partMark(4, 1)]), [partMark(4, 0), partMark(4, 1)])
})

for (const phase of ["open", "append", "put", "commit"]) {
  test(`Killed after any step of ${phase}, it has happened wholly or not at all, and nothing is left over`, async (t) => {
    let hasSurvived = false
    for (let steps = 1; !hasSurvived; steps++) {
      const path = newPath(t)
      const probe = startProbe(t, "statements.probe.mts", [path, phase, `${steps}`])
      const end = await probe.ended()
      hasSurvived = probe.lines.includes("survived")
      assert.equal(end, hasSurvived ? 0 : "SIGKILL")
      if (phase !== "open") await assertWholeAfter(path, probe.lines)
      else await sqliteStore(path).close()
      assert.ok(steps > 1 || !hasSurvived, "no step was counted")
    }
  })
}

/** What statements.probe.mts may leave, having said `lines`. */
async function assertWholeAfter(path: string, lines: readonly string[]): Promise<void> {
  const store = sqliteStore(path)
  const snapshot = await store.snapshot()
  const count = (await allRecords(store)).length
  if (snapshot?.upTo === 6) {
    assert.ok(lines.includes("put 6"))
    await assertSnapshot(store, 6, 2)
    await assertRecords(store, 6, 7)
    const gone = [0, 3, 4, 5].map(recordMark).concat(partMark(4, 0), partMark(4, 1), partMark(5, 0), partMark(5, 2))
    assert.deepEqual(marksOn(path, gone), [])
  } else {
    assert.ok(!lines.includes("committed 6"))
    await assertSnapshot(store, 4, 2)
    await assertRecords(store, 4, lines.includes("appended 6") ? 7 : 4 + count)
  }
  await store.close()
}

test("A log that is cut anywhere leaves the records before the cut, and no gap", async (t) => {
  const path = newPath(t)
  const store = sqliteStore(path)
  await appendSamples(store, 0, 20)
  // Read in this process, which frees the lock (see sqliteFile.ts); no other host is about.
  const log = bytesOn(logPath(path))
  let countBefore = 20
  for (let bytes = log; bytes > 0; bytes -= 3_001) {
    const copy = newPath(t)
    copyFileSync(path, copy)
    copyFileSync(logPath(path), logPath(copy))
    truncateSync(logPath(copy), bytes)
    const cut = sqliteStore(copy)
    const count = (await allRecords(cut)).length
    assert.ok(count <= countBefore, `${count} of ${countBefore} at ${bytes}`)
    await assertRecords(cut, 0, count)
    await cut.close()
    countBefore = count
  }
  assert.equal(countBefore, 0)
  await store.close()
})

test("A file that may not grow is full: nothing is stored, and what is there is kept and can be read", async (t) => {
  const path = newPath(t)
  const store = sqliteStore(path, { pagesMax: 40 })
  const append = async (): Promise<never> => {
    for (let index = 0; ; index++) await store.append(index, sampleRecord(index))
  }
  await assert.rejects(append(), { code: "STORE_FULL" })
  const count = (await allRecords(store)).length
  await assertRecords(store, 0, count)
  await assert.rejects(store.putSnapshotPart(count, 0, new Uint8Array(40 * PAGE_BYTES)), { code: "STORE_FULL" })
  await store.putSnapshotPart(count, 0, Uint8Array.of(1)).catch((error: unknown) => {
    assert.ok(error instanceof StoreError && error.code === "STORE_FULL")
  })
  await store.close()
  const roomier = sqliteStore(path)
  await assertRecords(roomier, 0, count)
  await roomier.putSnapshotPart(count, 0, samplePart(count, 0))
  await roomier.commitSnapshot(count, 1)
  await roomier.close()
  const again = sqliteStore(path, { pagesMax: 40 })
  await appendSamples(again, count, count + 1)
  await assertSnapshot(again, count, 1)
  await again.close()
})

test("After a write that the system refused, nothing more is written, and what was acknowledged is there", async (t) => {
  const path = newPath(t)
  // No file of this process may be longer than this many blocks; Node has the signal for it ignored.
  const writer = startProbe(t, "writer.probe.mts", ["sqlite", path, "append"], "ulimit -f 1000")
  assert.equal(await writer.ended(), 1)
  assert.deepEqual(writer.lines.slice(-2), ["failed STORE_FAILED", "and again STORE_FAILED"])
  const acknowledged = writer.numbers("appended ").at(-1) ?? -1
  const store = sqliteStore(path)
  const count = (await allRecords(store)).length
  assert.ok(acknowledged > 0 && (count === acknowledged + 1 || count === acknowledged + 2))
  await assertRecords(store, 0, count)
  await store.close()
})
