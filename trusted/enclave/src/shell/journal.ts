import { Writer, type Store } from "@event-manager/protocol"
import { eventCodec, spareBytes, type Event } from "../core/event.ts"
import type { Step } from "../core/step.ts"
import { extended, type Anchor } from "./anchor/anchor.ts"
import {
  anchorValue,
  EVENTS_BYTES_MAX,
  hashOf,
  recordSize,
  sealRecord,
  type Content,
  type Genesis,
  type RecordKeys,
} from "./record.ts"
import type { End } from "./recovery.ts"
import { RecoveryError } from "./recoveryError.ts"
import { writeSnapshot } from "./snapshotWriter.ts"

/** A snapshot is due when the records since the last one take up this much, and as much as it does itself. */
export const SNAPSHOT_BYTES_MIN = 16 * 1_024 * 1_024

export interface JournalOptions {
  readonly store: Store
  readonly anchor: Anchor
  readonly keys: RecordKeys
  readonly life: Uint8Array<ArrayBuffer>
  /** The state as it is at the call, as events that may be drawn while it goes on changing. */
  readonly snapshot: () => Iterable<Event>
  readonly snapshotBytesMin: number
}

/**
 * The sealed log's writing end. Steps that come while a record is being stored share the next one. When a store or an
 * extend fails, nobody knows whether it has happened, and the life ends: recovery finds out.
 */
export class Journal {
  readonly #options: JournalOptions
  readonly #genesis: Genesis
  #next: number
  #last: Uint8Array<ArrayBuffer>
  #register: Uint8Array<ArrayBuffer> | undefined
  #pending: Pending[] = []
  #written: Promise<void> = Promise.resolve()
  #queued: Promise<void> | undefined
  #bytesSinceSnapshot: number
  #snapshotBytes = 0
  /** A snapshot that is being written, between records. */
  #snapshot: Promise<void> | undefined
  /** The store does one thing after the other. */
  #turn: Promise<void> = Promise.resolve()

  constructor(options: JournalOptions, end: End) {
    this.#options = options
    this.#genesis = end.genesis
    this.#next = end.next
    this.#last = end.last
    this.#register = end.register
    this.#bytesSinceSnapshot = end.recordBytes
  }

  /** Takes in what happened in one step, whole. */
  add({ events, frameSizeMin }: Pick<Step, "events" | "frameSizeMin">): void {
    if (events.length === 0) return
    const writer = new Writer()
    for (const event of events) eventCodec.write(writer, event)
    const bytes = writer.bytes()
    const room = bytes.length + events.reduce((sum, event) => sum + spareBytes(event), 0)
    // An answer's length is hidden by its reply's frame, which has room for the longest.
    this.#pending.push({ bytes, room: hasAnswer(events) ? Math.max(room, frameSizeMin) : room })
    this.#queue()
  }

  /** Resolves when all that was taken in so far will survive a crash. Rejects where that cannot be said. */
  durable(): Promise<void> {
    return this.#queued ?? this.#written
  }

  /** Resolves when that is so, and no snapshot is being written. */
  async settled(): Promise<void> {
    await this.durable()
    await this.#snapshot
  }

  /** Writes the first record of a new state. */
  begin(): Promise<void> {
    this.#pending.push({ bytes: new Uint8Array(0), room: 0 })
    this.#queue()
    return this.durable()
  }

