import { UserError } from "@event-manager/client"
import { readText, writeText } from "@event-manager/client/node"

/** Entries of its journal that a page may keep, and how long each may be as JSON. */
const ENTRIES_MAX = 2_000
const ENTRY_CHARACTERS_MAX = 2_048
const CONSTRAINT_CHARACTERS_MAX = 8_192
const FILE_BYTES_MAX = 8 * 1_024 * 1_024
const FORMAT = 1

/** What a page remembers beside what every client does: its journal, and the constraint that its user has accepted. */
export class PageMemory {
  readonly #path: string
  #entries: readonly unknown[]
  #constraint: string | undefined

  private constructor(path: string, entries: readonly unknown[], constraint: string | undefined) {
    this.#path = path
    this.#entries = entries
    this.#constraint = constraint
  }

  /** Reads the file, or begins anew where there is none. Throws UserError (MEMORY_BROKEN), and never overwrites it. */
  static open(path: string): PageMemory {
    const text = readText(path, FILE_BYTES_MAX)
    if (text === undefined) return new PageMemory(path, [], undefined)
    const json = objectIn(text)
    const { format, entries, constraint } = json
    const isWhole = format === FORMAT && Array.isArray(entries)
    if (isWhole && (constraint === undefined || typeof constraint === "string")) {
      return new PageMemory(path, entries, constraint)
    }
    throw new UserError("MEMORY_BROKEN", `${path} cannot be read and was left as it is; remove it to begin anew`)
  }

  get entries(): readonly unknown[] {
    return this.#entries
  }

  get constraint(): string | undefined {
    return this.#constraint
  }

  /** Durable when it returns. Throws UserError (LIMIT_EXCEEDED, FILE_UNWRITABLE). */
  append(entry: object): void {
    if (JSON.stringify(entry).length > ENTRY_CHARACTERS_MAX) {
      throw new UserError("LIMIT_EXCEEDED", `an entry has at most ${ENTRY_CHARACTERS_MAX} characters`)
    }
    this.#save([...this.#entries, entry].slice(-ENTRIES_MAX), this.#constraint)
  }

  /** Likewise. */
  accept(constraint: string): void {
    if (constraint.length > CONSTRAINT_CHARACTERS_MAX) {
      throw new UserError("LIMIT_EXCEEDED", `a constraint has at most ${CONSTRAINT_CHARACTERS_MAX} characters here`)
    }
    this.#save(this.#entries, constraint)
  }

  #save(entries: readonly unknown[], constraint: string | undefined): void {
    writeText(this.#path, `${JSON.stringify({ format: FORMAT, constraint, entries })}\n`, 0o600)
    this.#entries = entries
    this.#constraint = constraint
  }
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === "object" && value !== null) return { ...value }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return {}
}
