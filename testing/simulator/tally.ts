import { faults, type Fault } from "./plan.ts"

/** What happened in many runs, counted. */
export interface Tally {
  readonly faults: Record<Fault, number>
  readonly events: Map<string, number>
}

export function newTally(): Tally {
  const none = Object.fromEntries(faults.map((fault) => [fault, 0])) as Record<Fault, number>
  return { faults: none, events: new Map() }
}

export function count({ events }: Tally, what: string): void {
  events.set(what, (events.get(what) ?? 0) + 1)
}

/** Adds what the one counted to the other. */
export function addTo(sum: Tally, part: Tally): void {
  for (const fault of faults) sum.faults[fault] += part.faults[fault]
  for (const [what, times] of part.events) sum.events.set(what, (sum.events.get(what) ?? 0) + times)
}
