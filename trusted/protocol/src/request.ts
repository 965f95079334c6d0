import { bytes, choice, count, flag, optional, struct, text, uint32, type Of } from "./codec.ts"
import { releaseCodec, tellingCodec } from "./descriptor.ts"
import { contentBytesMax } from "./envelope.ts"
import { invariant } from "./errors.ts"
import { FRAME_BYTES_MAX } from "./frame.ts"
import { headCodec } from "./history.ts"
import { digestCodec, partyKeyList, requestIdCodec, SIGNATURE_BYTES } from "./keys.ts"
import { limits } from "./limits.ts"
import { packedKeysAloneCodec, packedKeysCodec } from "./packed.ts"
import { decimalTextCodec, matchKeyCodec, messageCodec, nameCodec } from "./text.ts"

const TYPE_BYTES_MAX = 32

export const submissionCodec = choice({
  number: { tag: 0, body: struct({ value: decimalTextCodec }) },
  key: { tag: 1, body: struct({ key: matchKeyCodec, message: optional(messageCodec) }) },
})
export type Submission = Of<typeof submissionCodec>

/** The latest head that the sender has seen of this computation: the enclave refuses where its history lacks it. */
const knownHead = optional(headCodec)

const submit = struct({
  requestId: requestIdCodec,
  computation: nameCodec,
  /** The digest of the descriptor that the sender saw. */
  terms: digestCodec,
  submission: submissionCodec,
  /**
   * Greater with each submission of this sender to this computation. Where the latest counts, the enclave refuses one
   * that is not greater: a mail that the host held back must not undo what was submitted since.
   */
  revision: count,
  known: knownHead,
  /** Whether the receipt shall be signed, as a checkpoint. */
  signed: flag,
})

export const requestCodec = choice({
  describe: { tag: 0, body: struct({ computation: nameCodec }) },
  /** The computations that the sender takes part in, from the one numbered `after` on. */
  list: { tag: 1, body: struct({ after: count }) },
  create: {
    tag: 2,
    body: struct({
      requestId: requestIdCodec,
      computation: nameCodec,
      /** Text, so that an enclave without this type can say so. */
      type: text(1, TYPE_BYTES_MAX),
      quorum: uint32,
      release: releaseCodec,
      participants: partyKeyList(0, limits.participantsMax),
      expiresAt: optional(count),
      /** For `key` alone: how many keys each participant may submit, and what it is told. */
      keysMax: optional(count),
      matches: tellingCodec,
    }),
  },
  submit: { tag: 3, body: submit },
  result: {
    tag: 4,
    body: struct({ computation: nameCodec, terms: digestCodec, known: knownHead }),
  },
  /** Keys of the sender's, all of them or none; the mail's frame is at least as large as batchFrameSize says. */
  submitMany: {
    tag: 8,
    body: struct({
      requestId: requestIdCodec,
      computation: nameCodec,
      terms: digestCodec,
      submissions: packedKeysCodec,
      known: knownHead,
      signed: flag,
    }),
  },
  /** Takes keys of the sender's out again, as far as they are there; likewise. */
  retire: {
    tag: 9,
    body: struct({
      requestId: requestIdCodec,
      computation: nameCodec,
      terms: digestCodec,
      keys: packedKeysAloneCodec,
      known: knownHead,
      signed: flag,
    }),
  },
  /** How many of the sender's own keys have matched. */
  matchCount: {
    tag: 10,
    body: struct({ computation: nameCodec, terms: digestCodec, known: knownHead }),
  },
  /** Matched submissions numbered `after` and later; `page` counts the replies of this one reading. */
  matches: { tag: 5, body: struct({ after: count, page: uint32 }) },
  delete: {
    tag: 6,
    body: struct({
      requestId: requestIdCodec,
      computation: nameCodec,
      terms: digestCodec,
      known: knownHead,
    }),
  },
  /** The sender's signature over the frozen inputs (frozenSigned). */
  witness: {
    tag: 7,
    body: struct({
      computation: nameCodec,
      terms: digestCodec,
      signature: bytes(SIGNATURE_BYTES),
      known: knownHead,
    }),
  },
})
export type Request = Of<typeof requestCodec>
export type RequestOf<Kind extends Request["kind"]> = Extract<Request, { kind: Kind }>

invariant(1 + submit.bytesMax <= contentBytesMax("mail", 2_048), "the longest submission fits the smallest frame")
invariant(requestCodec.bytesMax <= contentBytesMax("mail", FRAME_BYTES_MAX), "every request fits a frame")
