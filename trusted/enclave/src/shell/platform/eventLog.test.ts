import { strict as assert } from "node:assert"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { readEventLog } from "./eventLog.ts"

const folder = mkdtempSync(join(tmpdir(), "event-enclave-test-"))
after(() => rmSync(folder, { recursive: true }))

function logOf(...parts: readonly (readonly [length: number, byte: number])[]): string {
  const path = join(folder, "CCEL")
  writeFileSync(path, Buffer.concat(parts.map(([length, byte]) => Buffer.alloc(length, byte))))
  return path
}

test("A TD's event log is what stands before the unused end of its table", async () => {
  assert.deepEqual(
    await readEventLog(logOf([3, 1], [2, 255], [1, 2], [100_000, 255])),
    Uint8Array.from([1, 1, 1, 255, 255, 2, ...new Uint8Array(64).fill(255)]),
  )
  assert.equal((await readEventLog(logOf([100, 255]))).length, 0)
  assert.equal((await readEventLog(logOf())).length, 0)
  assert.equal((await readEventLog(logOf([65_536, 7], [9, 255]))).length, 65_536)
})

test("One whose last event ends in the byte that stands for unused is whole", async () => {
  const log = await readEventLog(logOf([10, 1], [16, 255], [100_000, 255]))
  assert.ok(log.length >= 26)
  const full = await readEventLog(logOf([65_530, 1], [6, 255]))
  assert.equal(full.length, 65_536)
})

test("One that is longer than evidence carries is left out", async () => {
  assert.equal((await readEventLog(logOf([65_537, 7]))).length, 0)
  assert.equal((await readEventLog(logOf([5_000_000, 7]))).length, 0)
})

test("One that cannot be read is named", async () => {
  for (const path of [join(folder, "none"), folder]) {
    await assert.rejects(readEventLog(path), { name: "PlatformError", code: "EVENT_LOG", message: new RegExp(path) })
  }
})
