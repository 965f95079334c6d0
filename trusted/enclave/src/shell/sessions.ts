import { limits, type PartyKey } from "@event-manager/protocol"
import { SequenceWindow } from "./window.ts"

/** What is kept of one handshake, in memory only. */
export interface Session {
  readonly party: PartyKey
  readonly toEnclave: Uint8Array
  readonly toClient: Uint8Array
  readonly window: SequenceWindow
}

/** The sessions of this life. When there are too many, the one unused for longest ends. */
export class Sessions {
  readonly #byId = new Map<string, Session>()

  add(id: Uint8Array, keys: Omit<Session, "window">): void {
    for (const longestUnused of this.#byId.keys()) {
      if (this.#byId.size < limits.sessionsMax) break
      this.#byId.delete(longestUnused)
    }
    this.#byId.set(id.toHex(), { ...keys, window: new SequenceWindow() })
  }

  get(id: Uint8Array): Session | undefined {
    return this.#byId.get(id.toHex())
  }

  /** Says that the session was used. Only after its mail was authenticated. */
  touch(id: Uint8Array): void {
    const key = id.toHex()
    const session = this.#byId.get(key)
    if (session === undefined) return
    this.#byId.delete(key)
    this.#byId.set(key, session)
  }
}
