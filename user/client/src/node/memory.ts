import { DecodeError, digest, partyKey, type Digest, type PartyKey } from "@event-manager/protocol"
import { UserError } from "../errors.ts"
import type { Pins } from "../pins.ts"
import { readText, writeText } from "./files.ts"

const MEMORY_BYTES_MAX = 1_048_576
const ADVISED_MAX = 1_000
const FORMAT = 1

/** What a client remembers beside its identity: the enclaves it has seen, and what it has been advised of. */
export class Memory implements Pins {
  readonly accepted: string | undefined
  readonly #path: string
  readonly #pins: Map<string, PartyKey>
  readonly #advised: Set<Digest>

  private constructor(path: string, contents: Contents, accepted: string | undefined) {
    this.#path = path
    this.#pins = contents.pins
    this.#advised = contents.advised
    this.accepted = accepted
  }

  /** Reads the file, or begins anew where there is none. Throws UserError (MEMORY_BROKEN), and never overwrites it. */
  static open(path: string, accepted: string | undefined): Memory {
    const text = readText(path, MEMORY_BYTES_MAX)
    return new Memory(path, text === undefined ? { pins: new Map(), advised: new Set() } : parse(path, text), accepted)
  }

  get(address: string): PartyKey | undefined {
    return this.#pins.get(address)
  }

  async set(address: string, identity: PartyKey): Promise<void> {
    this.#pins.set(address, identity)
    this.#save()
  }

  /** Whether its user has been told what a computation of these terms gives away. */
  wasAdvisedOn(terms: Digest): boolean {
    return this.#advised.has(terms)
  }

  setAdvisedOn(terms: Digest): void {
    this.#advised.add(terms)
    for (const oldest of this.#advised) {
      if (this.#advised.size <= ADVISED_MAX) break
      this.#advised.delete(oldest)
    }
    this.#save()
  }

  #save(): void {
    const contents = { format: FORMAT, pins: Object.fromEntries(this.#pins), advised: [...this.#advised] }
    writeText(this.#path, `${JSON.stringify(contents, undefined, 2)}\n`, 0o600)
  }
}

interface Contents {
  readonly pins: Map<string, PartyKey>
  readonly advised: Set<Digest>
}

function parse(path: string, text: string): Contents {
  try {
    const json: unknown = JSON.parse(text)
    if (isRecord(json) && json["format"] === FORMAT && isRecord(json["pins"]) && Array.isArray(json["advised"])) {
      const pins = Object.entries(json["pins"]).map(([address, key]) => [address, partyKey(fromHex(key))] as const)
      return { pins: new Map(pins), advised: new Set(json["advised"].map((each) => digest(fromHex(each)))) }
    }
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && !(cause instanceof DecodeError) && !(cause instanceof TypeError)) throw cause
  }
  const advice = "restore it from a copy; removing it forgets which enclaves you have seen, so check them anew"
  throw new UserError("MEMORY_BROKEN", `${path} cannot be read and was left as it is: ${advice}`)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function fromHex(value: unknown): Uint8Array {
  return Uint8Array.fromHex(String(value))
}
