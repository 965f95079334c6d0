import { bytes, choice, count, enumeration, flag, list, optional, struct, uint32, type Of } from "./codec.ts"
import { descriptorCodec } from "./descriptor.ts"
import { contentBytesMax, frameSizeFor } from "./envelope.ts"
import { invariant } from "./errors.ts"
import { frameSizes, FRAME_BYTES_MAX, type FrameSize } from "./frame.ts"
import { headCodec } from "./history.ts"
import { digestCodec, partyKeyCodec, PARTY_KEY_BYTES, SIGNATURE_BYTES } from "./keys.ts"
import { limits } from "./limits.ts"
import { frozenCodec, resultCodec } from "./statement.ts"
import { matchKeyCodec, messageCodec, nameCodec } from "./text.ts"

/** What users and scripts match on. New codes are added at the end. */
export type ResponseCode =
  | "SUCCESS"
  | "NOT_AUTHORISED"
  | "COMPUTATION_DOES_NOT_EXIST"
  | "NO_RESULTS"
  | "QUORUM_NOT_REACHED"
  | "COMPUTATION_TYPE_DOES_NOT_EXIST"
  | "COMPUTATION_ALREADY_EXISTS"
  | "COMPUTATION_LOCKED"
  | "CHECK_INBOX"
  | "LIMIT_EXCEEDED"
  | "INVALID_VALUE"
  | "INVALID_REQUEST"
  | "DUPLICATE_PARTICIPANT"
  | "TERMS_CHANGED"
  | "HISTORY_CONFLICT"
  | "AWAITING_WITNESSES"
  | "SUPERSEDED"

const reasonCodec = enumeration({
  TOO_FEW_PARTICIPANTS: 0,
  QUORUM_ZERO: 1,
  QUORUM_ABOVE_PARTICIPANTS: 2,
  NAME_TAKEN: 3,
  UNKNOWN_TYPE: 4,
  PARTICIPANT_TWICE: 5,
  NO_SUCH_COMPUTATION: 6,
  NOT_A_PARTICIPANT: 7,
  NOT_THE_CONVENOR: 8,
  LOCKED: 9,
  /** The parameter is the quorum. */
  BELOW_QUORUM: 10,
  STREAMED: 11,
  TERMS_DIFFER: 12,
  NOT_A_NUMBER: 13,
  NOT_A_KEY: 14,
  /** The parameter of the LIMIT_EXCEEDED reasons is the limit. */
  TOO_MANY_COMPUTATIONS: 15,
  TOO_MANY_COMPUTATIONS_OF_CONVENOR: 16,
  TOO_MANY_SUBMISSIONS: 17,
  TOO_MUCH_TEXT: 18,
  TOO_MANY_MATCHES: 19,
  EXPIRY_TOO_FAR: 20,
  EXPIRY_PAST: 21,
  MALFORMED_REQUEST: 22,
  /** The parameter is the length of the enclave's own history. */
  HISTORY_CONFLICT: 23,
  /** The parameter is the number of participants. */
  WITNESSES_OUT_OF_RANGE: 24,
  RELEASE_NEEDS_ONE_ANSWER: 25,
  /** The parameter is how many have yet to submit. */
  NOT_ALL_SUBMITTED: 26,
  NOTHING_TO_WITNESS: 27,
  WITNESS_SIGNATURE_WRONG: 28,
  SUPERSEDED: 29,
  TOO_MANY_PLACES: 30,
})
export type Reason = Of<typeof reasonCodec>

/** The code that a refusal is told under. */
export const codeOfReason: Readonly<Record<Reason, ResponseCode>> = {
  TOO_FEW_PARTICIPANTS: "QUORUM_NOT_REACHED",
  QUORUM_ZERO: "QUORUM_NOT_REACHED",
  QUORUM_ABOVE_PARTICIPANTS: "QUORUM_NOT_REACHED",
  NAME_TAKEN: "COMPUTATION_ALREADY_EXISTS",
  UNKNOWN_TYPE: "COMPUTATION_TYPE_DOES_NOT_EXIST",
  PARTICIPANT_TWICE: "DUPLICATE_PARTICIPANT",
  NO_SUCH_COMPUTATION: "COMPUTATION_DOES_NOT_EXIST",
  NOT_A_PARTICIPANT: "NOT_AUTHORISED",
  NOT_THE_CONVENOR: "NOT_AUTHORISED",
  LOCKED: "COMPUTATION_LOCKED",
  BELOW_QUORUM: "QUORUM_NOT_REACHED",
  STREAMED: "CHECK_INBOX",
  TERMS_DIFFER: "TERMS_CHANGED",
  NOT_A_NUMBER: "INVALID_VALUE",
  NOT_A_KEY: "INVALID_VALUE",
  TOO_MANY_COMPUTATIONS: "LIMIT_EXCEEDED",
  TOO_MANY_COMPUTATIONS_OF_CONVENOR: "LIMIT_EXCEEDED",
  TOO_MANY_SUBMISSIONS: "LIMIT_EXCEEDED",
  TOO_MUCH_TEXT: "LIMIT_EXCEEDED",
  TOO_MANY_MATCHES: "LIMIT_EXCEEDED",
  EXPIRY_TOO_FAR: "LIMIT_EXCEEDED",
  EXPIRY_PAST: "INVALID_REQUEST",
  MALFORMED_REQUEST: "INVALID_REQUEST",
  HISTORY_CONFLICT: "HISTORY_CONFLICT",
  WITNESSES_OUT_OF_RANGE: "INVALID_REQUEST",
  RELEASE_NEEDS_ONE_ANSWER: "INVALID_REQUEST",
  NOT_ALL_SUBMITTED: "QUORUM_NOT_REACHED",
  NOTHING_TO_WITNESS: "INVALID_REQUEST",
  WITNESS_SIGNATURE_WRONG: "INVALID_REQUEST",
  SUPERSEDED: "SUPERSEDED",
  TOO_MANY_PLACES: "LIMIT_EXCEEDED",
}

