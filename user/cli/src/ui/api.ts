import {
  CodedError,
  digest,
  isSameConstraint,
  makeCard,
  parseConstraint,
  partyKey,
  readCard,
  readNote,
  UserError,
  type Head,
  type Identity,
  type Name,
  type Note,
} from "@event-manager/client"
import { Cards, requireSignable, saveCard, type Memory } from "@event-manager/client/node"
import { randomBytes } from "node:crypto"
import type { PageMemory } from "./pageMemory.ts"

/** What the page of an identity asks of this machine. */
export interface ApiOptions {
  readonly name: Name
  readonly identity: Identity
  readonly memory: Memory
  readonly pageMemory: PageMemory
  /** Where cards are kept. */
  readonly folder: string
  /** The host that the page reaches. */
  readonly server: string
  /** What this machine's configuration says; no page may change it. */
  readonly configured: string | undefined
}

/** Refused because another page was opened since. */
export class LeaseError extends CodedError<"LEASE"> {}

type Json = Readonly<Record<string, unknown>>

/** What a page asks for, in JSON or bytes. The latest page that was opened is served, and no other. */
export class Api {
  readonly #options: ApiOptions
  #lease = ""

  constructor(options: ApiOptions) {
    this.#options = options
  }

  /** Which enclave is accepted at the host. */
  get constraint(): string | undefined {
    const { configured, pageMemory, server } = this.#options
    return configured ?? pageMemory.constraintAt(server)
  }

  /** The functions that answer in JSON; `undefined` is no such function. Throw LeaseError, UserError, DecodeError. */
  async answer(what: string, lease: string, body: Json): Promise<Json | undefined> {
    if (what === "who") return { name: this.#options.name, party: this.#options.identity.party }
    if (what === "open") return this.#open()
    this.#requireLease(lease)
    switch (what) {
      case "pin":
        await this.#options.memory.set(text(body["address"]), partyKey(hex(body["identity"])))
        return {}
      case "note":
        await this.#writeNote(hex(body["terms"]), readNote(body["note"]))
        return {}
      case "card":
        await saveCard(this.#options.folder, await readCard(text(body["text"])))
        return {}
      case "place":
        this.#keepPlace(text(body["server"]), text(body["constraint"]))
        return {}
      case "entry":
        this.#options.pageMemory.append(object(body["entry"]))
        return {}
      default:
        return undefined
    }
  }

  /** Signs what the protocol signs. Throws LeaseError, UserError. */
  async sign(lease: string, data: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    this.#requireLease(lease)
    await requireSignable(data, this.#options.memory)
    return this.#options.identity.sign(data)
  }

  async #open(): Promise<Json> {
    const { name, identity, memory, pageMemory, folder, server } = this.#options
    const cards = await Cards.read(folder)
    this.#lease = randomBytes(16).toString("hex")
    const { pins, notes } = memory.everything
    return {
      lease: this.#lease,
      card: (await makeCard(name, identity)).text,
      pins: [...pins],
      accepted: memory.accepted,
      notes: [...notes],
      cards: cards.all.filter((card) => card.name !== name).map((card) => card.text),
      places: this.constraint === undefined ? [] : [{ server, constraint: this.constraint }],
      entries: pageMemory.entries,
    }
  }

  /** What was witnessed stays witnessed, and no place that was seen is forgotten: whatever a page says. */
  async #writeNote(terms: Uint8Array, note: Note): Promise<void> {
    const { memory } = this.#options
    if (isForgetful(memory.note(digest(terms)), note))
      throw new UserError("INVALID_VALUE", "a page may not forget what was seen of a computation")
    await memory.write(digest(terms), note)
  }

  #keepPlace(server: string, constraint: string): void {
    const { server: own, configured, pageMemory } = this.#options
    parseConstraint(constraint)
    if (server !== own) throw new UserError("INVALID_VALUE", `this page is for the host ${own}`)
    if (configured === undefined) pageMemory.accept(own, constraint)
    else if (!isSameConstraint(configured, constraint)) {
      throw new UserError("INVALID_VALUE", "the configuration file says which enclave to accept; change it there")
    }
  }

  #requireLease(lease: string): void {
    if (this.#lease === "" || lease !== this.#lease) throw new LeaseError("LEASE", "another page was opened since")
  }
}

function isForgetful(before: Note | undefined, { frozen, head, receipt, revision }: Note): boolean {
  if (before === undefined) return false
  if (before.frozen !== undefined && before.frozen !== frozen) return true
  // That something is unacknowledged ends with a refusal too, and without it more is demanded of the inputs.
  const isReceiptLost = before.receipt !== undefined && receipt === undefined
  return isReceiptLost || before.revision > revision || isRewound(before.head, head)
}

function isRewound(before: Head | undefined, head: Head | undefined): boolean {
  if (before === undefined) return false
  return (
    head === undefined || head.length < before.length || (head.length === before.length && head.hash !== before.hash)
  )
}

/** Throws UserError (INVALID_VALUE). */
export function object(value: unknown): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value }
  throw new UserError("INVALID_VALUE", "an object was expected")
}

function text(value: unknown): string {
  if (typeof value === "string") return value
  throw new UserError("INVALID_VALUE", "a text was expected")
}

function hex(value: unknown): Uint8Array {
  try {
    return Uint8Array.fromHex(text(value))
  } catch (cause) {
    if (cause instanceof UserError) throw cause
    throw new UserError("INVALID_VALUE", "hexadecimal digits were expected", { cause })
  }
}
