import {
  fingerprint,
  UserError,
  type Card,
  type Digest,
  type Identity,
  type Name,
  type Note,
  type Notebook,
  type PartyKey,
  type Transport,
} from "@event-manager/client"
import type { Entry, Journal } from "../model/journal.ts"
import type { CardBox, Desk, PinBook, Place, PlaceBook } from "./home.ts"
import { ENTRIES_MAX, type Contents, type Keep } from "./keep.ts"

/** What a desk is made of. */
export interface DeskParts {
  readonly name: Name
  readonly identity: Identity
  readonly card: Card
  readonly contents: Contents
  readonly keep: Keep
  readonly transport: (server: string) => Transport
  readonly lost: Promise<void>
  readonly close: () => Promise<void>
}

/** A desk that shows what is in memory, and has everything written down where the identity lives. */
export function memoryDesk({ name, identity, card, contents, keep, transport, lost, close }: DeskParts): Desk {
  return {
    name,
    identity,
    card,
    pins: new MemoryPins(contents, keep),
    notebook: new MemoryNotebook(contents, keep),
    cards: new MemoryCards(contents, keep, card),
    journal: new MemoryJournal(contents, keep),
    places: new MemoryPlaces(contents, keep),
    transport,
    lost,
    close,
  }
}

class MemoryPins implements PinBook {
  readonly #pins: Map<string, PartyKey>
  readonly #keep: Keep
  #accepted: string | undefined

  constructor({ pins }: Contents, keep: Keep) {
    this.#pins = new Map(pins)
    this.#keep = keep
  }

  get accepted(): string | undefined {
    return this.#accepted
  }

  accept(fingerprint: string): void {
    this.#accepted = fingerprint
  }

  get(address: string): PartyKey | undefined {
    return this.#pins.get(address)
  }

  async set(address: string, identity: PartyKey): Promise<void> {
    await this.#keep.setPin(address, identity)
    this.#pins.set(address, identity)
    // Accepted once; whatever comes after it is another one.
    if (this.#accepted === fingerprint(identity)) this.#accepted = undefined
  }
}

class MemoryNotebook implements Notebook {
  readonly #notes: Map<Digest, Note>
  readonly #keep: Keep

  constructor({ notes }: Contents, keep: Keep) {
    this.#notes = new Map(notes)
    this.#keep = keep
  }

  note(terms: Digest): Note | undefined {
    return this.#notes.get(terms)
  }

  async write(terms: Digest, note: Note): Promise<void> {
    const before = this.#notes.get(terms)
    this.#notes.set(terms, note)
    try {
      await this.#keep.writeNote(terms, note)
    } catch (error) {
      // What is not durable must not be relied on: a note of a statement lets it be signed.
      if (this.#notes.get(terms) !== note) throw error
      if (before === undefined) this.#notes.delete(terms)
      else this.#notes.set(terms, before)
      throw error
    }
  }
}

class MemoryCards implements CardBox {
  readonly #cards: Map<Name, Card>
  readonly #keep: Keep
  readonly #own: Card

  constructor({ cards }: Contents, keep: Keep, own: Card) {
    this.#cards = new Map(cards.filter(({ name }) => name !== own.name).map((card) => [card.name, card]))
    this.#keep = keep
    this.#own = own
  }

  all(): readonly Card[] {
    return [this.#own, ...this.#cards.values()]
  }

  async save(card: Card): Promise<void> {
    const present = card.name === this.#own.name ? this.#own : this.#cards.get(card.name)
    if (present !== undefined && present.party !== card.party) {
      const keys = `${fingerprint(present.party)} here, ${fingerprint(card.party)} on the new card`
      const advice = `ask ${card.name} which is right, and remove the old card first if it is the new one`
      throw new UserError("CARD_CONFLICT", `another key is known for ${card.name} (${keys}); ${advice}`)
    }
    if (present === this.#own) return
    await this.#keep.saveCard(card)
    this.#cards.set(card.name, card)
  }

  async remove(name: Name): Promise<void> {
    await this.#keep.removeCard(name)
    this.#cards.delete(name)
  }
}

class MemoryJournal implements Journal {
  #entries: readonly Entry[]
  readonly #keep: Keep

  constructor({ entries }: Contents, keep: Keep) {
    this.#entries = entries
    this.#keep = keep
  }

  of(terms: Digest): readonly Entry[] {
    return this.#entries.filter((entry) => entry.terms === terms)
  }

  created(): readonly Entry[] {
    const of = (kind: Entry["happening"]["kind"]): Entry[] =>
      this.#entries.filter(({ happening }) => happening.kind === kind)
    const gone = new Set(of("deleted").map(({ terms }) => terms))
    return of("created").filter(({ terms }) => !gone.has(terms))
  }

  async append(entry: Entry): Promise<void> {
    await this.#keep.append(entry)
    this.#entries = [...this.#entries, entry].slice(-ENTRIES_MAX)
  }
}

class MemoryPlaces implements PlaceBook {
  #places: readonly Place[]
  readonly #keep: Keep

  constructor({ places }: Contents, keep: Keep) {
    this.#places = places
    this.#keep = keep
  }

  all(): readonly Place[] {
    return this.#places
  }

  async keep(place: Place): Promise<void> {
    await this.#keep.keepPlace(place)
    this.#places = [place, ...this.#places.filter(({ server }) => server !== place.server)]
  }
}
