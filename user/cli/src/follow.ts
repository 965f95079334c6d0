import { TransportError, type EventManager, type MatchPage } from "@event-manager/client"
import { setTimeout as wait } from "node:timers/promises"
import type { Context } from "./context.ts"
import { writeCursor, type Cursor } from "./matches/cursor.ts"
import type { Sink } from "./matches/formats.ts"
import { CountedComputations, LIFE_ENDED, readMatches } from "./matches/reading.ts"
import { Seen } from "./matches/seen.ts"

/** Asked at least this often, and after each wake-up, so that when it asks does not depend on what it was told. */
const ASK_EVERY_MS = 30_000
const RECONNECT_MS = 2_000

/**
 * Shows matches as they come, until the process is interrupted. Returns the cursor that it has come to, or undefined
 * where the cursor that it began at is of a life that has ended. Throws what a command may throw.
 */
export async function followMatches(
  context: Context,
  sink: Sink,
  since: Cursor | undefined,
): Promise<string | undefined> {
  const stop = new AbortController()
  process.once("SIGINT", () => stop.abort())
  process.once("SIGTERM", () => stop.abort())
  const reader = new Follower(context, sink, since)
  try {
    let isAlive = await reader.readAll()
    if (!isAlive) return undefined
    for await (const _ of occasions(context, stop.signal)) {
      isAlive = await reader.readNext()
      if (!isAlive) return undefined
    }
    return reader.cursor
  } finally {
    // The connection that wake-ups come over would keep the process from ending.
    stop.abort()
  }
}

/** Shows each matched submission once, also where the enclave begins another life and numbers them anew. */
class Follower {
  readonly #context: Context
  readonly #manager: EventManager
  readonly #sink: Sink
  readonly #since: Cursor | undefined
  readonly #seen = new Seen()
  #counted: CountedComputations | undefined
  #next = 0
  #life = ""

  constructor(context: Context, sink: Sink, since: Cursor | undefined) {
    this.#context = context
    this.#manager = context.manager()
    this.#sink = sink
    this.#since = since
  }

  get cursor(): string {
    return writeCursor(this.#life, this.#next)
  }

  /** Whether the cursor that it began at is still good, if there was one. */
  async readAll(): Promise<boolean> {
    for await (const page of readMatches(this.#manager, this.#since)) {
      // Without a cursor, reading once more from the beginning shows nothing twice.
      if (page === LIFE_ENDED) return this.#since === undefined ? this.readAll() : false
      if (page.kind === "refused") return true
      this.#take(page)
    }
    await this.#count()
    return true
  }

  async readNext(): Promise<boolean> {
    const page = await this.#manager.nextMatches(this.#next)
    if (this.#manager.life !== this.#life) return this.readAll()
    if (page.kind === "matches") this.#take(page)
    await this.#count()
    return true
  }

  #take(page: MatchPage): void {
    const fresh = [...page.matches()].filter((match) => this.#seen.add(match))
    if (fresh.length > 0) this.#sink.matches(fresh)
    this.#next = page.next
    this.#life = this.#manager.life
  }

  /** Asks at each occasion, whatever has matched. */
  async #count(): Promise<void> {
    const counted = this.#counted ?? (await CountedComputations.list(this.#context))
    if ("kind" in counted) return
    this.#counted = counted
    for (const count of await counted.changes()) this.#sink.count(count)
  }
}

/** One item for each wake-up, and for each span without one. Lost connections are made again. */
async function* occasions(context: Context, stop: AbortSignal): AsyncGenerator<void> {
  let wakeUps = listen(context, stop)
  while (!stop.aborted) {
    try {
      await wakeUps.next()
      yield
    } catch (error) {
      if (stop.aborted) return
      if (!(error instanceof TransportError)) throw error
      context.voice.warn(`${error.message}; trying again`)
      await wait(RECONNECT_MS, undefined, { signal: stop }).catch(() => undefined)
      wakeUps = listen(context, stop)
    }
  }
}

interface WakeUps {
  /** Resolves at the next wake-up, or after a span without one. Throws TransportError, or anything once stopped. */
  next(): Promise<void>
}

function listen(context: Context, stop: AbortSignal): WakeUps {
  const stream = context.transport().wakeUps(stop)
  let pending: Promise<IteratorResult<void>> | undefined
  return {
    async next() {
      pending ??= stream.next()
      // Awaited in a race, below; by then nobody may be left to hear of its failure.
      pending.catch(() => undefined)
      const timer = new AbortController()
      try {
        const signal = AbortSignal.any([stop, timer.signal])
        const woken = await Promise.race([pending, wait(ASK_EVERY_MS, "timer" as const, { signal })])
        if (woken === "timer") return
        if (woken.done === true) throw new TransportError("HOST_UNREACHABLE", "the host closed its wake-ups")
        pending = undefined
      } finally {
        timer.abort()
      }
    },
  }
}
