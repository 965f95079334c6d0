import type { Descriptor, PackedKeys, PartyKey, Reason, ResultAnswer, Submission } from "@event-manager/protocol"
import type { Told } from "../inbox.ts"

/** One type of computation. */
export interface Rule {
  /** A computation's inputs before anybody has submitted; `indexKey` is four words that only this enclave knows. */
  open(descriptor: Descriptor, indexKey: Uint32Array): Inputs
}

/** What has been submitted to one computation, and what follows from it. */
export type Inputs = OneShotInputs | StreamedInputs

export interface OneShotInputs extends InputsBase {
  readonly streamed: false
  /** The answer over what has been submitted, by one participant or more. Changes nothing. */
  answer(): ResultAnswer
  /** Each participant's latest submission. */
  kept(): Iterable<{ readonly party: PartyKey; readonly submission: Submission }>
}

/** Never locks: results are told, or counted, as they come about. */
export interface StreamedInputs extends InputsBase {
  readonly streamed: true
  /** Whether participants are told of matches, and not only of their number. */
  readonly tells: boolean
  /** The most bytes that telling one participant of everything that was submitted can take (see matchPaging). */
  readonly weight: number
  /** What accepting these keys would do, all of them, or why they cannot be accepted. Changes nothing. */
  assessMany(party: PartyKey, keys: PackedKeys): ManyAssessment
  /** Takes in keys that were assessed to fit, which weigh so much. Returns who is told of how many. */
  acceptMany(party: PartyKey, keys: PackedKeys, weight: number): readonly Notice[]
  /** What retiring these keys would do. Changes nothing. */
  assessRetirement(party: PartyKey, keys: PackedKeys): { readonly keys: number; readonly matches: number }
  /** Takes a participant's keys out again; the others who submitted one are told anew. Returns who of how many. */
  retire(party: PartyKey, keys: PackedKeys): readonly Notice[]
  /** How many of a participant's own keys have matched. */
  matchCount(party: PartyKey): number
  /** What a participant has been told; undefined before the first. */
  toldTo(party: PartyKey): Told | undefined
  /** Numbers in use so far: each submission has one, and none is used again. */
  readonly length: number
  /** What is kept of the submissions numbered `from` up to `to`, in pieces. */
  keptBetween(from: number, to: number): Iterable<PackedKeys>
  /** Of those, what will have another number, or be gone, when the participant's keys have been retired. */
  keptOf(party: PartyKey, keys: PackedKeys, from: number, to: number): Iterable<PackedKeys>
  /** Takes in a piece of what another life has kept. Returns who is told of how many. */
  restore(kept: PackedKeys): readonly Notice[]
  /** What is counted over all that was ever submitted, so that nothing of what has gone is needed for it. */
  totals: Totals
}

export interface Totals {
  readonly weight: number
  /** The number of the next submission among all that were accepted. */
  readonly positions: number
  /** How many submissions of each participant were accepted, in participant order. */
  readonly submitted: readonly number[]
}

interface InputsBase {
  /** Different participants who have submitted. */
  readonly submitters: number
  /** Submissions kept. */
  readonly submissions: number
  /** Text kept, in bytes of UTF-8, and what is counted for keeping it. */
  readonly textBytes: number
  /** What accepting this submission would do, or why it cannot be accepted. Changes nothing. */
  assess(party: PartyKey, submission: Submission): Assessment
  /** Takes in a submission that was assessed to fit. Returns who is told of how many. */
  accept(party: PartyKey, submission: Submission): readonly Notice[]
}

export interface Unfit {
  readonly kind: "refused"
  readonly reason: Reason
  readonly parameter: number
}

export type Assessment =
  | Unfit
  | {
      readonly kind: "fits"
      readonly quorumReached: boolean
      /** How much the submission would add, to be held against the enclave's limits. */
      readonly textBytes: number
      readonly matches: number
    }

export type ManyAssessment =
  | Unfit
  | {
      readonly kind: "fits"
      /** How many of them are of a key that will have matched. */
      readonly reached: number
      readonly textBytes: number
      /** At most so many: each is counted as if it came alone. */
      readonly matches: number
    }

/** How many submissions a participant is told of. */
export interface Notice {
  readonly to: PartyKey
  readonly matches: number
}
