import { digest, partyKey, readCard, readNote, type Card, type Name } from "@event-manager/client"
import type { Entry } from "../model/journal.ts"
import { readEntries } from "../model/journalEntry.ts"
import { PageError } from "../model/pageError.ts"
import type { Database } from "./database.ts"
import type { Contents, Keep, KeptPlace } from "./keep.ts"

type Fields = Readonly<Record<string, unknown>>

/** What the browser remembers for an identity. Rejects with PageError (STORAGE_BROKEN), UserError (MEMORY_BROKEN, CARD_MALFORMED). */
export async function readContents(database: Database, owner: Name): Promise<Contents & { numbers: EntryNumbers }> {
  const read = async (store: "pins" | "notes" | "cards" | "places" | "entries"): Promise<readonly Fields[]> =>
    (await database.all(store, owner)).map(fields)
  const [pins, notes, cards, places, entries] = await Promise.all([
    read("pins"),
    read("notes"),
    read("cards"),
    read("places"),
    read("entries"),
  ])
  const numbers = new EntryNumbers(entries)
  return {
    pins: new Map(pins.map(({ address, identity }) => [text(address), partyKey(hex(identity))])),
    notes: new Map(notes.map(({ terms, note }) => [digest(hex(terms)), readNote(note)])),
    cards: await Promise.all(cards.map(async (each) => readCard(text(each["text"])))),
    places: places.toSorted((one, other) => time(other) - time(one)).map(placeIn),
    entries: numbers.entries,
    numbers,
  }
}

/** Under which numbers the journal's entries are kept. */
class EntryNumbers {
  readonly entries: readonly Entry[]
  readonly #numbers = new WeakMap<Entry, number>()
  #last = 0

  constructor(kept: readonly Fields[]) {
    this.entries = kept.flatMap(({ entry, number }) => {
      const found = readEntries([entry])
      for (const each of found) this.#numbers.set(each, Number(number))
      return found
    })
    this.#last = kept.reduce((last, { number }) => Math.max(last, Number(number)), 0)
  }

  next(entry: Entry): number {
    this.#last += 1
    this.#numbers.set(entry, this.#last)
    return this.#last
  }

  of(entries: readonly Entry[]): readonly number[] {
    return entries.map((entry) => this.#numbers.get(entry)).filter((number) => number !== undefined)
  }
}

/** Writes in the browser's store, as long as nobody has taken the identity over. */
export class BrowserKeep implements Keep {
  readonly #database: Database
  readonly #owner: { readonly name: Name; readonly epoch: number }
  readonly #numbers: EntryNumbers
  #usedAt = 0

  constructor(database: Database, owner: { readonly name: Name; readonly epoch: number }, numbers: EntryNumbers) {
    this.#database = database
    this.#owner = owner
    this.#numbers = numbers
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

  async keepPlace({ server, constraint, isChosen }: KeptPlace): Promise<void> {
    // Later than the one before, also within a millisecond.
    if (isChosen) this.#usedAt = Math.max(Date.now(), this.#usedAt + 1)
    await this.#put("places", { server, constraint, usedAt: isChosen ? this.#usedAt : NEVER })
  }

  async append(entry: Entry, dropped: readonly Entry[]): Promise<void> {
    const { name: owner } = this.#owner
    const gone = this.#numbers.of(dropped)
    const number = this.#numbers.next(entry)
    await this.#database.write(this.#owner, "entries", (entries) => {
      entries.put({ owner, number, entry })
      for (const each of gone) entries.delete([owner, each])
    })
  }

  async #put(store: "pins" | "notes" | "cards" | "places", record: object): Promise<void> {
    const { name: owner } = this.#owner
    await this.#database.write(this.#owner, store, (objects) => objects.put({ owner, ...record }))
  }
}

/** When a place was chosen that was not. */
const NEVER = 0

function placeIn({ server, constraint, usedAt }: Fields): KeptPlace {
  const isChosen = time({ usedAt }) > NEVER
  return { server: text(server), constraint: constraint === undefined ? undefined : text(constraint), isChosen }
}

function time({ usedAt }: Fields): number {
  return typeof usedAt === "number" ? usedAt : NEVER
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
