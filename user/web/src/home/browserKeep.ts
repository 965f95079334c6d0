import { digest, partyKey, readCard, readNote, type Card, type Name } from "@event-manager/client"
import type { Entry } from "../model/journal.ts"
import { readEntry } from "../model/journalEntry.ts"
import { PageError } from "../model/pageError.ts"
import type { Database } from "./database.ts"
import type { Place } from "./home.ts"
import { ENTRIES_MAX, type Contents, type Keep } from "./keep.ts"

type Fields = Readonly<Record<string, unknown>>

/** What the browser remembers for an identity. Rejects with PageError (STORAGE_BROKEN), UserError (MEMORY_BROKEN, CARD_MALFORMED). */
export async function readContents(database: Database, owner: Name): Promise<Contents & { lastNumber: number }> {
  const read = async (store: "pins" | "notes" | "cards" | "places" | "entries"): Promise<readonly Fields[]> =>
    (await database.all(store, owner)).map(fields)
  const [pins, notes, cards, places, entries] = await Promise.all([
    read("pins"),
    read("notes"),
    read("cards"),
    read("places"),
    read("entries"),
  ])
  return {
    pins: new Map(pins.map(({ address, identity }) => [text(address), partyKey(hex(identity))])),
    notes: new Map(notes.map(({ terms, note }) => [digest(hex(terms)), readNote(note)])),
    cards: await Promise.all(cards.map(async (each) => readCard(text(each["text"])))),
    places: places.toSorted((one, other) => time(other) - time(one)).map(placeIn),
    entries: entries.map(({ entry }) => readEntry(entry)),
    lastNumber: entries.reduce((last, { number }) => Math.max(last, Number(number)), 0),
  }
}

/** Writes in the browser's store, as long as nobody has taken the identity over. */
export class BrowserKeep implements Keep {
  readonly #database: Database
  readonly #owner: { readonly name: Name; readonly epoch: number }
  #number: number
  #usedAt = 0

  constructor(database: Database, owner: { readonly name: Name; readonly epoch: number }, lastNumber: number) {
    this.#database = database
    this.#owner = owner
    this.#number = lastNumber
  }

  async setPin(address: string, identity: string): Promise<void> {
    await this.#put("pins", { address, identity })
  }

  async writeNote(terms: string, note: object): Promise<void> {
    await this.#put("notes", { terms, note })
  }

  async saveCard({ name, text }: Card): Promise<void> {
    await this.#put("cards", { name, text })
  }

  async removeCard(name: Name): Promise<void> {
    const { name: owner } = this.#owner
    await this.#database.write(this.#owner, "cards", (cards) => cards.delete([owner, name]))
  }

  async keepPlace({ server, constraint }: Place): Promise<void> {
    // Later than the one before, also within a millisecond.
    this.#usedAt = Math.max(Date.now(), this.#usedAt + 1)
    await this.#put("places", { server, constraint, usedAt: this.#usedAt })
  }

  async append(entry: Entry): Promise<void> {
    const { name: owner } = this.#owner
    this.#number += 1
    const number = this.#number
    await this.#database.write(this.#owner, "entries", (entries) => {
      entries.put({ owner, number, entry })
      const last = number - ENTRIES_MAX
      if (last > 0) entries.delete(IDBKeyRange.bound([owner, 0], [owner, last]))
    })
  }

  async #put(store: "pins" | "notes" | "cards" | "places", record: object): Promise<void> {
    const { name: owner } = this.#owner
    await this.#database.write(this.#owner, store, (objects) => objects.put({ owner, ...record }))
  }
}

function placeIn({ server, constraint }: Fields): Place {
  return { server: text(server), constraint: constraint === undefined ? undefined : text(constraint) }
}

function time({ usedAt }: Fields): number {
  return typeof usedAt === "number" ? usedAt : 0
}

/** Throws PageError (STORAGE_BROKEN). */
export function fields(value: unknown): Fields {
  if (typeof value === "object" && value !== null) return { ...value }
  throw broken()
}

/** Throws PageError (STORAGE_BROKEN). */
export function text(value: unknown): string {
  if (typeof value === "string") return value
  throw broken()
}

function hex(value: unknown): Uint8Array {
  try {
    return Uint8Array.fromHex(text(value))
  } catch {
    throw broken()
  }
}

function broken(): PageError {
  return new PageError("STORAGE_BROKEN", "what this browser keeps for the page is not what the page wrote")
}
