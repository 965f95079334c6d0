import {
  batchFrameSize,
  BATCH_BYTES_MAX,
  BATCH_KEYS_MAX,
  DecodeError,
  KeyPacker,
  limits,
  utf8Length,
  type Descriptor,
  type PackedKeys,
  type RequestId,
  type ResponseOf,
  type SavedCheckpoint,
} from "@event-manager/protocol"
import { newRequestId, refusedOr, requireTerms, type Dealings, type Refused } from "./dealings.ts"
import { UserError } from "./errors.ts"
import { termsOf } from "./statements.ts"

/** Keys that are submitted, or retired, in one request. */
export interface Batch {
  /** Made beforehand: who keeps it can send the same batch again after a crash, and it takes effect once. */
  readonly requestId: RequestId
  readonly keys: PackedKeys
  /** The number of its first key among all that were packed, from 0. */
  readonly first: number
}

export interface BatchOutcome {
  readonly batch: Batch
  readonly answer: SubmittedMany | Refused
}

/** An accepted batch. */
export interface SubmittedMany extends ResponseOf<"submittedMany"> {
  readonly checkpoint: SavedCheckpoint
}

/** Keys that were taken out. */
export interface Retired extends ResponseOf<"retired"> {
  readonly checkpoint: SavedCheckpoint
}

export interface KeyText {
  readonly key: string
  readonly message?: string | undefined
}

/** Keys in batches of as many as one request carries. Throws UserError, which names the key by its number from 1. */
export function* packKeys(keys: Iterable<KeyText>): Generator<Batch> {
  const packer = new BatchPacker()
  for (const { key, message } of keys) {
    const full = packer.add(key, message)
    if (full !== undefined) yield full
  }
  const last = packer.finish()
  if (last !== undefined) yield last
}

/** The same for keys that come one by one. */
export class BatchPacker {
  readonly #packer = new KeyPacker(BATCH_BYTES_MAX, BATCH_KEYS_MAX)
  #first = 0
  #count = 0

  /**
   * Adds a key, in normalization form C. Returns the batch that is full without it, where one is. Throws UserError
   * (INVALID_VALUE, LIMIT_EXCEEDED), and then nothing was added.
   */
  add(key: string, message?: string): Batch | undefined {
    if (this.#put(key, message)) return undefined
    const full = this.finish()
    this.#put(key, message)
    return full
  }

  /** What was added since the last batch, if anything was. */
  finish(): Batch | undefined {
    if (this.#packer.isEmpty) return undefined
    const batch = { requestId: newRequestId(), keys: this.#packer.take(), first: this.#first }
    this.#first = this.#count
    return batch
  }

  #put(key: string, message: string | undefined): boolean {
    const isPut = this.#tryPut(key, message) ?? this.#tryPut(key.normalize("NFC"), message)
    if (isPut === undefined) throw refusal(this.#count + 1, key, message)
    if (isPut) this.#count += 1
    return isPut
  }

  /** Undefined where this is no key, or no message. */
  #tryPut(key: string, message: string | undefined): boolean | undefined {
    try {
      return this.#packer.add(key, message)
    } catch (error) {
      if (error instanceof DecodeError) return undefined
      throw error
    }
  }
}

/** Sends batches, so many at a time, and brings their outcomes in order. */
export async function* submitBatches(
  dealings: Dealings,
  descriptor: Descriptor,
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  inFlight: number,
): AsyncGenerator<BatchOutcome> {
  const underWay: Promise<BatchOutcome>[] = []
  for await (const batch of batches) {
    const outcome = submitBatch(dealings, descriptor, batch)
    // Awaited in its turn; by then nobody may be left to hear of its failure.
    void outcome.catch(() => undefined)
    underWay.push(outcome)
    const [oldest] = underWay
    if (underWay.length < inFlight || oldest === undefined) continue
    void underWay.shift()
    yield await oldest
  }
  for (const outcome of underWay) yield await outcome
}

export async function retireKeys(
  dealings: Dealings,
  { name: computation, ...rest }: Descriptor,
  { requestId, keys }: Batch,
): Promise<Retired | Refused> {
  const terms = await termsOf({ name: computation, ...rest })
  const request = { kind: "retire", requestId, computation, terms, keys, signed: true } as const
  const answer = await dealings.askAbout(request, batchFrameSize(keys.count, keys.bytes.length))
  if (answer.response.kind !== "retired") return refusedOr(answer.response, "retire")
  const { receipt } = requireTerms(answer.response, terms)
  return { ...answer.response, checkpoint: await dealings.checkpoint(computation, { terms, head: receipt }, answer) }
}

async function submitBatch(dealings: Dealings, descriptor: Descriptor, batch: Batch): Promise<BatchOutcome> {
  const { name: computation } = descriptor
  const { requestId, keys: submissions } = batch
  const terms = await termsOf(descriptor)
  const request = { kind: "submitMany", requestId, computation, terms, submissions, signed: true } as const
  const answer = await dealings.askAbout(request, batchFrameSize(submissions.count, submissions.bytes.length))
  if (answer.response.kind !== "submittedMany") return { batch, answer: refusedOr(answer.response, "submitMany") }
  const { receipt } = requireTerms(answer.response, terms)
  const checkpoint = await dealings.checkpoint(computation, { terms, head: receipt }, answer)
  return { batch, answer: { ...answer.response, checkpoint } }
}

function refusal(number: number, key: string, message: string | undefined): UserError {
  const { keyBytesMax, messageBytesMax } = limits
  if (utf8Length(key) > keyBytesMax) {
    return new UserError("LIMIT_EXCEEDED", `key ${number}: a key has at most ${keyBytesMax} bytes`)
  }
  if (message !== undefined && utf8Length(message) > messageBytesMax) {
    return new UserError("LIMIT_EXCEEDED", `key ${number}: a message has at most ${messageBytesMax} bytes`)
  }
  const what = key === "" ? "it is empty" : "it is not Unicode text"
  return new UserError("INVALID_VALUE", `key ${number}: ${what}`)
}
