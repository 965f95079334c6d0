import {
  answerCodec,
  bytes,
  choice,
  count,
  DECIMAL_BYTES_MAX,
  descriptorCodec,
  digestCodec,
  encode,
  nameCodec,
  partyKeyCodec,
  requestIdCodec,
  responseCodec,
  SIGNATURE_BYTES,
  struct,
  submissionCodec,
  type Submission,
  type Of,
} from "@event-manager/protocol"

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
})
export type Entry = Of<typeof entryCodec>
export type EntryOf<Kind extends Entry["kind"]> = Extract<Entry, { kind: Kind }>

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
})
export type Event = Of<typeof eventCodec>

/** The longest encoding of each kind of submission, in bytes. */
const submissionBytesMax: Readonly<Record<Submission["kind"], number>> = {
  number: 2 + DECIMAL_BYTES_MAX,
  key: submissionCodec.bytesMax,
}

/** How many bytes a longer submission of the same kind could have added to this event. */
export function spareBytes(event: Event): number {
  if (event.kind !== "accepted" || event.entry.kind !== "submitted") return 0
  const { submission } = event.entry
  return submissionBytesMax[submission.kind] - encode(submissionCodec, submission).length
}
