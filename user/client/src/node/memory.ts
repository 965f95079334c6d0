import { DecodeError, digest, partyKey, type Digest, type PartyKey } from "@event-manager/protocol"
import { UserError } from "../errors.ts"
import type { Note, Notebook } from "../notebook.ts"
import { readNote } from "../noteRecord.ts"
import type { Pins } from "../pins.ts"
import { readText, writeText } from "./files.ts"

const MEMORY_BYTES_MAX = 16 * 1_024 * 1_024
const ADVISED_MAX = 1_000
const NOTES_MAX = 10_000
const FORMAT = 1

/** What a client remembers beside its identity: enclaves, computations' histories, and what it has been advised of. */
export class Memory implements Pins, Notebook {
  readonly accepted: string | undefined
  readonly #path: string
  readonly #contents: Contents

  private constructor(path: string, contents: Contents, accepted: string | undefined) {
    this.#path = path
    this.#contents = contents
    this.accepted = accepted
  }

  /** Reads the file, or begins anew where there is none. Throws UserError (MEMORY_BROKEN), and never overwrites it. */
  static open(path: string, accepted: string | undefined): Memory {
    const text = readText(path, MEMORY_BYTES_MAX)
    return new Memory(path, text === undefined ? emptyContents() : parse(path, text), accepted)
  }

  get(address: string): PartyKey | undefined {
    return this.#contents.pins.get(address)
  }

  async set(address: string, identity: PartyKey): Promise<void> {
    this.#contents.pins.set(address, identity)
    this.#save()
  }

  note(terms: Digest): Note | undefined {
    return this.#contents.notes.get(terms)
  }

  /** Everything that is remembered of enclaves and histories, for a page that this client serves. */
  get everything(): { readonly pins: ReadonlyMap<string, PartyKey>; readonly notes: ReadonlyMap<Digest, Note> } {
    return this.#contents
  }

  /** Whether a computation of this name was ever seen. */
  hasNoteOf(computation: string): boolean {
    return [...this.#contents.notes.values()].some((note) => note.computation === computation)
  }

  async write(terms: Digest, note: Note): Promise<void> {
    const { notes } = this.#contents
    if (notes.size >= NOTES_MAX && !notes.has(terms)) {
      // Forgetting one by itself would be forgetting what to raise the alarm about.
      throw new UserError("LIMIT_EXCEEDED", `${this.#path} remembers ${NOTES_MAX} computations; use another identity`)
    }
    const before = notes.get(terms)
    notes.set(terms, note)
    try {
      this.#save()
    } catch (error) {
      // What is not durable must not be relied on: a note of a statement lets it be signed.
      if (before === undefined) notes.delete(terms)
      else notes.set(terms, before)
      throw error
    }
  }

  /** Whether its user has been told what a computation of these terms gives away. */
  wasAdvisedOn(terms: Digest): boolean {
    return this.#contents.advised.has(terms)
  }

  setAdvisedOn(terms: Digest): void {
    const { advised } = this.#contents
    advised.add(terms)
    for (const oldest of advised) {
      if (advised.size <= ADVISED_MAX) break
      advised.delete(oldest)
    }
    this.#save()
  }

  #save(): void {
    const { pins, notes, advised } = this.#contents
    const json = {
      format: FORMAT,
      pins: Object.fromEntries(pins),
      notes: Object.fromEntries(notes),
      advised: [...advised],
    }
    writeText(this.#path, `${JSON.stringify(json, undefined, 2)}\n`, 0o600)
  }
}

interface Contents {
  readonly pins: Map<string, PartyKey>
  readonly notes: Map<Digest, Note>
  readonly advised: Set<Digest>
}

function emptyContents(): Contents {
  return { pins: new Map(), notes: new Map(), advised: new Set() }
}

function parse(path: string, text: string): Contents {
  try {
    const json: unknown = JSON.parse(text)
    if (isRecord(json) && json["format"] === FORMAT && Array.isArray(json["advised"])) {
      const pins = Object.entries(record(json["pins"])).map(([address, key]) => [address, partyKey(hex(key))] as const)
      // The first version kept no notes.
      const notes = Object.entries(record(json["notes"] === undefined ? {} : json["notes"])).map(
        ([terms, each]) => [digest(hex(terms)), readNote(each)] as const,
      )
      return {
        pins: new Map(pins),
        notes: new Map(notes),
        advised: new Set(json["advised"].map((each) => digest(hex(each)))),
      }
    }
  } catch (cause) {
    if (!isOfContents(cause)) throw cause
  }
  const advice = "restore it from a copy; removing it forgets which enclaves and histories you have seen"
  throw new UserError("MEMORY_BROKEN", `${path} cannot be read and was left as it is: ${advice}`)
}

/** Whether this is thrown for what a file holds. */
function isOfContents(cause: unknown): boolean {
  return [SyntaxError, DecodeError, TypeError, UserError].some((kind) => cause instanceof kind)
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value
  throw new TypeError("no object")
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function hex(value: unknown): Uint8Array {
  return Uint8Array.fromHex(String(value))
}
