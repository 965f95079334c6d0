/*
 * What is signed about a computation, to be shown to others: the frozen inputs, the result, a place in its history.
 */
import { bytes, choice, encode, list, opaque, struct, type Of } from "./codec.ts"
import { descriptorCodec } from "./descriptor.ts"
import { LIFE_BYTES } from "./evidence.ts"
import { headCodec } from "./history.ts"
import { digestCodec, partyKeyCodec, partyKeyList, SIGNATURE_BYTES } from "./keys.ts"
import { labelled } from "./label.ts"
import { limits } from "./limits.ts"
import { EVIDENCE_BYTES_MAX } from "./quote.ts"
import { decimalTextCodec } from "./text.ts"

const signatureCodec = bytes(SIGNATURE_BYTES)

/** The inputs that a one-shot computation will answer from, fixed for ever. */
export const frozenCodec = struct({
  /** The enclave's. */
  identity: partyKeyCodec,
  descriptor: descriptorCodec,
  /** The history up to the freeze. */
  head: headCodec,
  /** Of each submitter, in participant order: where its latest submission stands in the history. */
  receipts: list(struct({ party: partyKeyCodec, receipt: headCodec }), 1, limits.participantsMax),
})
export type Frozen = Of<typeof frozenCodec>

export const answerCodec = choice({
  number: { tag: 0, body: struct({ value: decimalTextCodec }) },
  /** Everyone who ties, in participant order. */
  parties: { tag: 1, body: struct({ parties: partyKeyList(1, limits.participantsMax) }) },
})
export type ResultAnswer = Of<typeof answerCodec>

/** A result, with what it was computed from and who witnessed that. The enclave's identity signs it. */
export const resultCodec = struct({
  frozen: frozenCodec,
  answer: answerCodec,
  witnesses: list(struct({ party: partyKeyCodec, signature: signatureCodec }), 0, limits.participantsMax),
})
export type Result = Of<typeof resultCodec>

/** One place in a computation's history, in one life of the enclave, whose identity signs it. */
export const checkpointCodec = struct({
  identity: partyKeyCodec,
  life: bytes(LIFE_BYTES),
  terms: digestCodec,
  head: headCodec,
})
export type Checkpoint = Of<typeof checkpointCodec>

/** What a witness signs; its SHA-256 is what a witness remembers. */
export function frozenSigned(frozen: Frozen): Uint8Array<ArrayBuffer> {
  return labelled("frozen inputs", encode(frozenCodec, frozen))
}

/** What the enclave signs under a result. */
export function resultSigned(result: Result): Uint8Array<ArrayBuffer> {
  return labelled("result", encode(resultCodec, result))
}

/** What the enclave signs under a checkpoint. */
export function checkpointSigned(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  return labelled("checkpoint", encode(checkpointCodec, checkpoint))
}

/** A result as it is kept and shown to others, with what vouches for the key that signed it. */
export const savedResultCodec = struct({
  result: resultCodec,
  signature: signatureCodec,
  evidence: opaque(1, EVIDENCE_BYTES_MAX),
})
export type SavedResult = Of<typeof savedResultCodec>

/** A checkpoint likewise. */
export const savedCheckpointCodec = struct({
  checkpoint: checkpointCodec,
  signature: signatureCodec,
  evidence: opaque(1, EVIDENCE_BYTES_MAX),
})
export type SavedCheckpoint = Of<typeof savedCheckpointCodec>
