export { adviseOn, type Advice, type AdviceCode, type Surroundings } from "./advice.ts"
export {
  BatchPacker,
  packKeys,
  type Batch,
  type BatchOutcome,
  type KeyText,
  type Retired,
  type SubmittedMany,
} from "./batches.ts"
export { verifyEvidence, type Attested } from "./attestation/evidence.ts"
export { writeEvidence } from "./attestation/evidenceFile.ts"
export type { Roots } from "./attestation/roots.ts"
export type { Release as CodeRelease, Standing, Verdict } from "./attestation/verdict.ts"
export { CARD_BYTES_MAX, makeCard, readCard, type Card } from "./card.ts"
export {
  isSameConstraint,
  parseConstraint,
  securityLevels,
  type Constraint,
  type Period,
  type SecurityLevel,
} from "./constraint.ts"
export type { Options, Refused } from "./dealings.ts"
export { escapeText } from "./display.ts"
export { AttestationError, HistoryError, TransportError, UserError } from "./errors.ts"
export {
  EventManager,
  type Answered,
  type Released,
  type SignedSubmitted,
  type Submitted,
  type Terms,
} from "./eventManager.ts"
export { isEncryptedKey, readKeyFile, writeEncryptedKey } from "./encryptedKey.ts"
export { fingerprint } from "./fingerprint.ts"
export type { Identity } from "./identity.ts"
export type { MatchPage } from "./matchReader.ts"
export { explainRefusal, type NameOf, type Outcome, type Subject } from "./messages.ts"
export { emptyNote, type Note, type Notebook } from "./notebook.ts"
export { readNote } from "./noteRecord.ts"
export { ownPartOf, ownParts, type OwnPart } from "./ownPart.ts"
export { requirePin, type Pins } from "./pins.ts"
export { requireConstraint } from "./policy.ts"
export {
  compareCheckpoints,
  frozenDigest,
  readCheckpoint,
  readResult,
  termsOf,
  writeCheckpoint,
  writeResult,
  type Comparison,
} from "./statements.ts"
export { readSubmission } from "./submission.ts"
export { httpTransport, type Transport } from "./transport.ts"
export type { Primitives } from "./platform.ts"
export { substitutePrimitives } from "./primitives.ts"
// What callers of this library name in their own code of the protocol.
export {
  bytesOf,
  CodedError,
  computationTypes,
  DecodeError,
  digest,
  limits,
  MatchCursor,
  name,
  PackedKeys,
  partyKey,
  type Checkpoint,
  type Descriptor,
  type Digest,
  type Head,
  type Match,
  type Name,
  type PackedMatches,
  type PartyKey,
  type Platform,
  type Release,
  type Result,
  type ResponseCode,
  type Submission,
  type ResponseOf,
  type ResultAnswer,
  type Telling,
} from "@event-manager/protocol"
