/*
 * A store that fails as stores, disks and hosts do. To whoever called, that nothing was stored and that only the answer
 * was lost look the same, as they do in life.
 */
import type { StoredRecord } from "@event-manager/protocol/frame"
import type { ClosableStore } from "./engine.ts"
import { memoryStore, type MemoryStore } from "./memory.ts"
import { seededNumbers } from "./seededNumbers.ts"
import { StoreError } from "./storeError.ts"

const writeFaults = ["nothingStored", "answerLost", "full"] as const
const restartFaults = ["cutShort", "changed", "rewound"] as const
export type WriteFault = (typeof writeFaults)[number]
export type FaultKind = WriteFault | (typeof restartFaults)[number]

/** What a restart brings to light. Numbers beyond what there is are taken as far as they go round. */
export type RestartFault =
  /** Of what was written last (see `MemoryStore.last`), only the first bytes are there. */
  | { readonly kind: "cutShort"; readonly bytesKept: number }
  /** Of what was written last, one bit has turned. */
  | { readonly kind: "changed"; readonly bit: number }
  /** The latest `writes` of the writes are gone, at most WRITES_REMEMBERED_MAX. */
  | { readonly kind: "rewound"; readonly writes: number }

/** What goes wrong, asked once for each write and once for each restart. */
export interface FaultPlan {
  onWrite(): WriteFault | undefined
  onRestart(): RestartFault | undefined
}

/** How far back a store can be rewound. */
export const WRITES_REMEMBERED_MAX = 64

/** Goes through the lists, once; then nothing more goes wrong. */
export function scriptedPlan(script: {
  readonly writes?: readonly (WriteFault | undefined)[]
  readonly restarts?: readonly (RestartFault | undefined)[]
}): FaultPlan {
  const writes = (script.writes ?? []).values()
  const restarts = (script.restarts ?? []).values()
  return { onWrite: () => writes.next().value, onRestart: () => restarts.next().value }
}

/** How likely each fault is, from 0 to 1, at each write or restart; together, at most 1 for either. */
export type FaultChances = Readonly<Record<FaultKind, number>>

const chancesDefault: FaultChances = {
  nothingStored: 0.02,
  answerLost: 0.02,
  full: 0.01,
  cutShort: 0.1,
  changed: 0.1,
  rewound: 0.1,
}

/** The same faults for the same seed, however often it is run. */
export function seededPlan(seed: number, chances: FaultChances = chancesDefault): FaultPlan {
  const next = seededNumbers(seed)
  const drawn = <Kind extends FaultKind>(kinds: readonly Kind[]): Kind | undefined => {
    let left = next()
    return kinds.find((kind) => (left -= chances[kind]) < 0)
  }
  return {
    onWrite: () => drawn(writeFaults),
    onRestart: () => restartFault(drawn(restartFaults), next),
  }
}

export class FaultyStore implements ClosableStore {
  readonly #plan: FaultPlan
  readonly #injected = { nothingStored: 0, answerLost: 0, full: 0, cutShort: 0, changed: 0, rewound: 0 }
  #store: MemoryStore
  /** The store as it was before each of the latest writes. */
  #earlier: MemoryStore[] = []

  constructor(plan: FaultPlan, store: MemoryStore = memoryStore()) {
    this.#plan = plan
    this.#store = store
  }

  /** How often each fault has come about. */
  get injected(): Readonly<Record<FaultKind, number>> {
    return { ...this.#injected }
  }

  /** A faultless copy of what is stored now. */
  fork(): MemoryStore {
    return this.#store.fork()
  }

  /** What the host does when it starts again: the store is open, and as the plan has left it. */
  restart(): void {
    const fault = this.#plan.onRestart()
    const damaged = fault && this.#damaged(fault)
    if (fault !== undefined && damaged !== undefined) this.#injected[fault.kind] += 1
    this.#store = damaged ?? this.#store.fork()
  }

  append(index: number, record: Uint8Array): Promise<void> {
    return this.#write((store) => store.append(index, record))
  }

  records(from: number): Promise<readonly StoredRecord[]> {
    return this.#store.records(from)
  }

  snapshot(): Promise<{ readonly upTo: number; readonly parts: number } | undefined> {
    return this.#store.snapshot()
  }

  snapshotPart(part: number): Promise<Uint8Array> {
    return this.#store.snapshotPart(part)
  }

  putSnapshotPart(upTo: number, part: number, bytes: Uint8Array): Promise<void> {
    return this.#write((store) => store.putSnapshotPart(upTo, part, bytes))
  }

  commitSnapshot(upTo: number, parts: number): Promise<void> {
    return this.#write((store) => store.commitSnapshot(upTo, parts))
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  async #write(write: (store: MemoryStore) => Promise<void>): Promise<void> {
    const fault = this.#plan.onWrite()
    if (fault !== undefined) this.#injected[fault] += 1
    if (fault === "full") throw new StoreError("STORE_FULL", "the store cannot grow; make room on its disk")
    if (fault !== "nothingStored") await this.#remembering(write)
    if (fault !== undefined) throw new StoreError("STORE_FAILED", "the store cannot be written; start again")
  }

  async #remembering(write: (store: MemoryStore) => Promise<void>): Promise<void> {
    const before = this.#store.fork()
    await write(this.#store)
    this.#earlier = [...this.#earlier.slice(1 - WRITES_REMEMBERED_MAX), before]
  }

  /** Undefined where nothing is stored that could be damaged. */
  #damaged(fault: RestartFault): MemoryStore | undefined {
    if (fault.kind === "rewound") return this.#rewound(fault.writes)
    const last = this.#store.last()
    if (last === undefined) return undefined
    return this.#store.fork((bytes, { kind, number }) =>
      kind === last.kind && number === last.number ? torn(bytes, fault) : bytes,
    )
  }

  #rewound(writes: number): MemoryStore | undefined {
    if (this.#earlier.length === 0) return undefined
    const at = this.#earlier.length - 1 - ((writes - 1) % this.#earlier.length)
    const then = this.#earlier[at]
    this.#earlier = this.#earlier.slice(0, at)
    return then?.fork()
  }
}

function restartFault(kind: RestartFault["kind"] | undefined, next: () => number): RestartFault | undefined {
  const amount = Math.floor(next() * 2 ** 31)
  switch (kind) {
    case "cutShort":
      return { kind, bytesKept: amount }
    case "changed":
      return { kind, bit: amount }
    case "rewound":
      return { kind, writes: 1 + amount }
    case undefined:
      return undefined
  }
}

function torn(bytes: Uint8Array, fault: Exclude<RestartFault, { kind: "rewound" }>): Uint8Array {
  if (fault.kind === "cutShort") return bytes.slice(0, fault.bytesKept % Math.max(1, bytes.length))
  const bit = fault.bit % Math.max(1, 8 * bytes.length)
  return bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
}
