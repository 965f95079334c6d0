import { digest, type Digest } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { packKeys, type Batch } from "../batches.ts"
import type { JobPlan, Mark } from "./jobRecord.ts"
import { KeyJob } from "./keyJob.ts"

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "job-"))
  path = join(folder, "job.json")
})
afterEach(() => rmSync(folder, { recursive: true }))

const terms: Digest = digest(new Uint8Array(32).fill(7))
const plan: JobPlan = { action: "submit-keys", terms, file: "/keys", bytes: 1_000, modified: "99", reading: "--lines" }

const mark = (position: number): Mark => {
  const columns = { key: 1, message: undefined, count: 2 }
  return { position, line: position / 10, columns, rejected: 3, rejectsBytes: 40 }
}

function batchOf(...keys: readonly string[]): Batch {
  const [batch] = packKeys(keys.map((key) => ({ key })))
  assert.ok(batch !== undefined)
  return batch
}

describe("a job", () => {
  test("goes on in another run where the latest acknowledged batch ended", () => {
    const job = KeyJob.open(path, plan, false)
    job.begin()
    job.acknowledge(batchOf("a", "b"), 1, mark(100))
    job.acknowledge(batchOf("c"), 1, mark(200))
    const later = KeyJob.open(path, plan, false)
    assert.deepEqual(later.mark, mark(200))
    assert.deepEqual(later.tally, { keys: 3, batches: 2, counted: 2 })
    assert.equal(later.finishedAt, undefined)
  })

  test("is readable by its owner alone", () => {
    KeyJob.open(path, plan, false).begin()
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  test("gives a batch one id in every run, and another to any other batch, place or job", () => {
    const job = KeyJob.open(path, plan, false)
    job.begin()
    const id = (job: KeyJob, begin: number, ...keys: readonly string[]): string =>
      job.identified(batchOf(...keys), begin).requestId
    const first = id(job, 0, "a", "b")
    assert.match(first, /^[0-9a-f]{32}$/)
    assert.equal(id(KeyJob.open(path, plan, false), 0, "a", "b"), first)
    const others = [id(job, 1, "a", "b"), id(job, 0, "ab"), id(job, 0, "a"), id(KeyJob.unkept(plan), 0, "a", "b")]
    assert.equal(new Set([first, ...others]).size, 5)
  })

  test("remembers batches that were taken beyond one that was not, and counts each once", () => {
    const job = KeyJob.open(path, plan, false)
    job.begin()
    const [second, third] = [job.identified(batchOf("b"), 10), job.identified(batchOf("c", "d"), 20)]
    job.acknowledge(third, 0, undefined)
    assert.deepEqual(job.mark.position, 0)
    const later = KeyJob.open(path, plan, false)
    assert.deepEqual([later.isAcknowledged(second), later.isAcknowledged(third)], [false, true])
    later.acknowledge(second, 0, mark(20))
    later.finish(mark(30), 1_234)
    const finished = KeyJob.open(path, plan, false)
    assert.deepEqual(finished.tally, { keys: 3, batches: 2, counted: 0 })
    assert.deepEqual([finished.mark, finished.finishedAt], [mark(30), 1_234])
    assert.equal(finished.isAcknowledged(third), false)
  })

  test("that is not finished stands against another file, or another reading of it, unless it is to begin anew", () => {
    const job = KeyJob.open(path, plan, false)
    job.begin()
    job.acknowledge(batchOf("a", "b"), 0, mark(100))
    for (const changed of [{ bytes: 999 }, { modified: "98" }]) {
      assert.throws(() => KeyJob.open(path, { ...plan, ...changed }, false), {
        name: "UserError",
        code: "FILE_CHANGED",
        message: /^\/keys has changed since 2 of its keys were acknowledged: put back .* --restart; /,
      })
    }
    assert.throws(() => KeyJob.open(path, { ...plan, reading: "--header" }, false), {
      name: "UserError",
      code: "INVALID_VALUE",
      message: /^2 keys of \/keys were acknowledged by a run with other options \(--lines\)/,
    })
    const anew = KeyJob.open(path, { ...plan, bytes: 999 }, true)
    assert.deepEqual([anew.tally.keys, anew.mark.position], [0, 0])
  })

  test("that is finished does not", () => {
    const job = KeyJob.open(path, plan, false)
    job.finish(mark(100), 5)
    assert.equal(KeyJob.open(path, plan, false).finishedAt, 5)
    assert.equal(KeyJob.open(path, { ...plan, bytes: 999 }, false).finishedAt, undefined)
    assert.equal(KeyJob.open(path, { ...plan, reading: "--header" }, false).finishedAt, undefined)
  })

  test("leaves nothing once it is discarded, and nothing where it is not kept", () => {
    const job = KeyJob.open(path, plan, false)
    job.begin()
    job.discard()
    job.discard()
    assert.throws(() => statSync(path), { code: "ENOENT" })
    const unkept = KeyJob.unkept(plan)
    unkept.begin()
    unkept.acknowledge(batchOf("a"), 0, mark(10))
    unkept.finish(mark(10), 1)
    unkept.discard()
    assert.equal(unkept.tally.keys, 1)
  })

  test("that cannot be read is an error, and left as it is", () => {
    KeyJob.open(path, plan, false).begin()
    const good = readFileSync(path, "utf8")
    for (const broken of [
      "",
      "[]",
      "nonsense",
      good.slice(0, -5),
      good.replace('"format": 1', '"format": 2'),
      good.replace('"position": 0', '"position": -1'),
      good.replace('"position": 0', '"position": "0"'),
      good.replace('"beyond": []', '"beyond": {}'),
      good.replace(terms, "07"),
    ]) {
      writeFileSync(path, broken)
      assert.throws(() => KeyJob.open(path, plan, false), { name: "UserError", code: "MEMORY_BROKEN" }, broken)
      assert.equal(readFileSync(path, "utf8"), broken)
      assert.equal(KeyJob.open(path, plan, true).tally.keys, 0)
    }
  })
})
