import { TransportError, type Match } from "@event-manager/client"
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
  try {
    await showUntil(stop.signal, context, show)
  } finally {
    // The connection that wake-ups come over would keep the process from ending.
    stop.abort()
  }
}

async function showUntil(
  stop: AbortSignal,
  context: Context,
  show: (matches: readonly Match[]) => void,
): Promise<void> {
  const manager = context.manager()
  const all = await manager.matches(0)
  if ("kind" in all) return
  show(all.matches)
  let next = all.next
  for await (const _ of occasions(context, stop)) {
    const page = await manager.nextMatches(next)
    if (page.kind === "refused") return
    if (page.matches.length > 0) show(page.matches)
    next = page.next
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
