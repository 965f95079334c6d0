import {
  InvariantError,
  limits,
  utf8Length,
  type Descriptor,
  type Match,
  type MatchKey,
  type PartyKey,
  type Submission,
} from "@event-manager/protocol"
import type { Assessment, Notice, Rule, StreamedInputs } from "./rule.ts"

/**
 * Once `quorum` different participants have submitted the same key, all its submitters are told of one another's
 * submissions; then of each later one. Each submission is told to each submitter of its key once.
 */
export const keyMatch: Rule = { open: (descriptor) => new KeyInputs(descriptor) }

interface Group {
  readonly matches: Match[]
  /** Its submitters, in the order in which they came. */
  readonly parties: Set<PartyKey>
}

class KeyInputs implements StreamedInputs {
  readonly streamed = true
  textBytes = 0
  submissions = 0
  readonly #descriptor: Descriptor
  readonly #groups = new Map<MatchKey, Group>()
  readonly #submitters = new Set<PartyKey>()

  constructor(descriptor: Descriptor) {
    this.#descriptor = descriptor
  }

  get submitters(): number {
    return this.#submitters.size
  }

  *kept(): Iterable<{ party: PartyKey; submission: Submission }> {
    const all = [...this.#groups.values()].flatMap((group) => group.matches)
    for (const { party, key, message } of all.toSorted((a, b) => a.position - b.position)) {
      yield { party, submission: { kind: "key", key, message } }
    }
  }

  assess(party: PartyKey, submission: Submission): Assessment {
    if (submission.kind !== "key") return { kind: "refused", reason: "NOT_A_KEY", parameter: 0 }
    if (this.submissions >= limits.keySubmissionsMax) {
      return {
        kind: "refused",
        reason: "TOO_MANY_SUBMISSIONS",
        parameter: limits.keySubmissionsMax,
      }
    }
    const matches = this.#noticesAfter(party, submission.key)
    return {
      kind: "fits",
      quorumReached: matches > 0,
      textBytes: textBytesOf(submission),
      matches,
    }
  }

  accept(party: PartyKey, submission: Submission): readonly Notice[] {
    if (submission.kind !== "key") throw new InvariantError("a key was accepted that is none")
    const { key, message } = submission
    const match: Match = {
      computation: this.#descriptor.name,
      position: this.submissions,
      party,
      key,
      message,
    }
    const group = this.#groups.get(key) ?? { matches: [], parties: new Set() }
    const wasMatched = group.parties.size >= this.#descriptor.quorum
    const isNew = !group.parties.has(party)
    this.#groups.set(key, group)
    group.matches.push(match)
    group.parties.add(party)
    this.#submitters.add(party)
    this.submissions += 1
    this.textBytes += textBytesOf(submission)
    if (group.parties.size < this.#descriptor.quorum) return []
    return [...group.parties].map((to) => ({
      to,
      matches: !wasMatched || (isNew && to === party) ? [...group.matches] : [match],
    }))
  }

  /** How many (submission, recipient) pairs `accept` would return. */
  #noticesAfter(party: PartyKey, key: MatchKey): number {
    const group = this.#groups.get(key)
    const before = group?.parties.size ?? 0
    const isNew = group === undefined || !group.parties.has(party)
    const after = before + (isNew ? 1 : 0)
    const submissions = (group?.matches.length ?? 0) + 1
    if (after < this.#descriptor.quorum) return 0
    if (before < this.#descriptor.quorum) return after * submissions
    return isNew ? before + submissions : before
  }
}

function textBytesOf(submission: Extract<Submission, { kind: "key" }>): number {
  return limits.keyOverheadBytes + utf8Length(submission.key) + utf8Length(submission.message ?? "")
}
