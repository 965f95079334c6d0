import type { Card, Digest, Name, Note, PartyKey } from "@event-manager/client"
import type { Entry } from "../model/journal.ts"
import type { Place } from "./home.ts"

/** What an identity remembers, as it is when it is opened. */
export interface Contents {
  readonly pins: ReadonlyMap<string, PartyKey>
  readonly notes: ReadonlyMap<Digest, Note>
  readonly cards: readonly Card[]
  /** The latest first. */
  readonly places: readonly Place[]
  /** The oldest first. */
  readonly entries: readonly Entry[]
}

/**
 * Where an open identity's memory is written: each write is durable when its promise resolves, and has not happened where
 * it rejects. Writes reject with PageError: STORAGE_FULL, STORAGE_DENIED, OWN_MACHINE_*, or IDENTITY_TAKEN_OVER once
 * another page has the identity.
 */
export interface Keep {
  setPin(address: string, identity: PartyKey): Promise<void>
  writeNote(terms: Digest, note: Note): Promise<void>
  saveCard(card: Card): Promise<void>
  removeCard(name: Name): Promise<void>
  keepPlace(place: Place): Promise<void>
  append(entry: Entry): Promise<void>
}

/** Entries of the journal that are kept, the latest: what is asked for is of days, not of years. */
export const ENTRIES_MAX = 2_000
