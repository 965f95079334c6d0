import { BatchPacker, CodedError, type Batch } from "@event-manager/client"
import type { KeyJob, Mark } from "@event-manager/client/node"
import { beginReading, type KeyReader, type Reading, type Rejection } from "./keyReader.ts"
import { unlessAborted } from "./interruption.ts"
import type { Piece, Source } from "./source.ts"

/** A batch of a file's keys, with what is known when it is acknowledged. */
export interface Prepared extends Batch {
  /** The line that its first key stands in, or one before it that was left out. */
  readonly line: number
  /** Where the batch after it begins. */
  readonly end: Mark
  /** How much of the file had been read, from 0 to 1, where that is known. */
  readonly share: number | undefined
}

export interface Rejected {
  readonly line: number
  readonly rejection: Rejection
  readonly raw: string
}

export interface PreparationOptions {
  readonly source: Source
  readonly reading: Reading
  readonly job: KeyJob
  /** Ends the batches early. */
  readonly stop: AbortSignal
  /** Whether messages go along. */
  readonly withMessages: boolean
  /** Told of each line that is left out. Returns how long the file of such lines is now. */
  readonly reject: (rejected: Rejected) => number
}

/** Cuts a file into batches, from where the job has come to. Where it is cut follows from what it holds alone. */
export class Preparation {
  readonly #options: PreparationOptions
  readonly #packer = new BatchPacker()
  #begin: Mark
  #rejected: number
  #rejectsBytes: number
  #share: number | undefined
  #end: Mark | undefined
  #failure: CodedError<string> | undefined

  constructor(options: PreparationOptions) {
    this.#options = options
    this.#begin = options.job.mark
    this.#rejected = this.#begin.rejected
    this.#rejectsBytes = this.#begin.rejectsBytes
  }

  /** Where the file ended; undefined before it did. */
  get end(): Mark | undefined {
    return this.#end
  }

  /** Why the file could not be read to its end; the batches simply ended there. */
  get failure(): CodedError<string> | undefined {
    return this.#failure
  }

  async *batches(): AsyncGenerator<Prepared> {
    try {
      for await (const batch of this.#all()) {
        if (!this.#options.job.isAcknowledged(batch)) yield batch
        if (this.#options.stop.aborted) return
      }
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
      // Thrown on, it would drop the outcomes of what is under way.
      this.#failure = error
    }
  }

  async *#all(): AsyncGenerator<Prepared> {
    const { source, reading, stop } = this.#options
    const { position, line, columns } = this.#begin
    let reader: KeyReader | undefined
    for await (const { text, share } of untilStopped(source.pieces(position), stop)) {
      this.#share = share
      if (reader === undefined) reader = beginReading(reading, { position, line, columns }, text)
      else reader.feed(text, false)
      yield* this.#batchesIn(reader)
    }
    if (stop.aborted) return
    reader?.feed("", true)
    if (reader !== undefined) yield* this.#batchesIn(reader)
    const end = reader === undefined ? this.#begin : this.#markAt(reader.end)
    const last = this.#packer.finish()
    if (last !== undefined) yield this.#prepared(last, end)
    this.#end = end
  }

  *#batchesIn(reader: KeyReader): Generator<Prepared> {
    const { withMessages, reject } = this.#options
    while (reader.next()) {
      const { line, rejection } = reader
      if (rejection === undefined) {
        const full = this.#packer.add(reader.key, withMessages ? reader.message : undefined)
        if (full !== undefined) yield this.#prepared(full, this.#markAt(reader.place))
      } else {
        this.#rejected += 1
        this.#rejectsBytes = reject({ line, rejection, raw: reader.raw })
      }
    }
  }

  #prepared(batch: Batch, end: Mark): Prepared {
    const { position, line } = this.#begin
    this.#begin = end
    return { ...this.#options.job.identified(batch, position), line, end, share: this.#share }
  }

  #markAt(place: Pick<Mark, "position" | "line" | "columns">): Mark {
    return { ...place, rejected: this.#rejected, rejectsBytes: this.#rejectsBytes }
  }
}

/** The pieces of a file up to the moment when nobody wants more of them, also where the next may never come. */
async function* untilStopped(pieces: AsyncGenerator<Piece>, stop: AbortSignal): AsyncGenerator<Piece> {
  for (;;) {
    const next = await unlessAborted(pieces.next(), stop)
    if (next === undefined || next.done === true) return
    yield next.value
  }
}
