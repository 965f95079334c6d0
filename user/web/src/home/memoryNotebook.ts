import type { Digest, Note } from "@event-manager/client"
import type { NoteBook } from "./home.ts"
import type { Contents, Keep } from "./keep.ts"

/**
 * Notes in memory, each written down where the identity lives. Those of one computation are written one after the other;
 * what could not be written is not remembered, however many writes overlap.
 */
export class MemoryNotebook implements NoteBook {
  readonly #notes: Map<Digest, Note>
  /** The latest of each that is written down. */
  readonly #durable: Map<Digest, Note>
  /** By terms: the last write that is under way. */
  readonly #writing = new Map<Digest, Promise<void>>()
  readonly #keep: Keep

  constructor({ notes }: Contents, keep: Keep) {
    this.#notes = new Map(notes)
    this.#durable = new Map(notes)
    this.#keep = keep
  }

  note(terms: Digest): Note | undefined {
    return this.#notes.get(terms)
  }

  all(): ReadonlyMap<Digest, Note> {
    return this.#notes
  }

  async write(terms: Digest, note: Note): Promise<void> {
    this.#notes.set(terms, note)
    const before = this.#writing.get(terms)
    const writing = this.#writeAfter(before, terms, note)
    this.#writing.set(terms, writing)
    try {
      await writing
    } finally {
      if (this.#writing.get(terms) === writing) this.#settle(terms)
    }
  }

  /** Resolves once what is noted now is written down. Rejects where something of it could not be. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing.values())
  }

  async #writeAfter(before: Promise<void> | undefined, terms: Digest, note: Note): Promise<void> {
    // Whether it could be written is for its own caller to hear.
    await before?.catch(() => undefined)
    await this.#keep.writeNote(terms, note)
    this.#durable.set(terms, note)
  }

  /** Nothing is under way any more: what is remembered is what is written down. */
  #settle(terms: Digest): void {
    this.#writing.delete(terms)
    const durable = this.#durable.get(terms)
    if (durable === undefined) this.#notes.delete(terms)
    else this.#notes.set(terms, durable)
  }
}
