import type { Head, PartyKey } from "@event-manager/protocol"

/** What a party has seen of a history, and whether it has seen more since it last asked for a description. */
export interface Seen {
  readonly head: Head | undefined
  readonly hasGrown: boolean
}

interface Due {
  /** By requests that said what was known, and so are checked as soon as their replies are read. */
  now: number
  /** By descriptions, whose computation must be worked out first. */
  soon: number
}

/** Which alarms honest parties have yet to raise about histories that lack what they have seen. */
export class Alarms {
  readonly #violated: (what: string) => void
  readonly #due = new Map<PartyKey, Due>()

  constructor(violated: (what: string) => void) {
    this.#violated = violated
  }

  /** From here on this party, an honest one, is expected to raise alarms; it has raised none, or none counts. */
  reset(party: PartyKey): void {
    this.#due.set(party, { now: 0, soon: 0 })
  }

  expect(party: PartyKey, isDescription: boolean): void {
    const due = this.#due.get(party)
    if (due === undefined) return
    if (isDescription) due.soon += 1
    else due.now += 1
  }

  raised(party: PartyKey, isDescription: boolean, isConcurrent: boolean): void {
    const due = this.#due.get(party)
    if (due === undefined) return
    const [kind, isGrounded] = isDescription ? (["soon", due.soon > 0] as const) : (["now", due.now > 0] as const)
    if (isGrounded) due[kind] -= 1
    // While a description is worked out, another request may find what it contradicts.
    else if (!isDescription || !isConcurrent) this.#violated("an alarm without a ground")
  }

  /** At a step's end. While clients compute, descriptions wait; what was seen meanwhile may excuse them. */
  check(nameOf: (party: PartyKey) => string, isComputing: boolean, hasGrown: (party: PartyKey) => boolean): void {
    for (const [party, due] of this.#due) {
      if (due.soon > 0 && hasGrown(party)) due.soon = 0
      if (due.now === 0 && (due.soon === 0 || isComputing)) continue
      this.#violated(`${nameOf(party)} met another history and said nothing`)
    }
  }
}

/** Whether a description's head contradicts what was seen. A longer one shows only when the enclave is asked about it. */
export function isContradiction({ head: seen, hasGrown }: Seen, head: Head): boolean {
  if (seen === undefined || head.length > seen.length) return false
  return head.length === seen.length ? head.hash !== seen.hash : !hasGrown
}
