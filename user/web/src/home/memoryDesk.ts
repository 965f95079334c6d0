import {
  fingerprint,
  UserError,
  type Card,
  type Digest,
  type Identity,
  type Name,
  type PartyKey,
  type Transport,
} from "@event-manager/client"
import { droppedFor, type Entry, type Journal } from "../model/journal.ts"
import { isSameServer } from "../model/places.ts"
import type { CardBox, Desk, PinBook, Place, PlaceBook } from "./home.ts"
import type { Contents, Keep, KeptPlace } from "./keep.ts"
import { MemoryNotebook } from "./memoryNotebook.ts"

/** What a desk is made of. */
export interface DeskParts {
  readonly name: Name
  readonly identity: Identity
  readonly card: Card
  readonly isRestored: boolean
  readonly contents: Contents
  readonly keep: Keep
  readonly transport: (server: string) => Transport
  readonly lost: Promise<void>
  readonly close: () => Promise<void>
}

/** A desk that shows what is in memory, and has everything written down where the identity lives. */
export function memoryDesk({ identity, contents, keep, ...parts }: DeskParts): Desk {
  const { name, card, isRestored, transport, lost, close } = parts
  const notebook = new MemoryNotebook(contents, keep)
  return {
    name,
    identity: durably(identity, notebook),
    card,
    isRestored,
    pins: new MemoryPins(contents, keep),
    notebook,
    cards: new MemoryCards(contents, keep, card),
    journal: new MemoryJournal(contents, keep),
    places: new MemoryPlaces(contents, keep),
    transport,
    lost,
    close,
  }
}

/** Signs only once what was noted by then is durable: a note of a statement is what lets it be signed. */
function durably(identity: Identity, notebook: MemoryNotebook): Identity {
  return {
    party: identity.party,
    sign: async (data) => {
      await notebook.settled()
      return identity.sign(data)
    },
  }
}

class MemoryPins implements PinBook {
  readonly #pins: Map<string, PartyKey>
  readonly #keep: Keep
  #accepted: string | undefined

  constructor({ pins, accepted }: Contents, keep: Keep) {
    this.#pins = new Map(pins)
    this.#accepted = accepted
    this.#keep = keep
  }

  get accepted(): string | undefined {
    return this.#accepted
  }

  accept(fingerprint: string): void {
    this.#accepted = fingerprint
  }

  get(address: string): PartyKey | undefined {
    return this.#pins.get(address) ?? this.#pins.entries().find(([kept]) => isSameServer(kept, address))?.[1]
  }

  async set(address: string, identity: PartyKey): Promise<void> {
    await this.#keep.setPin(address, identity)
    this.#pins.set(address, identity)
    // Accepted once; whatever comes after it is another one.
    if (this.#accepted === fingerprint(identity)) this.#accepted = undefined
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

  all(): readonly Entry[] {
    return this.#entries
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
    const dropped = droppedFor(this.#entries, entry)
    await this.#keep.append(entry, dropped)
    this.#entries = [...this.#entries.filter((each) => !dropped.includes(each)), entry]
  }
}

class MemoryPlaces implements PlaceBook {
  #places: readonly KeptPlace[]
  readonly #keep: Keep

  constructor({ places }: Contents, keep: Keep) {
    this.#places = places
    this.#keep = keep
  }

  all(): readonly Place[] {
    return this.#places
  }

  get chosen(): Place | undefined {
    return this.#places.find(({ isChosen }) => isChosen)
  }

  async keep({ server, constraint }: Place): Promise<void> {
    const place = { server, constraint, isChosen: true }
    await this.#keep.keepPlace(place)
    this.#places = [place, ...this.#places.filter((each) => each.server !== server)]
  }

  async add({ server, constraint }: Place): Promise<void> {
    if (this.#places.some((each) => isSameServer(each.server, server))) return
    const place = { server, constraint, isChosen: false }
    await this.#keep.keepPlace(place)
    this.#places = [...this.#places, place]
  }
}
