import {
  digest,
  partyKey,
  readCard,
  readNote,
  type Card,
  type Digest,
  type Identity,
  type Name,
  type Note,
  type PartyKey,
} from "@event-manager/client"
import type { Entry } from "../model/journal.ts"
import { readEntries } from "../model/journalEntry.ts"
import { PageError } from "../model/pageError.ts"
import type { Desk, Home, KeptIdentity, Place } from "./home.ts"
import type { Contents, Keep, KeptPlace } from "./keep.ts"
import { memoryDesk } from "./memoryDesk.ts"
import { LocalServer } from "./localServer.ts"
import { ownMachineTransport } from "./ownMachineTransport.ts"
import type { Served } from "./served.ts"
import { takeTabLock } from "./tabLock.ts"

/** A home that is the files of `event-client NAME ui` on this machine, which signs and keeps for the page. */
export class OwnMachineHome implements Home {
  readonly kind = "own machine"
  readonly suggested: Place | undefined
  readonly page = undefined
  readonly #name: Name
  readonly #party: PartyKey
  readonly #page: URL

  private constructor(name: Name, party: PartyKey, suggested: Place | undefined, page: URL) {
    this.#name = name
    this.#party = party
    this.suggested = suggested
    this.#page = page
  }

  /** Rejects with PageError (OWN_MACHINE_*). */
  static async open({ name, suggested }: Served, page: URL): Promise<OwnMachineHome> {
    if (name === undefined) throw new PageError("OWN_MACHINE_REFUSED", "event-client does not say whom it acts for")
    const { party } = fields(await new LocalServer(page).ask("who", {}))
    return new OwnMachineHome(name, partyKey(Uint8Array.fromHex(text(party))), suggested, page)
  }

  async identities(): Promise<readonly KeptIdentity[]> {
    return [{ name: this.#name, party: this.#party, hasBackup: false, isRestored: false }]
  }

  async create(): Promise<KeptIdentity> {
    throw notHere("another identity is made by running event-client with another NAME")
  }

  async restore(): Promise<KeptIdentity> {
    throw notHere("an identity is a file beside the command's others")
  }

  async backup(): Promise<undefined> {
    return undefined
  }

  async isLasting(): Promise<boolean> {
    return true
  }

  async forget(): Promise<void> {
    throw notHere("an identity is a file beside the command's others: remove it there")
  }

  async open(name: Name, { takeOver = false }: { readonly takeOver?: boolean } = {}): Promise<Desk> {
    if (name !== this.#name) throw new PageError("IDENTITY_UNKNOWN", `this event-client acts for ${this.#name} alone`)
    const lock = await takeTabLock(name, takeOver)
    try {
      const server = new LocalServer(this.#page)
      const { card, ...contents } = await openDesk(server)
      return memoryDesk({
        name,
        identity: this.#identity(server),
        card,
        isRestored: false,
        contents,
        keep: new LocalKeep(server),
        transport: (address) => this.#transport(address),
        lost: Promise.race([lock.lost, server.lost]),
        close: async () => lock.release(),
      })
    } catch (error) {
      await lock.release()
      throw error
    }
  }

  #identity(server: LocalServer): Identity {
    return { party: this.#party, sign: async (data) => server.sign(data) }
  }

  #transport(address: string): ReturnType<Desk["transport"]> {
    const own = this.suggested?.server
    if (address === own) return ownMachineTransport(new URL("host/", this.#page), address)
    const advice = `to use another, start event-client with -s ${address}`
    throw new PageError("OTHER_HOST", `this page reaches the host ${own ?? "none"} alone; ${advice}`)
  }
}

async function openDesk(server: LocalServer): Promise<Contents & { readonly card: Card }> {
  const { card, pins, accepted, notes, cards, places, entries } = fields(await server.open())
  return {
    card: await readCard(text(card)),
    pins: new Map(
      list(pins)
        .map(pairIn)
        .map(([address, key]) => [text(address), partyKey(hex(key))]),
    ),
    accepted: accepted === undefined ? undefined : text(accepted),
    notes: new Map(
      list(notes)
        .map(pairIn)
        .map(([terms, note]) => [digest(hex(terms)), readNote(note)]),
    ),
    cards: await Promise.all(list(cards).map(async (card) => readCard(text(card)))),
    places: list(places).map(placeIn),
    entries: readEntries(list(entries)),
  }
}

/** What is written goes to the command, which writes its files before it answers. */
class LocalKeep implements Keep {
  readonly #server: LocalServer

  constructor(server: LocalServer) {
    this.#server = server
  }

  async setPin(address: string, identity: PartyKey): Promise<void> {
    await this.#server.ask("pin", { address, identity })
  }

  async writeNote(terms: Digest, note: Note): Promise<void> {
    await this.#server.ask("note", { terms, note })
  }

  async saveCard(card: Card): Promise<void> {
    await this.#server.ask("card", { text: card.text })
  }

  async removeCard(name: Name): Promise<void> {
    throw notHere(`a card is a file there: remove ${name}.conclave`)
  }

  async keepPlace({ server, constraint }: Place): Promise<void> {
    await this.#server.ask("place", { server, constraint })
  }

  async append(entry: Entry): Promise<void> {
    await this.#server.ask("entry", { entry })
  }
}

function notHere(why: string): PageError {
  return new PageError("NOT_ON_OWN_MACHINE", why)
}

function placeIn(value: unknown): KeptPlace {
  const { server, constraint } = fields(value)
  return { server: text(server), constraint: constraint === undefined ? undefined : text(constraint), isChosen: true }
}

function pairIn(value: unknown): readonly [unknown, unknown] {
  const [first, second] = list(value)
  return [first, second]
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value }
  throw senseless()
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw senseless()
}

function text(value: unknown): string {
  if (typeof value === "string") return value
  throw senseless()
}

function hex(value: unknown): Uint8Array {
  try {
    return Uint8Array.fromHex(text(value))
  } catch {
    throw senseless()
  }
}

function senseless(): PageError {
  return new PageError("OWN_MACHINE_REFUSED", "event-client answered with something that this page cannot read")
}
