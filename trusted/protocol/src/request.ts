import { choice, count, list, optional, struct, text, uint32, type Of } from "./codec.ts"
import { contentBytesMax } from "./envelope.ts"
import { invariant } from "./errors.ts"
import { FRAME_BYTES_MAX } from "./frame.ts"
import { digestCodec, partyKeyCodec, requestIdCodec } from "./keys.ts"
import { limits } from "./limits.ts"
import { decimalTextCodec, matchKeyCodec, messageCodec, nameCodec } from "./text.ts"

const TYPE_BYTES_MAX = 32

const submissionCodec = choice({
  number: { tag: 0, body: struct({ value: decimalTextCodec }) },
  key: { tag: 1, body: struct({ key: matchKeyCodec, message: optional(messageCodec) }) },
})
export type Submission = Of<typeof submissionCodec>

const submit = struct({
  requestId: requestIdCodec,
  computation: nameCodec,
  /** The digest of the descriptor that the sender saw. */
  terms: digestCodec,
  submission: submissionCodec,
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
      participants: list(partyKeyCodec, 0, limits.participantsMax),
      expiresAt: optional(count),
    }),
  },
  submit: { tag: 3, body: submit },
  result: { tag: 4, body: struct({ computation: nameCodec }) },
  /** Matched submissions numbered `after` and later; `page` counts the replies of this one reading. */
  matches: { tag: 5, body: struct({ after: count, page: uint32 }) },
  delete: { tag: 6, body: struct({ requestId: requestIdCodec, computation: nameCodec, terms: digestCodec }) },
})
export type Request = Of<typeof requestCodec>
export type RequestOf<Kind extends Request["kind"]> = Extract<Request, { kind: Kind }>

invariant(1 + submit.bytesMax <= contentBytesMax("mail", 2_048), "the longest submission fits the smallest frame")
invariant(requestCodec.bytesMax <= contentBytesMax("mail", FRAME_BYTES_MAX), "every request fits a frame")
