import { Writer, type Store } from "@event-manager/protocol"
import { eventCodec, type Event } from "../core/event.ts"
import { EVENTS_BYTES_MAX, hashOf, sealRecord, type Genesis, type RecordKeys } from "./record.ts"

const PART_BYTES = 1_024 * 1_024

interface Way {
  readonly store: Store
  readonly keys: RecordKeys
  readonly life: Uint8Array<ArrayBuffer>
  /** Does something when nothing else is being stored, and rejects where it does. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>
}

/** The place in the log that a snapshot is of. */
interface Place {
  /** The number of records that it stands for, and the last one's hash. */
  readonly upTo: number
  readonly last: Uint8Array<ArrayBuffer>
  readonly register: Uint8Array<ArrayBuffer> | undefined
  readonly genesis: Genesis
}

/**
 * Writes a snapshot part by part, no more than two of them in memory, and lets others have their turn in between.
 * Returns how many bytes it takes. Rejects with what the store or `inTurn` rejects with.
 */
export async function writeSnapshot(way: Way, place: Place, events: Iterable<Event>): Promise<number> {
  const { store, inTurn } = way
  const { upTo } = place
  let previous = place.last
  let part = 0
  for (const { bytes, isLast } of pieces(events)) {
    if (part > 0) await otherWork()
    const number = part
    const sealed = sealPart(way, place, { number, previous, bytes, isLast })
    await inTurn(() => store.putSnapshotPart(upTo, number, sealed))
    previous = hashOf(sealed)
    part += 1
  }
  await inTurn(() => store.commitSnapshot(upTo, part))
  return part * PART_BYTES
}

interface Part {
  readonly number: number
  readonly previous: Uint8Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly isLast: boolean
}

function sealPart({ keys, life }: Way, place: Place, { number, previous, bytes, isLast }: Part): Uint8Array {
  const header = { kind: "snapshotPart", index: place.upTo, part: number, life, previous } as const
  const genesis = number === 0 ? place.genesis : undefined
  return sealRecord(keys, header, { register: place.register, genesis, events: bytes, last: isLast }, PART_BYTES)
}

/** Encoded events in pieces that fit a record each; one empty piece where there are none. */
function* pieces(events: Iterable<Event>): Generator<{ bytes: Uint8Array<ArrayBuffer>; isLast: boolean }> {
  let full = new Writer()
  for (const event of events) {
    const start = full.length
    eventCodec.write(full, event)
    if (full.length <= EVENTS_BYTES_MAX) continue
    const bytes = full.bytes()
    yield { bytes: bytes.slice(0, start), isLast: false }
    full = new Writer()
    full.raw(bytes.subarray(start))
  }
  yield { bytes: full.bytes(), isLast: true }
}

/** Resolves when what has come meanwhile has been seen to: whoever waits for the enclave waits for one part at most. */
function otherWork(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
