/** Many requests by many clients at once, and how long each took. */
import { timed, type Outcome } from "./contender.ts"
import { percentile } from "./statistics.ts"
import { together } from "./together.ts"

/** Clients that send at once. */
export const CLIENTS = 64

/** Sends so many requests in all, each client one after the other. */
export async function load(requests: number, clients: readonly (() => Promise<void>)[]): Promise<Outcome> {
  const taken: number[] = []
  const tickets = Array(requests).keys()
  const { seconds } = await timed(() =>
    together(clients, clients.length, async (send) => {
      for (const _ of tickets) taken.push((await timed(send)).seconds)
    }),
  )
  const figures = {
    "requests/s": taken.length / seconds,
    "p50, ms": percentile(taken, 50) * 1_000,
    "p99, ms": percentile(taken, 99) * 1_000,
  }
  return { seconds, answer: `${taken.length} answered`, figures }
}
