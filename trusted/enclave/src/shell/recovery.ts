import { decodeAll, DecodeError, type Store } from "@event-manager/protocol"
import { eventCodec, type Event } from "../core/event.ts"
import { extended, type Anchor } from "./anchor/anchor.ts"
import {
  anchorValue,
  hashOf,
  HASH_BYTES,
  openRecord,
  type Content,
  type Genesis,
  type Header,
  type RecordKeys,
} from "./record.ts"
import { RecoveryError } from "./recoveryError.ts"

/** Where a log ends, to go on from. */
export interface End {
  readonly genesis: Genesis
  /** The number of the next record. */
  readonly next: number
  /** SHA-256 of the last record; zeros before the first. */
  readonly last: Uint8Array<ArrayBuffer>
  /** What the freshness anchor must hold now; undefined without one. */
  readonly register: Uint8Array<ArrayBuffer> | undefined
  /** What the records take up that no snapshot stands for. */
  readonly recordBytes: number
}

/**
 * Reads snapshot and records back, in order, each event to `apply`. Undefined where nothing is stored. A record that is
 * missing, out of order, changed or foreign stops here: it is never skipped. Throws RecoveryError.
 */
export async function recover(
  store: Store,
  keys: RecordKeys,
  anchor: Anchor,
  apply: (event: Event) => void,
): Promise<End | undefined> {
  const reading = new Reading(keys, apply)
  const snapshot = await store.snapshot()
  if (snapshot !== undefined) {
    const { upTo, parts } = snapshot
    for await (const [part, bytes] of ahead(parts, (part) => store.snapshotPart(part))) reading.part(upTo, part, bytes)
    reading.endSnapshot()
  }
  for (let page = await store.records(reading.next); page.length > 0;) {
    // The host looks for the next page while this one is read.
    const next = expected(store.records(reading.next + page.length))
    for (const { record } of page) reading.record(record)
    page = await next
  }
  return requireFresh(reading.end(), reading.before, anchor)
}

/** What `read` brings for 0 and on, each asked for while the one before is being seen to. */
async function* ahead<T>(count: number, read: (at: number) => Promise<T>): AsyncGenerator<[at: number, found: T]> {
  let coming = count > 0 ? expected(read(0)) : undefined
  for (let at = 0; coming !== undefined; at++) {
    const found = await coming
    coming = at + 1 < count ? expected(read(at + 1)) : undefined
    yield [at, found]
  }
}

/** Awaited later; by then reading may have stopped at something else. */
function expected<T>(promise: Promise<T>): Promise<T> {
  void promise.catch(() => undefined)
  return promise
}

class Reading {
  next = 0
  /** What the anchor held before the last record. */
  before: Uint8Array<ArrayBuffer> | undefined
  readonly #keys: RecordKeys
  readonly #apply: (event: Event) => void
  #genesis: Genesis | undefined
  #previous: Uint8Array<ArrayBuffer> = new Uint8Array(HASH_BYTES)
  #register: Uint8Array<ArrayBuffer> | undefined
  #recordBytes = 0
  #snapshotEnded = true
  /** While a snapshot is read: the last record that it stands for. */
  #lastRecord: Uint8Array<ArrayBuffer> | undefined

  constructor(keys: RecordKeys, apply: (event: Event) => void) {
    this.#keys = keys
    this.#apply = apply
  }

  part(upTo: number, part: number, bytes: Uint8Array): void {
    const name = `part ${part} of the snapshot`
    const { header, content } = openRecord(this.#keys, name, bytes)
    const isNext = header.kind === "snapshotPart" && header.part === part && header.index === upTo
    if (!isNext || (part > 0 && !equal(header.previous, this.#previous))) throw outOfOrder(name, header)
    if (part === 0) this.#lastRecord = header.previous
    this.next = upTo
    this.#snapshotEnded = content.last
    this.#register = content.register
    this.#take(content, bytes, name)
  }

  endSnapshot(): void {
    if (!this.#snapshotEnded || this.#lastRecord === undefined) {
      throw new RecoveryError("SNAPSHOT_INCOMPLETE", "the snapshot lacks its last part; restore the state from a copy")
    }
    this.#previous = this.#lastRecord
    this.before = this.#register
  }

  record(bytes: Uint8Array): void {
    const name = `record ${this.next}`
    const { header, content } = openRecord(this.#keys, name, bytes)
    if (header.kind !== "record" || header.index < this.next) throw outOfOrder(name, header)
    if (header.index > this.next) {
      throw new RecoveryError("RECORD_MISSING", `${name} is missing; record ${header.index} stands in its place`)
    }
    if (!equal(header.previous, this.#previous)) {
      const text = `${name} does not follow the record before it: it is of another past of this state`
      throw new RecoveryError("RECORD_FOREIGN", text)
    }
    this.before = content.register
    const genesis = this.#take(content, bytes, name)
    const value = anchorValue(genesis, this.#previous)
    this.#register = content.register === undefined ? undefined : extended(content.register, value)
    this.next += 1
    this.#recordBytes += bytes.length
  }

  end(): End | undefined {
    if (this.#genesis === undefined) return undefined
    return {
      genesis: this.#genesis,
      next: this.next,
      last: this.#previous,
      register: this.#register,
      recordBytes: this.#recordBytes,
    }
  }

  #take(content: Content, bytes: Uint8Array, name: string): Genesis {
    this.#genesis ??= content.genesis
    if (this.#genesis === undefined) throw new RecoveryError("RECORD_MISSING", "the records before are missing")
    this.#previous = hashOf(bytes)
    try {
      for (const event of decodeAll(eventCodec, content.events)) this.#apply(event)
      return this.#genesis
    } catch (cause) {
      if (!(cause instanceof DecodeError)) throw cause
      throw new RecoveryError("RECORD_CHANGED", `${name} holds events that cannot be read`, {
        cause,
      })
    }
  }
}

/** Holds the end of the log against the anchor; completes an extend that a crash came before. */
async function requireFresh(
  end: End | undefined,
  before: Uint8Array<ArrayBuffer> | undefined,
  anchor: Anchor,
): Promise<End | undefined> {
  const register = await anchor.read()
  if (end === undefined) {
    if (register === undefined || register.every((byte) => byte === 0)) return undefined
    const text = "nothing is stored, and yet the freshness anchor has been extended: the state was taken away"
    throw new RecoveryError("ANCHOR_MISMATCH", `${text}; restore it, or define the anchor anew to begin without it`)
  }
  if ((register === undefined) !== (end.register === undefined)) {
    const was = end.register === undefined ? "without a freshness anchor" : "with a freshness anchor"
    throw new RecoveryError("ANCHOR_CHANGED", `this state was begun ${was}; start the enclave the same way`)
  }
  if (register === undefined || end.register === undefined || equal(register, end.register)) return end
  if (before !== undefined && equal(register, before)) {
    await anchor.extend(anchorValue(end.genesis, end.last))
    return end
  }
  const text = "the stored state is not the latest: the freshness anchor has moved on from it"
  throw new RecoveryError("ANCHOR_MISMATCH", `${text}; restore the latest state`)
}

function outOfOrder(name: string, { kind, index, part }: Header): RecoveryError {
  const found = kind === "record" ? `record ${index}` : `part ${part} of a snapshot of ${index} records`
  return new RecoveryError("RECORD_OUT_OF_ORDER", `${found} stands in the place of ${name}`)
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
