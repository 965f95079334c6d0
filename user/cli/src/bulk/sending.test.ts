import type { Batch, Refused } from "@event-manager/client"
import { KeyJob, type JobPlan } from "@event-manager/client/node"
import { strict as assert } from "node:assert"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import type { Reading } from "./keyReader.ts"
import { Interruption } from "./interruption.ts"
import { Preparation } from "./preparation.ts"
import { sendPrepared, type Sent } from "./sending.ts"
import type { Source } from "./source.ts"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sending-"))
})
afterEach(() => rmSync(folder, { recursive: true }))

const reading: Reading = { key: undefined, message: undefined, header: false, lines: true, normalise: "none" }
const terms = "07".repeat(32) as JobPlan["terms"]
const plan: JobPlan = { action: "submit-keys", terms, file: "f", bytes: 1, modified: "1", reading: "--lines" }
/** Four batches, and a bit. */
const lines = Array.from({ length: 18_000 }, (_, i) => `${`${i}-`.padEnd(240, "k")}\n`)
const text = lines.join("")

/** The same text in pieces of this size. */
function sourceOf(pieceLetters: number): Source {
  return {
    stamp: { bytes: text.length, modified: "1" },
    async *pieces(from) {
      for (let at = from; at < text.length; at += pieceLetters) {
        yield { text: text.slice(at, at + pieceLetters), share: at / text.length }
      }
    },
    close: async () => undefined,
  }
}

const refused: Refused = { kind: "refused", reason: "TOO_MUCH_TEXT", parameter: 1 }

interface Run {
  readonly sent: Sent
  readonly job: KeyJob
  readonly ids: readonly string[]
  readonly isWhole: boolean
}

/** A run in which the batches of these numbers, from 1, of those that are sent, are refused. */
async function run(refusals: readonly number[], pieceLetters = 100_000): Promise<Run> {
  const ids: string[] = []
  const job = KeyJob.open(join(folder, "job"), plan, false)
  const stop = new AbortController()
  const interruption = new Interruption(() => stop.abort())
  const preparation = new Preparation({
    source: sourceOf(pieceLetters),
    reading,
    job,
    stop: stop.signal,
    withMessages: true,
    reject: () => assert.fail("every line is a key"),
  })
  async function* send(batches: AsyncIterable<Batch>): AsyncGenerator<Refused | { kind: "taken"; counted: number }> {
    const underWay: Batch[] = []
    for await (const batch of batches) {
      ids.push(batch.requestId)
      underWay.push(batch)
      if (underWay.length === 3) yield outcome(underWay.shift())
    }
    while (underWay.length > 0) yield outcome(underWay.shift())
  }
  const outcome = (batch: Batch | undefined): Refused | { kind: "taken"; counted: number } =>
    refusals.includes(ids.indexOf(batch?.requestId ?? "") + 1) ? refused : { kind: "taken", counted: 1 }
  const progress = { show: () => undefined, clear: () => undefined }
  const onRefusal = (): void => stop.abort()
  const sent = await sendPrepared({ preparation, job, interruption, progress, onRefusal, sync: () => undefined, send })
  interruption.release()
  return { sent, job, ids, isWhole: preparation.end !== undefined }
}

describe("sending", () => {
  test("where a batch is refused, those already under way count, and are not sent again when it is taken later", async () => {
    const first = await run([2])
    assert.equal(first.sent.refusal?.line, 4_311)
    assert.deepEqual(first.sent.refusal?.refused, refused)
    assert.equal(first.ids.length, 4)
    assert.deepEqual(first.job.tally, { keys: 3 * 4_310, batches: 3, counted: 3 })
    assert.equal(first.job.mark.line, 4_311)

    const second = await run([1])
    assert.equal(second.ids[0], first.ids[1], "the refused one, under the same id")
    assert.deepEqual([second.ids.length, second.job.tally.keys], [2, 18_000 - 4_310])

    const third = await run([])
    assert.deepEqual(third.ids, [first.ids[1]])
    assert.equal(third.sent.refusal, undefined)
    assert.ok(third.isWhole)
    assert.deepEqual(third.job.tally, { keys: 18_000, batches: 5, counted: 5 })
  })

  test("gives the same batches the same ids however the file comes in", async () => {
    const [one, other] = [await run([1, 2, 3, 4, 5], 100_000), await run([1, 2, 3, 4, 5], 7_777)]
    assert.ok(one.ids.length > 0)
    assert.equal(one.job.tally.keys, 0)
    assert.deepEqual(other.ids, one.ids)
  })
})
