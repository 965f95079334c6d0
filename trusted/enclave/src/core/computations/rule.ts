import type { Descriptor, Match, PartyKey, Reason, ResultAnswer, Submission } from "@event-manager/protocol"

/** One type of computation. */
export interface Rule {
  /** A computation's inputs before anybody has submitted. */
  open(descriptor: Descriptor): Inputs
}

/** What has been submitted to one computation, and what follows from it. */
export type Inputs = OneShotInputs | StreamedInputs

export interface OneShotInputs extends InputsBase {
  readonly streamed: false
  /** The answer over what has been submitted, by one participant or more. Changes nothing. */
  answer(): ResultAnswer
}

/** Never locks: results are told as they come about. */
export interface StreamedInputs extends InputsBase {
  readonly streamed: true
}

interface InputsBase {
  /** Different participants who have submitted. */
  readonly submitters: number
  /** Submissions kept. */
  readonly submissions: number
  /** Text kept, in bytes of UTF-8, and what is counted for keeping it. */
  readonly textBytes: number
  /** What is kept: each participant's latest submission or, where all are kept, each one in order. */
  kept(): Iterable<{ readonly party: PartyKey; readonly submission: Submission }>
  /** What accepting this submission would do, or why it cannot be accepted. Changes nothing. */
  assess(party: PartyKey, submission: Submission): Assessment
  /** Takes in a submission that was assessed to fit. Returns who is told of which matched submissions. */
  accept(party: PartyKey, submission: Submission): readonly Notice[]
}

export type Assessment =
  | { readonly kind: "refused"; readonly reason: Reason; readonly parameter: number }
  | {
      readonly kind: "fits"
      readonly quorumReached: boolean
      /** How much the submission would add, to be held against the enclave's limits. */
      readonly textBytes: number
      readonly matches: number
    }

export interface Notice {
  readonly to: PartyKey
  readonly matches: readonly Match[]
}
