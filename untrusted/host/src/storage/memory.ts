import type { StoredRecord } from "@event-manager/protocol/frame"
import type { ClosableStore } from "./engine.ts"
import { checkAppend, checkCommit, checkFrom, checkPart, checkPut, pageOf } from "./rules.ts"
import { StoreError } from "./storeError.ts"

/** A part of a snapshot that is being made. */
interface PutPart {
  readonly upTo: number
  readonly bytes: Uint8Array
}

interface Snapshot {
  readonly upTo: number
  readonly parts: readonly Uint8Array[]
}

/** Where stored bytes stand: which record, or which part of the committed snapshot. */
export interface Place {
  readonly kind: "record" | "part"
  readonly number: number
}

/** What stands in a copy in place of what is stored. */
export type Change = (bytes: Uint8Array, place: Place) => Uint8Array

/** The reference that every engine is compared with, for tests and for hosts that keep nothing. */
export function memoryStore(): MemoryStore {
  return new MemoryStore()
}

export class MemoryStore implements ClosableStore {
  #records: StoredRecord[] = []
  #snapshot: Snapshot | undefined
  #put = new Map<number, PutPart>()
  #isClosed = false

  /** A copy, open, that goes its own way from here; `change` says what it has in place of what is stored. */
  fork(change: Change = (bytes) => bytes): MemoryStore {
    const copy = new MemoryStore()
    copy.#records = this.#records.map((stored) => changed(stored, change))
    copy.#put = new Map(this.#put)
    if (this.#snapshot !== undefined) {
      const { upTo, parts } = this.#snapshot
      copy.#snapshot = { upTo, parts: parts.map((bytes, number) => change(bytes, { kind: "part", number })) }
    }
    return copy
  }

  /** Where the last record stands or, where there is none, the last part of the committed snapshot. */
  last(): Place | undefined {
    const record = this.#records.at(-1)
    if (record !== undefined) return { kind: "record", number: record.index }
    return this.#snapshot && { kind: "part", number: this.#snapshot.parts.length - 1 }
  }

  async append(index: number, record: Uint8Array): Promise<void> {
    this.#checkOpen()
    checkAppend(this.#records.at(-1)?.index, index, record)
    this.#records.push({ index, record: record.slice() })
  }

  async records(from: number): Promise<readonly StoredRecord[]> {
    this.#checkOpen()
    checkFrom(from)
    return pageOf(this.#recordsFrom(from)).map(({ index, record }) => ({ index, record: record.slice() }))
  }

  async snapshot(): Promise<{ readonly upTo: number; readonly parts: number } | undefined> {
    this.#checkOpen()
    return this.#snapshot && { upTo: this.#snapshot.upTo, parts: this.#snapshot.parts.length }
  }

  async snapshotPart(part: number): Promise<Uint8Array> {
    this.#checkOpen()
    const parts = this.#snapshot?.parts ?? []
    checkPart(part, parts.length)
    return (parts[part] ?? new Uint8Array(0)).slice()
  }

  async putSnapshotPart(upTo: number, part: number, bytes: Uint8Array): Promise<void> {
    this.#checkOpen()
    checkPut(upTo, part, bytes)
    this.#put.set(part, { upTo, bytes: bytes.slice() })
  }

  async commitSnapshot(upTo: number, parts: number): Promise<void> {
    this.#checkOpen()
    const made = this.#madeFor(upTo, parts)
    checkCommit(upTo, parts, {
      last: this.#records.at(-1)?.index,
      upTo: this.#snapshot?.upTo,
      put: made.length,
    })
    this.#snapshot = { upTo, parts: made }
    this.#put.clear()
    this.#records = this.#records.filter(({ index }) => index >= upTo)
  }

  async close(): Promise<void> {
    this.#isClosed = true
  }

  /** The parts below `parts` that were put for `upTo`, in order. */
  #madeFor(upTo: number, parts: number): Uint8Array[] {
    const made = [...this.#put].filter(([part, put]) => part < parts && put.upTo === upTo)
    return made.sort(([one], [other]) => one - other).map(([, put]) => put.bytes)
  }

  /** The records follow one another without a gap, so the place of each is known. */
  *#recordsFrom(from: number): Generator<StoredRecord> {
    const first = this.#records[0]?.index ?? 0
    for (let at = Math.max(0, from - first); at < this.#records.length; at++) {
      const stored = this.#records[at]
      if (stored !== undefined) yield stored
    }
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new StoreError("STORE_CLOSED", "the store is closed")
  }
}

/** Stored records are never written to, so that copies share those they have in common. */
function changed(stored: StoredRecord, change: Change): StoredRecord {
  const record = change(stored.record, { kind: "record", number: stored.index })
  return record === stored.record ? stored : { index: stored.index, record }
}
