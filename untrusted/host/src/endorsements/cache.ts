import { randomBytes } from "node:crypto"
import { mkdir, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Clock } from "../clock.ts"
import { errorLabel, HostError } from "../errors.ts"
import type { Log } from "../log.ts"
import { readBounded } from "./source.ts"

const DAY_MS = 86_400_000
/** How soon what could not be had is asked for again. */
const RETRY_MS = 300_000
/** One enclave needs two or three; more are those of processors and microcode that were before. */
const ENTRIES_MAX = 16

/** What there is of an endorsement, and when to ask for it again. */
export interface Held {
  /** Undefined where there is none. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined
  readonly dueMs: number
}

/** A certificate of a key stays the same; lists and collateral are issued anew. */
export type Lasting = "for ever" | "a day"

/** Keeps endorsements in memory, and in a folder where there is one, so that a source that fails is not missed. */
export class Cache {
  readonly #folder: string | undefined
  readonly #clock: Clock
  readonly #log: Log
  readonly #held = new Map<string, Held>()
  /** By name, what was said last against it: said once. */
  readonly #told = new Map<string, string>()

  constructor(folder: string | undefined, clock: Clock, log: Log) {
    this.#folder = folder
    this.#clock = clock
    this.#log = log
  }

  /** The endorsement called `name`, by `fetch` where it is due; the old one where that fails. Never rejects. */
  async get(name: string, lasting: Lasting, fetch: () => Promise<Uint8Array<ArrayBuffer>>): Promise<Held> {
    const held = this.#held.get(name)
    const nowMs = this.#clock.nowMs()
    if (held !== undefined && nowMs < held.dueMs) return held
    const kept = held?.bytes ?? (await this.#read(name))
    if (kept !== undefined && lasting === "for ever") return this.#hold(name, kept, Number.POSITIVE_INFINITY)
    try {
      const bytes = await fetch()
      this.#told.delete(name)
      await this.#write(name, bytes)
      return this.#hold(name, bytes, lasting === "a day" ? nowMs + DAY_MS : Number.POSITIVE_INFINITY)
    } catch (error) {
      this.#warn(name, error, kept)
      return this.#hold(name, kept, nowMs + RETRY_MS)
    }
  }

  #hold(name: string, bytes: Uint8Array<ArrayBuffer> | undefined, dueMs: number): Held {
    const held = { bytes, dueMs }
    this.#held.delete(name)
    this.#held.set(name, held)
    for (const oldest of this.#held.keys()) if (this.#held.size > ENTRIES_MAX) this.#held.delete(oldest)
    return held
  }

  #warn(name: string, error: unknown, kept: unknown): void {
    const reason = error instanceof HostError ? error.message : errorLabel(error)
    if (this.#told.get(name) === reason) return
    this.#told.set(name, reason)
    const instead = kept === undefined ? "evidence goes out without it" : "the one before is kept"
    this.#log.warn({ endorsement: name, reason }, `an endorsement cannot be had: ${instead}`)
  }

  async #read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#folder === undefined) return undefined
    return readBounded(join(this.#folder, name)).catch(() => undefined)
  }

  /** Aside and then into place, so that no half of one is ever read. A folder that takes nothing is only a warning. */
  async #write(name: string, bytes: Uint8Array): Promise<void> {
    if (this.#folder === undefined) return
    const path = join(this.#folder, name)
    const aside = `${path}.${randomBytes(8).toString("hex")}`
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await writeFile(aside, bytes, { mode: 0o600 })
      await rename(aside, path)
    } catch (error) {
      this.#log.warn(
        { endorsement: name, reason: errorLabel(error) },
        "an endorsement cannot be kept in the data folder",
      )
    }
  }
}
