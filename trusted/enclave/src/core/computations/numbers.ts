import {
  decimalText,
  formatDecimal,
  InvariantError,
  parseDecimal,
  type Decimal,
  type PartyKey,
  type ResultAnswer,
  type Submission,
} from "@event-manager/protocol"
import type { Assessment, Notice, OneShotInputs, Rule } from "./rule.ts"

/** One participant's latest number. */
export interface Entry {
  readonly party: PartyKey
  readonly number: Decimal
}

/** A one-shot computation over everybody's latest number; `answer` gets one entry or more, in participant order. */
export function overNumbers(answer: (entries: readonly Entry[]) => ResultAnswer): Rule {
  return { open: (descriptor) => new NumberInputs(descriptor.participants, answer) }
}

class NumberInputs implements OneShotInputs {
  readonly streamed = false
  readonly textBytes = 0
  readonly #participants: readonly PartyKey[]
  readonly #answer: (entries: readonly Entry[]) => ResultAnswer
  readonly #latest = new Map<PartyKey, Decimal>()

  constructor(participants: readonly PartyKey[], answer: (entries: readonly Entry[]) => ResultAnswer) {
    this.#participants = participants
    this.#answer = answer
  }

  get submitters(): number {
    return this.#latest.size
  }

  get submissions(): number {
    return this.#latest.size
  }

  *kept(): Iterable<{ party: PartyKey; submission: Submission }> {
    for (const [party, number] of this.#latest) {
      yield { party, submission: { kind: "number", value: decimalText(formatDecimal(number)) } }
    }
  }

  assess(_party: PartyKey, submission: Submission): Assessment {
    if (submission.kind !== "number") return { kind: "refused", reason: "NOT_A_NUMBER", parameter: 0 }
    return { kind: "fits", quorumReached: false, textBytes: 0, matches: 0 }
  }

  accept(party: PartyKey, submission: Submission): readonly Notice[] {
    if (submission.kind !== "number") throw new InvariantError("a number was accepted that is none")
    this.#latest.set(party, parseDecimal(submission.value))
    return []
  }

  answer(): ResultAnswer {
    const entries = this.#participants.flatMap((party) => {
      const number = this.#latest.get(party)
      return number === undefined ? [] : [{ party, number }]
    })
    return this.#answer(entries)
  }
}
