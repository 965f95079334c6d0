import type { Descriptor, Digest, Head, PartyKey, RequestId } from "@event-manager/protocol"
import type { Entry } from "../../trusted/enclave/src/core/event.ts"

/** A place in some history of a computation: forks share the places before them. */
export interface Place {
  readonly hash: Digest
  readonly length: number
  readonly before: Place | undefined
  readonly terms: Digest
  readonly descriptor: Descriptor
  readonly entry: Entry
  /** Which request it came about by; undefined where several could have: keys retired in two forks, by one party. */
  requestId: RequestId | undefined
}

/** Every history that any enclave has ever had, as one tree. */
export class Chronicle {
  readonly #places = new Map<Digest, Place>()

  at(head: Head): Place | undefined {
    const place = this.#places.get(head.hash)
    return place?.length === head.length ? place : undefined
  }

  /** Adds what follows a place; undefined where an entry that is not a beginning follows nothing. */
  add(before: Place | undefined, hash: Digest, entry: Entry, requestId: RequestId | undefined): Place | undefined {
    const known = this.#places.get(hash)
    if (known !== undefined) {
      if (known.requestId !== requestId) known.requestId = undefined
      return known
    }
    const origin = entry.kind === "created" ? entry : before
    if (origin === undefined) return undefined
    const { terms, descriptor } = origin
    const place = { hash, length: (before?.length ?? 0) + 1, before, terms, descriptor, entry, requestId }
    this.#places.set(hash, place)
    return place
  }

  values(): Iterable<Place> {
    return this.#places.values()
  }
}

/** A place and those before it, the latest first. */
export function* backFrom(place: Place | undefined): Generator<Place> {
  for (let at = place; at !== undefined; at = at.before) yield at
}

/** Whether the history up to `place` holds `earlier`. */
export function holds(place: Place, earlier: Place): boolean {
  for (const each of backFrom(place)) if (each.length <= earlier.length) return each === earlier
  return false
}

/** Everybody's latest submission in the history up to a place. */
export function latestSubmissions(place: Place): ReadonlyMap<PartyKey, Place> {
  const latest = new Map<PartyKey, Place>()
  for (const each of backFrom(place)) {
    if (each.entry.kind === "submitted" && !latest.has(each.entry.party)) latest.set(each.entry.party, each)
  }
  return latest
}

/** Who has witnessed in the history up to a place. */
export function witnessesIn(place: Place): PartyKey[] {
  return [...backFrom(place)].flatMap(({ entry }) => (entry.kind === "witnessed" ? [entry.party] : []))
}
