import { TransportError, type EventManager, type Match } from "@event-manager/client"
import { setTimeout as wait } from "node:timers/promises"
import type { Context } from "./context.ts"

/** Asked at least this often, and after each wake-up, so that when it asks does not depend on what it was told. */
const ASK_EVERY_MS = 30_000
const RECONNECT_MS = 2_000

/** Calls `show` with new matches as they come, until the process is interrupted. Throws what a command may throw. */
export async function followMatches(context: Context, show: (matches: readonly Match[]) => void): Promise<void> {
  const stop = new AbortController()
  process.once("SIGINT", () => stop.abort())
  process.once("SIGTERM", () => stop.abort())
  const reader = new Follower(context.manager(), show)
  try {
    await reader.readAll()
    for await (const _ of occasions(context, stop.signal)) await reader.readNext()
  } finally {
    // The connection that wake-ups come over would keep the process from ending.
    stop.abort()
  }
}

/** Shows each matched submission once, also where the enclave begins another life and numbers them anew. */
class Follower {
  readonly #manager: EventManager
  readonly #show: (matches: readonly Match[]) => void
  readonly #shown = new Set<string>()
  #next = 0
  #life = ""

  constructor(manager: EventManager, show: (matches: readonly Match[]) => void) {
    this.#manager = manager
    this.#show = show
  }

  async readAll(): Promise<void> {
    const all = await this.#manager.matches()
    if ("kind" in all) return
    this.#take(all.matches, all.next)
  }

  async readNext(): Promise<void> {
    const page = await this.#manager.nextMatches(this.#next)
    if (this.#manager.life !== this.#life) return this.readAll()
    if (page.kind === "matches") this.#take([...page.matches()], page.next)
  }

  #take(matches: readonly Match[], next: number): void {
    const fresh = matches.filter((match) => !this.#shown.has(`${match.computation} ${match.position}`))
    for (const match of fresh) this.#shown.add(`${match.computation} ${match.position}`)
    if (fresh.length > 0) this.#show(fresh)
    this.#next = next
    this.#life = this.#manager.life
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
