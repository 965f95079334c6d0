import { bytes, choice, count, enumeration, flag, list, optional, struct, uint32, type Of } from "./codec.ts"
import { descriptorCodec, KEY_TERMS_BYTES_MAX } from "./descriptor.ts"
import { batchToldBytes } from "./bulk.ts"
import { contentBytesMax, frameSizeFor } from "./envelope.ts"
import { invariant } from "./errors.ts"
import { frameSizes, FRAME_BYTES_MAX, type FrameSize } from "./frame.ts"
import { headCodec } from "./history.ts"
import { digestCodec, PARTY_KEY_BYTES, partyKeyList, SIGNATURE_BYTES } from "./keys.ts"
import { limits } from "./limits.ts"
import { MATCH_BYTES_MAX, packedMatchesCodec, SECTION_BYTES_MAX } from "./packedMatches.ts"
import { frozenCodec, resultCodec } from "./statement.ts"

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
  /** The parameter is how many keys each participant may submit. */
  KEYS_MAX: 31,
  /** The computation, or what is asked of it, is not about keys. */
  NEEDS_KEYS: 32,
  /** The parameter is the least size of the frame that may carry so many keys. */
  FRAME_TOO_SMALL: 33,
  /** The parameter is how many submissions of one key are kept. */
  TOO_MANY_OF_ONE_KEY: 34,
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
  KEYS_MAX: "LIMIT_EXCEEDED",
  NEEDS_KEYS: "INVALID_REQUEST",
  FRAME_TOO_SMALL: "INVALID_REQUEST",
  TOO_MANY_OF_ONE_KEY: "LIMIT_EXCEEDED",
}

/** What stands beside the matches in the content of a reply. */
const MATCHES_OVERHEAD_BYTES = 256
const MATCHES_BYTES_MAX = contentBytesMax("reply", FRAME_BYTES_MAX) - MATCHES_OVERHEAD_BYTES

const matchesBody = struct({
  matches: packedMatchesCodec(MATCHES_BYTES_MAX),
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
      witnesses: partyKeyList(0, limits.participantsMax),
    }),
  },
  submittedMany: {
    tag: 9,
    body: struct({
      terms: digestCodec,
      /** How many of them are of a key that has matched; 0 where matches are only counted. */
      reached: uint32,
      receipt: headCodec,
    }),
  },
  retired: {
    tag: 10,
    body: struct({
      terms: digestCodec,
      /** How many of the keys were there. */
      keys: uint32,
      receipt: headCodec,
    }),
  },
  matchCount: { tag: 11, body: struct({ terms: digestCodec, keys: uint32 }) },
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

/** What an accepted submission weighs; one with a number weighs nothing. */
export const SUBMISSION_WEIGHT = MATCH_BYTES_MAX
/** What an accepted retirement weighs: those who are told anew of what others submitted are told in another order. */
export const RETIREMENT_WEIGHT = SECTION_BYTES_MAX

/** What an accepted batch weighs that came in a frame of this size. */
export function batchWeight(size: FrameSize): number {
  return batchToldBytes(size)
}

/** What each page of several may waste: the last match that did not fit, and a section and key begun anew. */
const PAGE_LOSS_BYTES = 2 * MATCH_BYTES_MAX

/**
 * How a reading of matches is cut: the size of its replies, the bytes of matches in each, and how many there are. All
 * follow from the weight of the reader's computations, the most bytes that telling of everything submitted to them can
 * take. That follows from the frames in which it came, so the host, which may count those, learns nothing from replies
 * about matches.
 */
export function matchPaging(weight: number): { size: FrameSize; bytesPerPage: number; pages: number } {
  const size = frameSizes.find((each) => matchRoom(each) >= weight) ?? FRAME_BYTES_MAX
  const bytesPerPage = matchRoom(size)
  const pages = weight <= bytesPerPage ? 1 : Math.ceil(weight / (bytesPerPage - PAGE_LOSS_BYTES))
  return { size, bytesPerPage, pages }
}

function matchRoom(size: FrameSize): number {
  return contentBytesMax("reply", size) - MATCHES_OVERHEAD_BYTES
}

/** The size of the frame about a result: the same whatever the answer, however many tie, and whoever has submitted. */
export function resultFrameSize(participants: number): FrameSize {
  const others = limits.participantsMax - participants
  const spare = others * RESULT_BYTES_PER_PARTICIPANT + KEY_TERMS_BYTES_MAX
  return frameSizeFor("reply", REPLY_OVERHEAD_BYTES + 1 + resultBody.bytesMax - spare)
}

/** In the descriptor, which has no terms for keys, the answer, the receipts and the witnesses. */
const RESULT_BYTES_PER_PARTICIPANT =
  2 * PARTY_KEY_BYTES + (PARTY_KEY_BYTES + headCodec.bytesMax) + (PARTY_KEY_BYTES + SIGNATURE_BYTES)

invariant(
  REPLY_OVERHEAD_BYTES + 1 + matchesBody.bytesMax - MATCHES_BYTES_MAX <= MATCHES_OVERHEAD_BYTES,
  "what stands beside matches has its room",
)
invariant(matchRoom(frameSizes[0]) >= SUBMISSION_WEIGHT, "one match fits the smallest frame, whatever it says")
invariant(replyCodec.bytesMax <= contentBytesMax("reply", FRAME_BYTES_MAX), "every reply fits a frame")
