import type { Store, StoredRecord } from "@event-manager/protocol"
import { memoryStore } from "../../untrusted/host/src/storage/memory.ts"

/** One call that stores something: all that the host sees of it. */
export interface StoreCall {
  readonly call: "append" | "putSnapshotPart" | "commitSnapshot"
  /** Of a record, its number; of a snapshot, how many records it stands for. */
  readonly index: number
  /** Of a snapshot's part, its number; of a snapshot that is committed, how many there are. */
  readonly part: number
  readonly bytes: number
}

/** A store that tells of each call that stores something, and can be told when it may happen, or that it fails. */
export class RecordingStore implements Store {
  readonly inner: Store
  /** The bytes of each call, sealed. */
  readonly sealed: Uint8Array[] = []
  /** Comes before each call is done; where it rejects, the call does. */
  before: (call: StoreCall) => Promise<void> = async () => {}
  /** Comes after each call was done; where it rejects, the answer is lost. */
  after: (call: StoreCall) => Promise<void> = async () => {}
  readonly #told: (call: StoreCall) => void

  constructor(told: (call: StoreCall) => void, inner: Store = memoryStore()) {
    this.#told = told
    this.inner = inner
  }

  append(index: number, record: Uint8Array): Promise<void> {
    const call = { call: "append", index, part: 0, bytes: record.length } as const
    return this.#does(call, record, () => this.inner.append(index, record))
  }

  records(from: number): Promise<readonly StoredRecord[]> {
    return this.inner.records(from)
  }

  snapshot(): Promise<{ readonly upTo: number; readonly parts: number } | undefined> {
    return this.inner.snapshot()
  }

  snapshotPart(part: number): Promise<Uint8Array> {
    return this.inner.snapshotPart(part)
  }

  putSnapshotPart(upTo: number, part: number, bytes: Uint8Array): Promise<void> {
    const call = { call: "putSnapshotPart", index: upTo, part, bytes: bytes.length } as const
    return this.#does(call, bytes, () => this.inner.putSnapshotPart(upTo, part, bytes))
  }

  commitSnapshot(upTo: number, parts: number): Promise<void> {
    const call = { call: "commitSnapshot", index: upTo, part: parts, bytes: 0 } as const
    return this.#does(call, undefined, () => this.inner.commitSnapshot(upTo, parts))
  }

  async #does(call: StoreCall, bytes: Uint8Array | undefined, act: () => Promise<void>): Promise<void> {
    this.#told(call)
    if (bytes !== undefined) this.sealed.push(bytes.slice())
    await this.before(call)
    await act()
    await this.after(call)
  }
}
