import {
  AttestationError,
  CodedError,
  HistoryError,
  termsOf,
  type Descriptor,
  type Digest,
  type Name,
} from "@event-manager/client"
import { describeFailure, Refusal, type Failure } from "./failure.ts"
import type { Happening, Journal } from "./journal.ts"

/** Which computation something is about. */
export interface About {
  readonly computation: Name
  readonly terms: Digest
}

/** Writes into the journal what happens at one host. */
export class Recorder {
  readonly #journal: Journal
  readonly #server: string
  readonly #now: () => number

  constructor(journal: Journal, server: string, now: () => number) {
    this.#journal = journal
    this.#server = server
    this.#now = now
  }

  /** What has happened has happened, whether or not it can be written into the journal: that is for display alone. */
  async record(about: About, happening: Happening): Promise<void> {
    try {
      await this.#journal.append({ at: this.#now(), ...about, happening, server: this.#server })
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
    }
  }

  /** The same, unless it is what happened last of its kind. */
  async recordOnce(about: About, happening: Happening): Promise<void> {
    const latest = this.#journal.of(about.terms).findLast((entry) => entry.happening.kind === happening.kind)
    if (JSON.stringify(latest?.happening) !== JSON.stringify(happening)) await this.record(about, happening)
  }

  /** What comes of something about a computation; where that is an alarm, it is noted, once where it goes on. */
  async watching<T>(about: About, act: Promise<T>): Promise<T> {
    try {
      return await act
    } catch (error) {
      const isAlarming = [HistoryError, AttestationError, Refusal].some((kind) => error instanceof kind)
      if (isAlarming) await this.recordFailure(about, describeFailure(error))
      throw error
    }
  }

  /** Notes a failure that is an alarm, unless it was the last thing that happened. */
  async recordFailure(about: About, { severity, code }: Failure): Promise<void> {
    if (severity !== "alarm") return
    const latest = this.#journal.of(about.terms).at(-1)?.happening
    if (latest?.kind !== "alarm" || latest.code !== code) await this.record(about, { kind: "alarm", code })
  }

  /** How many matches there are by now of each; the host sees nothing of it. */
  async recordMatches(listed: readonly Descriptor[], numberOf: (computation: Name) => number): Promise<void> {
    for (const descriptor of listed) {
      const matches = numberOf(descriptor.name)
      const about = { computation: descriptor.name, terms: await termsOf(descriptor) }
      if (matches > 0) await this.recordOnce(about, { kind: "matched", matches })
    }
  }
}
