import { memoryStore, type Change, type MemoryStore } from "../../untrusted/host/src/storage/memory.ts"
import type { Dice } from "./dice.ts"
import type { Chain } from "./register.ts"

/** A state as a host may keep it: what is stored, and which records led there. */
export interface Version {
  readonly store: MemoryStore
  readonly chain: Chain
}

export function emptyVersion(): Version {
  return { store: memoryStore(), chain: [] }
}

export function copyOf({ store, chain }: Version): Version {
  return { store: store.fork(), chain }
}

/** A copy that no enclave may start on; undefined where too little is stored to damage it so. */
export async function damagedCopy({ store, chain }: Version, dice: Dice): Promise<Version | undefined> {
  const from = (await store.snapshot())?.upTo ?? 0
  const end = chain.length
  const kind = dice.pick(["flipped", "cut", "removed", "swapped", "part"] as const)
  const at = from + dice.below(Math.max(1, end - from))
  if (kind === "part") return from === 0 ? undefined : { store: store.fork(flippedPart(dice)), chain }
  if (end - from < 3) return undefined
  const inner = Math.min(at, end - 2)
  const next = await recordAt(store, inner + 1)
  const own = await recordAt(store, inner)
  const changes = {
    flipped: (record, number) => (number === at ? flipped(record, dice) : record),
    cut: (record, number) => (number === at ? record.subarray(0, dice.below(record.length)) : record),
    // Followed by itself: of what came later, nothing stands in its place.
    removed: (record, number) => (number === inner ? next : record),
    swapped: (record, number) => (number === inner ? next : number === inner + 1 ? own : record),
  } satisfies Record<string, (record: Uint8Array, number: number) => Uint8Array>
  return {
    store: store.fork((bytes, place) => (place.kind === "part" ? bytes : changes[kind](bytes, place.number))),
    chain,
  }
}

/**
 * A copy in which a record of another state stands in place of its own: sealed under a key that opens it, with the right
 * number, and yet no part of one past with those around it. Undefined where the two states have no such records.
 */
export async function splicedCopy(own: Version, other: Version, dice: Dice): Promise<Version | undefined> {
  const places = own.chain.flatMap((hash, at) => {
    const isOther = at < other.chain.length && other.chain[at] !== hash
    // The other state's record may follow the same one as ours; then, what follows ours does not follow it.
    const isBetween = at + 1 < own.chain.length || own.chain[at - 1] !== other.chain[at - 1]
    return isOther && isBetween ? [at] : []
  })
  // Most states of a host are one another's past: no need to ask what snapshots have taken the place of.
  if (places.length === 0) return undefined
  const from = Math.max((await own.store.snapshot())?.upTo ?? 0, (await other.store.snapshot())?.upTo ?? 0)
  const stored = places.filter((at) => at >= from)
  if (stored.length === 0) return undefined
  const place = dice.pick(stored)
  const record = await recordAt(other.store, place)
  return {
    store: own.store.fork((bytes, { kind, number }) => (kind === "record" && number === place ? record : bytes)),
    chain: own.chain,
  }
}

async function recordAt(store: MemoryStore, number: number): Promise<Uint8Array> {
  return (await store.records(number))[0]?.record ?? new Uint8Array(0)
}

function flippedPart(dice: Dice): Change {
  return (bytes, { kind }) => (kind === "part" ? flipped(bytes, dice) : bytes)
}

export function flipped(bytes: Uint8Array, dice: Dice): Uint8Array {
  const changed = bytes.slice()
  const at = dice.below(bytes.length)
  changed[at] = (changed[at] ?? 0) ^ (1 << dice.below(8))
  return changed
}