  #queue(): void {
    if (this.#queued !== undefined) return
    const previous = this.#written
    this.#queued = previous.then(() => {
      this.#written = this.#queued ?? previous
      this.#queued = undefined
      return this.#writeAll(this.#pending.splice(0))
    })
    // Whoever waits hears of a failure; when nobody does, the next to wait will.
    this.#queued.catch(() => undefined)
  }

  /** Writes whole steps, in as many records as they take: who waits for one of them waits for all. */
  async #writeAll(steps: Pending[]): Promise<void> {
    while (steps.length > 0) {
      let room = 0
      const fitting = steps.findIndex((step) => (room += step.room) > EVENTS_BYTES_MAX)
      const taken = steps.splice(0, fitting === -1 ? steps.length : Math.max(fitting, 1))
      await this.#writeRecord(taken, steps.length === 0)
    }
  }

  async #writeRecord(steps: readonly Pending[], isLast: boolean): Promise<void> {
    const { store, anchor } = this.#options
    const index = this.#next
    const [only, ...more] = steps
    const events = only !== undefined && more.length === 0 ? only.bytes : joined(steps)
    const room = steps.reduce((sum, step) => sum + step.room, 0)
    const content = this.#content(events, index === 0)
    const record = this.#seal({ kind: "record", index, part: 0 }, content, recordSize(content, room - events.length))
    const hash = hashOf(record)
    this.#next += 1
    this.#last = hash
    const value = anchorValue(this.#genesis, hash)
    this.#register = this.#register === undefined ? undefined : extended(this.#register, value)
    this.#bytesSinceSnapshot += record.length
    // Begun now, and only where the state holds no step that is not in this record or one before.
    const isWhole = isLast && this.#pending.length === 0
    const begin = isWhole && this.#snapshotIsDue() ? this.#beginSnapshot() : undefined
    const register = this.#register
    await this.#inTurn(async () => {
      await store.append(index, record)
      await anchor.extend(value)
      await this.#requireAlone(register)
    })
    begin?.()
  }

  /** After a failure nothing more is asked of the store. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work)
    return this.#turn
  }

  /**
   * Another enclave on a copy of this state extends the same register. Neither may answer from then on: each would see
   * its own state as the latest, and a one-shot computation would have two answers.
   */
  async #requireAlone(expected: Uint8Array<ArrayBuffer> | undefined): Promise<void> {
    const register = await this.#options.anchor.read()
    if (register === undefined || expected === undefined || Buffer.compare(register, expected) === 0) return
    const text = "another enclave has extended the freshness anchor, on a copy of this state"
    throw new RecoveryError("ANCHOR_MISMATCH", `${text}; run one enclave, on the latest state`)
  }

  #content(events: Uint8Array<ArrayBuffer>, isFirst: boolean, last = true): Content {
    return { register: this.#register, genesis: isFirst ? this.#genesis : undefined, events, last }
  }

  #seal(
    header: { kind: "record"; index: number; part: number },
    content: Content,
    size: number,
  ): Uint8Array<ArrayBuffer> {
    const { keys, life } = this.#options
    return sealRecord(keys, { ...header, life, previous: this.#last }, content, size)
  }

  #snapshotIsDue(): boolean {
    if (this.#snapshot !== undefined) return false
    return this.#bytesSinceSnapshot >= Math.max(this.#options.snapshotBytesMin, this.#snapshotBytes)
  }

  /** The snapshot is of this moment; what is returned begins to write it, while records go on. */
  #beginSnapshot(): () => void {
    const { store, keys, life, snapshot } = this.#options
    const events = snapshot()
    const at = { upTo: this.#next, last: this.#last, register: this.#register, genesis: this.#genesis }
    this.#bytesSinceSnapshot = 0
    const inTurn = (work: () => Promise<void>): Promise<void> => this.#inTurn(work)
    return () => {
      this.#snapshot = this.#finishSnapshot(writeSnapshot({ store, keys, life, inTurn }, at, events))
    }
  }

  async #finishSnapshot(written: Promise<number>): Promise<void> {
    try {
      this.#snapshotBytes = await written
      this.#snapshot = undefined
    } catch (error) {
      // From here on nothing is durable; whoever waits next hears of it.
      this.#written = Promise.reject(error)
      this.#written.catch(() => undefined)
    }
  }
}

/** The events of one step. */
interface Pending {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** How many bytes they could have had with other values: the size of a record tells nothing of the values in it. */
  readonly room: number
}

function joined(steps: readonly Pending[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(steps.map(({ bytes }) => bytes)))
}

function hasAnswer(events: readonly Event[]): boolean {
  return events.some((event) => event.kind === "accepted" && event.entry.kind === "released")
}
