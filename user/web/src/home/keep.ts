import type { Card, Digest, Name, Note, PartyKey } from "@event-manager/client"
import type { Entry } from "../model/journal.ts"
import type { Place } from "./home.ts"

/** A place, and whether the user has chosen it, or only followed an invitation to it. */
export interface KeptPlace extends Place {
  readonly isChosen: boolean
}

/** What an identity remembers, as it is when it is opened. */
export interface Contents {
  readonly pins: ReadonlyMap<string, PartyKey>
  /** The fingerprint of a changed enclave that was accepted before the page was opened. */
  readonly accepted?: string | undefined
  readonly notes: ReadonlyMap<Digest, Note>
  readonly cards: readonly Card[]
  /** The latest first. */
  readonly places: readonly KeptPlace[]
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
  keepPlace(place: KeptPlace): Promise<void>
  /** Appends to the journal, and takes those that it drops for it out. */
  append(entry: Entry, dropped: readonly Entry[]): Promise<void>
}
