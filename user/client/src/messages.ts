import { codeOfReason, computationTypes, type PartyKey, type Reason, type ResponseCode } from "@event-manager/protocol"
import type { Refused } from "./dealings.ts"

/** What a refusal is about. */
export interface Subject {
  readonly computation: string
  /** Who asked, as the user knows them. */
  readonly party: string
}

export interface Outcome {
  readonly code: ResponseCode
  readonly message: string
}

/** A refusal in the words that users know. */
export function explainRefusal(refused: Refused, subject: Subject): Outcome {
  return {
    code: codeOfReason[refused.reason],
    message: texts[refused.reason](subject, refused.parameter),
  }
}

const texts: Readonly<Record<Reason, (subject: Subject, parameter: number) => string>> = {
  TOO_FEW_PARTICIPANTS: () => "Two or more parties required to set up a multi-party computation",
  QUORUM_ZERO: () => "The quorum for a multi-party computation must be greater than zero",
  QUORUM_ABOVE_PARTICIPANTS: () => "The number of participants must be at least as large as the quorum",
  NAME_TAKEN: ({ computation }) => `A computation with name ${computation} already exists`,
  UNKNOWN_TYPE: () => `The computation type does not exist; the types are ${computationTypes.join(", ")}`,
  PARTICIPANT_TWICE: () => "A participant is listed twice; each key takes part once",
  NO_SUCH_COMPUTATION: ({ computation }) => `Computation ${computation} does not exist`,
  NOT_A_PARTICIPANT: ({ computation, party }) =>
    `Party ${party} not authorised to participate in computation ${computation}`,
  NOT_THE_CONVENOR: ({ computation, party }) => `Party ${party} is not the convenor of computation ${computation}`,
  LOCKED: ({ computation }) => `Computation ${computation} is locked; try 'get-result'`,
  BELOW_QUORUM: (_subject, quorum) => `Quorum not yet reached. Quorum is ${quorum}`,
  STREAMED: () => "For key-matching computations, results are streamed as detected; check your mail ('get-matches')",
  TERMS_DIFFER: ({ computation }) =>
    `Computation ${computation} is no longer the one whose terms you saw; look at it again before you go on`,
  NOT_A_NUMBER: ({ computation }) =>
    `Computation ${computation} takes a decimal number such as 1234.50, and no message`,
  NOT_A_KEY: ({ computation }) => `Computation ${computation} takes a key`,
  TOO_MANY_COMPUTATIONS: (_subject, limit) => `This enclave holds at most ${limit} computations`,
  TOO_MANY_COMPUTATIONS_OF_CONVENOR: (_subject, limit) =>
    `One convenor has at most ${limit} computations; delete one with 'delete-computation'`,
  TOO_MANY_SUBMISSIONS: ({ computation }, limit) => `Computation ${computation} takes at most ${limit} submissions`,
  TOO_MUCH_TEXT: (_subject, limit) => `This enclave keeps at most ${limit} bytes of keys and messages`,
  TOO_MANY_MATCHES: (_subject, limit) => `This enclave keeps at most ${limit} notices of matches`,
  EXPIRY_TOO_FAR: (_subject, limit) => `A computation expires within ${limit} seconds, which is ten years`,
  EXPIRY_PAST: () => "The computation would already have expired",
  HISTORY_CONFLICT: ({ computation }, length) =>
    `The history of ${computation} (${length} events) lacks what you have seen`,
  WITNESSES_OUT_OF_RANGE: (_subject, participants) =>
    `Witnesses must be more than half of the participants, and no more than all ${participants}`,
  RELEASE_NEEDS_ONE_ANSWER: () => "A key-matching computation streams its results, so it has no release policy",
  NOT_ALL_SUBMITTED: (_subject, missing) =>
    `Quorum not yet reached. The result is released once all have submitted; ${missing} have not`,
  SUPERSEDED: ({ computation }) => `A later submission of yours to ${computation} has been accepted; it stands`,
  TOO_MANY_PLACES: (_subject, limit) => `The computations of this enclave have at most ${limit} participants together`,
  NOTHING_TO_WITNESS: ({ computation }) => `Computation ${computation} has nothing to witness`,
  WITNESS_SIGNATURE_WRONG: () => "The witness's signature is not over the frozen inputs",
  KEYS_MAX: ({ computation }, limit) =>
    `Computation ${computation} takes at most ${limit} keys from each participant, retired ones included`,
  NEEDS_KEYS: ({ computation }) => `Computation ${computation} would have to be one that matches keys ('key')`,
  FRAME_TOO_SMALL: (_subject, size) => `So many keys must come in a frame of ${size} bytes or more`,
  TOO_MANY_OF_ONE_KEY: ({ computation }, limit) =>
    `Computation ${computation} keeps at most ${limit} submissions of one key`,
  MALFORMED_REQUEST: () => "The enclave could not read the request; is this client of its version?",
}

/** How the user knows a key: by its card's name, or by its fingerprint. */
export type NameOf = (party: PartyKey) => string
