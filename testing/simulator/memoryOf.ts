import { emptyNote, type Note, type Notebook, type Pins } from "@event-manager/client"
import type { Descriptor, Digest, PartyKey } from "@event-manager/protocol"
import { never } from "./scheduler.ts"
import type { World } from "./world.ts"

/** The process of a client: what it waits for ends with it. */
export interface Process {
  readonly token: object
  /** Ends it, and begins another with the same memory. */
  crash(): void
}

/**
 * What an honest participant remembers, as `Memory` of the client does: a write happens at once and wholly, and there
 * may be a crash before it or after it.
 */
export class FaithfulMemory {
  /** How often a history in it has grown. */
  growth = 0
  readonly #world: World
  readonly #notes = new Map<Digest, Note>()
  readonly #pins = new Map<string, PartyKey>()

  constructor(world: World) {
    this.#world = world
  }

  note(terms: Digest): Note | undefined {
    return this.#notes.get(terms)
  }

  /** As one process sees it. */
  of(process: Process): Notebook & Pins {
    return {
      accepted: undefined,
      note: (terms) => this.note(terms),
      write: (terms, note) => this.#survivingly(process, "writes a note", () => this.#write(terms, note)),
      get: (address) => this.#pins.get(address),
      set: (address, identity) => this.#survivingly(process, "pins", () => void this.#pins.set(address, identity)),
    }
  }

  #write(terms: Digest, note: Note): void {
    if ((note.head?.length ?? 0) > (this.note(terms)?.head?.length ?? 0)) this.growth += 1
    this.#notes.set(terms, note)
  }

  async #survivingly(process: Process, what: string, write: () => void): Promise<void> {
    const { scheduler } = this.#world
    if (scheduler.isEnded(process.token)) return never()
    if (this.#world.strikes("clientCrashed")) {
      process.crash()
      return never()
    }
    write()
    await scheduler.pass(process.token, what)
  }
}

/** What one who colludes remembers: nothing that would keep it from signing anything at all. */
export class CarelessMemory {
  readonly growth = 0
  readonly #descriptors: ReadonlyMap<Digest, Descriptor>
  #revision = 0

  constructor(descriptors: ReadonlyMap<Digest, Descriptor>) {
    this.#descriptors = descriptors
  }

  note(terms: Digest): Note | undefined {
    const name = this.#descriptors.get(terms)?.name
    return name && { ...emptyNote(name), isUnacknowledged: true, revision: this.#revision }
  }

  of(): Notebook & Pins {
    return {
      accepted: undefined,
      note: (terms) => this.note(terms),
      write: async (_terms, { revision }) => {
        this.#revision = revision
      },
      get: () => undefined,
      set: async () => {},
    }
  }
}