const matchCodec = struct({
  computation: nameCodec,
  /** Which of the computation's submissions this is, from 0. */
  position: uint32,
  party: partyKeyCodec,
  key: matchKeyCodec,
  message: optional(messageCodec),
})
export type Match = Of<typeof matchCodec>

const MATCHES_PER_PAGE_MAX = Math.floor((contentBytesMax("reply", FRAME_BYTES_MAX) - 256) / matchCodec.bytesMax)

const matchesBody = struct({
  matches: list(matchCodec, 0, MATCHES_PER_PAGE_MAX),
  /** What to ask for as `after` next. */
  next: count,
  /** Whether a full reading has another page; it depends on how much was submitted, never on what matched. */
  more: flag,
})

const resultBody = struct({ result: resultCodec })

export const responseCodec = choice({
  refused: { tag: 0, body: struct({ reason: reasonCodec, parameter: count }) },
  described: { tag: 1, body: struct({ descriptor: descriptorCodec }) },
  listed: {
    tag: 2,
    body: struct({
      descriptors: list(descriptorCodec, 0, limits.listedMax),
      /** What to ask for as `after` next. */
      next: count,
      more: flag,
    }),
  },
  created: { tag: 3, body: struct({ terms: digestCodec }) },
  submitted: {
    tag: 4,
    body: struct({ terms: digestCodec, quorumReached: flag, receipt: headCodec }),
  },
  result: { tag: 5, body: resultBody },
  matches: { tag: 6, body: matchesBody },
  deleted: { tag: 7, body: struct({ terms: digestCodec }) },
  /** The inputs are frozen, and not enough participants have signed that they saw them. */
  awaiting: {
    tag: 8,
    body: struct({
      frozen: frozenCodec,
      witnesses: list(partyKeyCodec, 0, limits.participantsMax),
    }),
  },
})
export type Response = Of<typeof responseCodec>
export type ResponseOf<Kind extends Response["kind"]> = Extract<Response, { kind: Kind }>

/** The content of a reply. */
export const replyCodec = struct({
  /** Of the computation that was asked about, as the request left it; for those who may know it. */
  head: optional(headCodec),
  /** The enclave's signature: under a result, or under a submission's checkpoint where it was asked for. */
  signature: optional(bytes(SIGNATURE_BYTES)),
  response: responseCodec,
})
export type Reply = Of<typeof replyCodec>

const REPLY_OVERHEAD_BYTES = replyCodec.bytesMax - responseCodec.bytesMax

/**
 * How a reading of matches is cut: the size of its replies and the matches in each. Both follow from `submissions`
 * alone, how many were accepted by the reader's computations, since nobody is told of more than was submitted. So
 * the host, which may count submissions, learns nothing from replies about matches.
 */
export function matchPaging(submissions: number): {
  size: FrameSize
  matchesPerPage: number
  pages: number
} {
  const overhead = REPLY_OVERHEAD_BYTES + 1 + matchesBody.bytesMax - MATCHES_PER_PAGE_MAX * matchCodec.bytesMax
  const fitting = (size: FrameSize): number =>
    Math.min(MATCHES_PER_PAGE_MAX, Math.floor((contentBytesMax("reply", size) - overhead) / matchCodec.bytesMax))
  const size = frameSizes.find((each) => fitting(each) >= submissions) ?? FRAME_BYTES_MAX
  const matchesPerPage = fitting(size)
  return { size, matchesPerPage, pages: Math.max(1, Math.ceil(submissions / matchesPerPage)) }
}

/** The size of the frame about a result: the same whatever the answer, however many tie, and whoever has submitted. */
export function resultFrameSize(participants: number): FrameSize {
  const others = limits.participantsMax - participants
  return frameSizeFor("reply", REPLY_OVERHEAD_BYTES + 1 + resultBody.bytesMax - others * RESULT_BYTES_PER_PARTICIPANT)
}

/** In the descriptor, the answer, the receipts and the witnesses. */
const RESULT_BYTES_PER_PARTICIPANT =
  2 * PARTY_KEY_BYTES + (PARTY_KEY_BYTES + headCodec.bytesMax) + (PARTY_KEY_BYTES + SIGNATURE_BYTES)

invariant(replyCodec.bytesMax <= contentBytesMax("reply", FRAME_BYTES_MAX), "every reply fits a frame")
