import { requestId, REQUEST_ID_BYTES } from "@event-manager/protocol"
import { createHash, randomBytes } from "node:crypto"
import type { Batch } from "../batches.ts"
import { UserError } from "../errors.ts"
import { readText, removeFile, writeText } from "./files.ts"
import { readJob, writeJob, type JobPlan, type JobRecord, type Mark, type Tally } from "./jobRecord.ts"

const START: Mark = { position: 0, line: 1, columns: undefined, rejected: 0, rejectsBytes: 0 }
const NOTHING: Tally = { keys: 0, batches: 0, counted: 0 }
const SEED_BYTES = 32
const JOB_BYTES_MAX = 1_048_576

/**
 * How far a file of keys has been sent, kept on disk so that another run goes on: a batch that may or may not have
 * arrived is cut the same again and sent under the same request id, so that nothing counts twice and nothing is lost.
 */
export class KeyJob {
  readonly #path: string | undefined
  #record: JobRecord
  readonly #beyond: Set<string>

  private constructor(path: string | undefined, record: JobRecord) {
    this.#path = path
    this.#record = record
    this.#beyond = new Set(record.beyond)
  }

  /** A job that cannot be taken up again: what it reads is gone once it was read. */
  static unkept(plan: JobPlan): KeyJob {
    return new KeyJob(undefined, fresh(plan))
  }

  /**
   * Takes up the job whose file this is, or begins it. A finished one begins anew where anything has changed. Throws
   * UserError: FILE_CHANGED or INVALID_VALUE where an unfinished one was begun with another file or another reading,
   * MEMORY_BROKEN where it cannot be read.
   */
  static open(path: string, plan: JobPlan, restart: boolean): KeyJob {
    const found = restart ? undefined : read(path)
    if (found === undefined) return new KeyJob(path, fresh(plan))
    const isSameFile = found.plan.bytes === plan.bytes && found.plan.modified === plan.modified
    if (isSameFile && found.plan.reading === plan.reading) return new KeyJob(path, found)
    if (found.finishedAt !== undefined) return new KeyJob(path, fresh(plan))
    throw isSameFile ? otherReading(found) : changedSince(found)
  }

  get mark(): Mark {
    return this.#record.mark
  }

  get tally(): Tally {
    return this.#record.tally
  }

  /** When the whole file had been sent, in seconds since 1970. */
  get finishedAt(): number | undefined {
    return this.#record.finishedAt
  }

  /** Makes what the ids of its requests follow from durable: before the first of them is sent. */
  begin(): void {
    this.#save()
  }

  /** The batch under the id that it has in this job, in every run: it follows from where it begins and what it holds. */
  identified(batch: Batch, begin: number): Batch {
    const hash = createHash("sha256").update(`${this.#record.seed} ${begin} `).update(batch.keys.bytes).digest()
    return { ...batch, requestId: requestId(new Uint8Array(hash.subarray(0, REQUEST_ID_BYTES))) }
  }

  /** Whether this batch was acknowledged although one before it was not. */
  isAcknowledged({ requestId }: Batch): boolean {
    return this.#beyond.has(requestId)
  }

  /** A batch was acknowledged. With `end`, so was everything before, and it goes on from there. */
  acknowledge({ requestId, keys }: Batch, counted: number, end: Mark | undefined): void {
    const { tally, mark } = this.#record
    if (end === undefined) this.#beyond.add(requestId)
    else this.#beyond.delete(requestId)
    const sum = { keys: tally.keys + keys.count, batches: tally.batches + 1, counted: tally.counted + counted }
    this.#record = { ...this.#record, tally: sum, mark: end ?? mark, beyond: [...this.#beyond] }
    this.#save()
  }

  /** The whole file was sent. */
  finish(end: Mark, now: number): void {
    this.#record = { ...this.#record, mark: end, beyond: [], finishedAt: now }
    this.#save()
  }

  /** Forgets it: nothing of it can have been accepted. */
  discard(): void {
    if (this.#path !== undefined) removeFile(this.#path)
  }

  #save(): void {
    if (this.#path === undefined) return
    writeText(this.#path, writeJob(this.#record), 0o600)
  }
}

function read(path: string): JobRecord | undefined {
  const text = readText(path, JOB_BYTES_MAX)
  if (text === undefined) return undefined
  const record = readJob(text)
  if (record !== undefined) return record
  const advice = "restore it from a copy, or say --restart to send the file from its beginning"
  throw new UserError("MEMORY_BROKEN", `${path} cannot be read and was left as it is: ${advice}`)
}

function fresh(plan: JobPlan): JobRecord {
  const seed = randomBytes(SEED_BYTES).toString("hex")
  return { plan, seed, mark: START, tally: NOTHING, beyond: [], finishedAt: undefined }
}

const AGAIN = "to send it from its beginning, say --restart; what was acknowledged stands, and counts again"

function changedSince({ plan, tally }: JobRecord): UserError {
  const what = `${plan.file} has changed since ${tally.keys} of its keys were acknowledged`
  return new UserError("FILE_CHANGED", `${what}: put back what it was, and the same command goes on; ${AGAIN}`)
}

function otherReading({ plan, tally }: JobRecord): UserError {
  const what = `${tally.keys} keys of ${plan.file} were acknowledged by a run with other options (${plan.reading})`
  return new UserError("INVALID_VALUE", `${what}: say the same, and it goes on; ${AGAIN}`)
}
