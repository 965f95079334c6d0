import { UserError } from "@event-manager/client"
import { readText, writeText } from "@event-manager/client/node"

/** Entries of its journal that a page may keep, and how long each may be as JSON. */
const ENTRIES_MAX = 2_000
const ENTRY_CHARACTERS_MAX = 2_048
const CONSTRAINT_CHARACTERS_MAX = 8_192
/** Hosts whose constraints are kept, the latest. */
const HOSTS_MAX = 50
const FILE_BYTES_MAX = 8 * 1_024 * 1_024
const FORMAT = 1

/**
 * What a page remembers beside what every client does: its journal, and which constraint its user has accepted at which
 * host. */
export class PageMemory {
  readonly #path: string
  #entries: readonly unknown[]
  #constraints: ReadonlyMap<string, string>

  private constructor(path: string, entries: readonly unknown[], constraints: ReadonlyMap<string, string>) {
    this.#path = path
    this.#entries = entries
    this.#constraints = constraints
  }

  /** Reads the file, or begins anew where there is none. Throws UserError (MEMORY_BROKEN), and never overwrites it. */
  static open(path: string): PageMemory {
    const text = readText(path, FILE_BYTES_MAX)
    if (text === undefined) return new PageMemory(path, [], new Map())
    const { format, entries, constraints = {} } = objectIn(text)
    if (format === FORMAT && Array.isArray(entries) && isTexts(constraints)) {
      return new PageMemory(path, entries, new Map(Object.entries(constraints)))
    }
    throw new UserError("MEMORY_BROKEN", `${path} cannot be read and was left as it is; remove it to begin anew`)
  }

  get entries(): readonly unknown[] {
    return this.#entries
  }

  /** What was accepted at this host, and says nothing of another. */
  constraintAt(server: string): string | undefined {
    return this.#constraints.get(server)
  }

  /** Durable when it returns. Throws UserError (LIMIT_EXCEEDED, FILE_UNWRITABLE). */
  append(entry: object): void {
    if (JSON.stringify(entry).length > ENTRY_CHARACTERS_MAX) {
      throw new UserError("LIMIT_EXCEEDED", `an entry has at most ${ENTRY_CHARACTERS_MAX} characters`)
    }
    this.#save(appended(this.#entries, entry), this.#constraints)
  }

  /** Likewise. */
  accept(server: string, constraint: string): void {
    if (constraint.length > CONSTRAINT_CHARACTERS_MAX) {
      throw new UserError("LIMIT_EXCEEDED", `a constraint has at most ${CONSTRAINT_CHARACTERS_MAX} characters here`)
    }
    const others = [...this.#constraints].filter(([each]) => each !== server)
    this.#save(this.#entries, new Map([...others, [server, constraint] as const].slice(-HOSTS_MAX)))
  }

  #save(entries: readonly unknown[], constraints: ReadonlyMap<string, string>): void {
    const json = { format: FORMAT, constraints: Object.fromEntries(constraints), entries }
    writeText(this.#path, `${JSON.stringify(json)}\n`, 0o600)
    this.#entries = entries
    this.#constraints = constraints
  }
}

/**
 * As the page itself keeps its journal: a number of matches takes the place of the one before, and of a full journal the
 * oldest entry goes, but no alarm and no creation, while there are others.
 */
function appended(entries: readonly unknown[], entry: object): readonly unknown[] {
  const [kind, terms] = aboutOf(entry)
  const isReplaced = (each: unknown): boolean => {
    const [otherKind, otherTerms] = aboutOf(each)
    return kind === "matched" && otherKind === kind && otherTerms === terms
  }
  const all = [...entries.filter((each) => !isReplaced(each)), entry]
  if (all.length <= ENTRIES_MAX) return all
  const plain = all.findIndex((each) => !["alarm", "created"].includes(String(aboutOf(each)[0])))
  return all.toSpliced(Math.max(plain, 0), 1)
}

/** What an entry says happened, and in which computation. */
function aboutOf(entry: unknown): readonly [kind: unknown, terms: unknown] {
  const { happening, terms } = recordOf(entry)
  return [recordOf(happening)["kind"], terms]
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === "object" && value !== null && Object.values(value).every((each) => typeof each === "string")
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return recordOf(JSON.parse(text))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return {}
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {}
}
