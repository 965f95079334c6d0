import {
  answerCodec,
  batchBytesMax,
  bytes,
  choice,
  convert,
  count,
  DECIMAL_BYTES_MAX,
  DecodeError,
  descriptorCodec,
  digestCodec,
  DIGEST_BYTES,
  encode,
  frameSizes,
  limits,
  list,
  nameCodec,
  opaque,
  packedKeysAloneCodec,
  packedKeysCodec,
  PackedKeys,
  partyKeyCodec,
  requestIdCodec,
  responseCodec,
  SIGNATURE_BYTES,
  struct,
  submissionCodec,
  uint32,
  uint8,
  type Codec,
  type FrameSize,
  type Submission,
  type Of,
} from "@event-manager/protocol"
import { LINKS_BYTES_MAX } from "./history.ts"
import { KEPT_BYTES_MAX, KEPT_PREFIX_BYTES } from "./keys/kept.ts"

/** The size of the frame that something came in, as its number among the sizes. */
const frameCodec: Codec<FrameSize> = convert(
  uint8,
  (size: FrameSize) => frameSizes.indexOf(size),
  (index) => {
    const size = frameSizes[index]
    if (size === undefined) throw new DecodeError("UNKNOWN_VARIANT", `frame size ${index}`)
    return size
  },
)

/** What one computation's history consists of. */
export const entryCodec = choice({
  created: {
    tag: 0,
    body: struct({ serial: count, descriptor: descriptorCodec, terms: digestCodec }),
  },
  submitted: { tag: 1, body: struct({ party: partyKeyCodec, submission: submissionCodec, revision: count }) },
  /** From here on the inputs stay as they are. */
  frozen: { tag: 2, body: struct({}) },
  witnessed: { tag: 3, body: struct({ party: partyKeyCodec, signature: bytes(SIGNATURE_BYTES) }) },
  released: { tag: 4, body: struct({ answer: answerCodec }) },
  /** In snapshots, in place of a submission that a later one has replaced. */
  superseded: { tag: 5, body: struct({}) },
  submittedMany: {
    tag: 6,
    body: struct({ party: partyKeyCodec, frame: frameCodec, submissions: packedKeysCodec }),
  },
  retired: { tag: 7, body: struct({ party: partyKeyCodec, frame: frameCodec, keys: packedKeysAloneCodec }) },
})
export type Entry = Of<typeof entryCodec>
export type EntryOf<Kind extends Entry["kind"]> = Extract<Entry, { kind: Kind }>

const keptCodec: Codec<PackedKeys> = convert(
  opaque(KEPT_PREFIX_BYTES, KEPT_BYTES_MAX),
  ({ bytes }: PackedKeys) => bytes,
  (bytes) => PackedKeys.check(bytes, KEPT_PREFIX_BYTES),
)

/** What happened. A state is the events that led to it, and nothing else. */
export const eventCodec = choice({
  /** `head` is the link that the entry adds to its computation's history. */
  accepted: {
    tag: 0,
    body: struct({ computation: nameCodec, entry: entryCodec, head: digestCodec }),
  },
  expired: { tag: 1, body: struct({ computation: nameCodec }) },
  deleted: { tag: 2, body: struct({ computation: nameCodec }) },
  replied: {
    tag: 3,
    body: struct({ party: partyKeyCodec, requestId: requestIdCodec, response: responseCodec }),
  },
  /*
   * In snapshots alone, of computations over keys: links of a history whose entries are not needed one by one,
   * submissions that are kept, and what is counted over all that ever were.
   */
  linked: { tag: 4, body: struct({ computation: nameCodec, links: opaque(DIGEST_BYTES, LINKS_BYTES_MAX) }) },
  kept: { tag: 5, body: struct({ computation: nameCodec, submissions: keptCodec }) },
  counted: {
    tag: 6,
    body: struct({
      computation: nameCodec,
      weight: count,
      positions: uint32,
      submitted: list(uint32, 2, limits.participantsMax),
    }),
  },
})
export type Event = Of<typeof eventCodec>
export type EventOf<Kind extends Event["kind"]> = Extract<Event, { kind: Kind }>

/** The longest encoding of each kind of submission, in bytes. */
const submissionBytesMax: Readonly<Record<Submission["kind"], number>> = {
  number: 2 + DECIMAL_BYTES_MAX,
  key: submissionCodec.bytesMax,
}

/**
 * How many bytes more this event could have had, for all that the host knows: a longer submission of the same kind, or
 * more keys in the same frame.
 */
export function spareBytes(event: Event): number {
  if (event.kind !== "accepted") return 0
  const { entry } = event
  if (entry.kind === "submittedMany") return batchBytesMax(entry.frame) - entry.submissions.bytes.length
  if (entry.kind === "retired") return batchBytesMax(entry.frame) - entry.keys.bytes.length
  if (entry.kind !== "submitted") return 0
  return submissionBytesMax[entry.submission.kind] - encode(submissionCodec, entry.submission).length
}
