import {
  CodedError,
  DecodeError,
  type AttestationError,
  type HistoryError,
  type Refused,
  type TransportError,
  type UserError,
} from "@event-manager/client"
import type { PageError } from "./pageError.ts"

/**
 * How much something matters: a note is an answer, or passes by itself; a problem needs an act; an alarm means that
 * somebody may be deceiving the user.
 */
type Severity = "note" | "problem" | "alarm"

type Severities<Code extends string> = Readonly<Record<Code, Severity>>

const transport: Severities<TransportError["code"]> = {
  HOST_UNREACHABLE: "problem",
  HOST_REFUSED: "problem",
  HOST_BUSY: "note",
  HOST_NONSENSE: "problem",
  NO_SESSION: "problem",
  WRONG_REPLY: "problem",
}

const attestation: Severities<AttestationError["code"]> = {
  EVIDENCE_MALFORMED: "alarm",
  PLATFORM_MISMATCH: "alarm",
  REPORT_DATA_MISMATCH: "alarm",
  SIGNATURE_INVALID: "alarm",
  EVIDENCE_FROM_FUTURE: "problem",
  EVIDENCE_EXPIRED: "problem",
  CERTIFICATE_MALFORMED: "alarm",
  CERTIFICATE_SIGNATURE_INVALID: "alarm",
  CERTIFICATE_EXPIRED: "problem",
  CERTIFICATE_NOT_YET_VALID: "problem",
  CERTIFICATE_REVOKED: "alarm",
  CHAIN_UNTRUSTED: "alarm",
  CRL_MALFORMED: "alarm",
  CRL_SIGNATURE_INVALID: "alarm",
  CRL_ISSUER_MISMATCH: "alarm",
  CRL_EXPIRED: "problem",
  CRL_NOT_YET_VALID: "problem",
  ENDORSEMENT_MISSING: "problem",
  PRODUCT_MISMATCH: "alarm",
  SIGNING_KEY_MISMATCH: "alarm",
  CHIP_MISMATCH: "alarm",
  TCB_MISMATCH: "alarm",
  QE_SIGNATURE_INVALID: "alarm",
  QE_BINDING_MISMATCH: "alarm",
  COLLATERAL_MALFORMED: "alarm",
  COLLATERAL_EXPIRED: "problem",
  COLLATERAL_NOT_YET_VALID: "problem",
  TCB_INFO_SIGNATURE_INVALID: "alarm",
  FMSPC_MISMATCH: "alarm",
  QE_IDENTITY_SIGNATURE_INVALID: "alarm",
  QE_IDENTITY_MISMATCH: "alarm",
  TDX_MODULE_MISMATCH: "alarm",
  EVENT_LOG_MISMATCH: "alarm",
  DEBUG_ENABLED: "alarm",
  MIGRATION_AGENT: "alarm",
  VMPL_NOT_ACCEPTED: "alarm",
  SERVICE_TD: "alarm",
  TCB_LEVEL_MISSING: "alarm",
  TCB_REVOKED: "alarm",
  RELEASE_MALFORMED: "alarm",
  RELEASE_SIGNATURE_INVALID: "alarm",
  RELEASE_MISMATCH: "alarm",
  MEASUREMENT_NOT_ACCEPTED: "alarm",
  REVOCATION_LEVEL_TOO_LOW: "alarm",
  SECURITY_TOO_LOW: "alarm",
  PLATFORM_NOT_ACCEPTED: "alarm",
  ENCLAVE_CHANGED: "alarm",
}

const user: Severities<UserError["code"]> = {
  INVALID_VALUE: "problem",
  LIMIT_EXCEEDED: "problem",
  CONSTRAINT_SYNTAX: "problem",
  CARD_MALFORMED: "problem",
  CARD_CONFLICT: "alarm",
  NAME_AMBIGUOUS: "problem",
  UNKNOWN_PARTICIPANT: "problem",
  IDENTITY_BROKEN: "problem",
  IDENTITY_IN_USE: "problem",
  PASSPHRASE_NEEDED: "problem",
  PASSPHRASE_WRONG: "problem",
  MEMORY_BROKEN: "problem",
  CONFIG_MISSING: "problem",
  CONFIG_SYNTAX: "problem",
  FILE_UNREADABLE: "problem",
  FILE_UNWRITABLE: "problem",
  FILE_CHANGED: "problem",
}

const history: Severities<HistoryError["code"]> = {
  HISTORY_CONFLICT: "alarm",
  HISTORY_OLDER: "alarm",
  HISTORY_FORKED: "alarm",
  RECEIPT_MISSING: "alarm",
  STATEMENT_CHANGED: "alarm",
  STATEMENT_INVALID: "alarm",
}

const page: Severities<PageError["code"]> = {
  STORAGE_DENIED: "problem",
  STORAGE_FULL: "problem",
  STORAGE_BROKEN: "problem",
  IDENTITY_ELSEWHERE: "note",
  IDENTITY_TAKEN_OVER: "problem",
  IDENTITY_UNKNOWN: "problem",
  NAME_KEPT_ALREADY: "problem",
  PARTY_KEPT_ALREADY: "problem",
  OWN_MACHINE_GONE: "problem",
  OWN_MACHINE_REFUSED: "problem",
  OWN_MACHINE_TOKEN: "problem",
  NOT_ON_OWN_MACHINE: "note",
  OTHER_HOST: "problem",
  INVITATION_MALFORMED: "problem",
  INVITATION_TOO_LONG: "problem",
  INVITATION_VERSION: "problem",
  INVITATION_HOST: "problem",
  INVITATION_CONSTRAINT: "problem",
  INVITATION_PIN: "problem",
  INVITATION_COMPUTATION: "problem",
  INVITATION_OTHER_HOST: "problem",
  INVITATION_OTHER_CONSTRAINT: "alarm",
  INVITATION_OTHER_ENCLAVE: "alarm",
  INVITATION_OTHER_TERMS: "alarm",
  TABLE_EMPTY: "problem",
  TABLE_TOO_LARGE: "problem",
  TABLE_NOT_TEXT: "problem",
  TABLE_NO_KEYS: "problem",
  SPREADSHEET_MALFORMED: "problem",
  SPREADSHEET_TOO_LARGE: "problem",
  SPREADSHEET_UNSUPPORTED: "problem",
  CONSTRAINT_MISSING: "problem",
  LEVEL_LOWER: "alarm",
  CRYPTO_MISSING: "problem",
  NOT_SECURE_CONTEXT: "problem",
  STATEMENT_TOO_LARGE: "problem",
  FILE_TOO_LARGE: "problem",
  CANCELLED: "note",
}

/** Refusals by the enclave, by their reasons. HISTORY_CONFLICT comes as a HistoryError, and stands there. */
const refusals: Severities<Exclude<Refused["reason"], "HISTORY_CONFLICT">> = {
  TOO_FEW_PARTICIPANTS: "problem",
  QUORUM_ZERO: "problem",
  QUORUM_ABOVE_PARTICIPANTS: "problem",
  NAME_TAKEN: "problem",
  UNKNOWN_TYPE: "problem",
  PARTICIPANT_TWICE: "problem",
  NO_SUCH_COMPUTATION: "problem",
  NOT_A_PARTICIPANT: "problem",
  NOT_THE_CONVENOR: "problem",
  LOCKED: "note",
  BELOW_QUORUM: "note",
  STREAMED: "note",
  TERMS_DIFFER: "alarm",
  NOT_A_NUMBER: "problem",
  NOT_A_KEY: "problem",
  TOO_MANY_COMPUTATIONS: "problem",
  TOO_MANY_COMPUTATIONS_OF_CONVENOR: "problem",
  TOO_MANY_SUBMISSIONS: "problem",
  TOO_MUCH_TEXT: "problem",
  TOO_MANY_MATCHES: "problem",
  EXPIRY_TOO_FAR: "problem",
  EXPIRY_PAST: "problem",
  MALFORMED_REQUEST: "problem",
  WITNESSES_OUT_OF_RANGE: "problem",
  RELEASE_NEEDS_ONE_ANSWER: "problem",
  NOT_ALL_SUBMITTED: "note",
  NOTHING_TO_WITNESS: "problem",
  WITNESS_SIGNATURE_WRONG: "problem",
  SUPERSEDED: "note",
  TOO_MANY_PLACES: "problem",
  KEYS_MAX: "problem",
  NEEDS_KEYS: "problem",
  FRAME_TOO_SMALL: "problem",
  TOO_MANY_OF_ONE_KEY: "problem",
}

/** What else can come of the page itself: text that is no name, key or card, and faults of its own. */
const others = { NAME_SYNTAX: "problem", MALFORMED: "problem", INTERNAL: "problem" } as const

const severities = { ...transport, ...attestation, ...user, ...history, ...page, ...refusals, ...others }

export type FailureCode = keyof typeof severities

/** Every code there is: each has words in each language. */
export const failureCodes: readonly FailureCode[] = Object.keys(severities).filter(isFailureCode)

/** Where a wrong clock of this machine would do the same. */
const clockCodes: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "EVIDENCE_FROM_FUTURE",
  "EVIDENCE_EXPIRED",
  "CERTIFICATE_EXPIRED",
  "CERTIFICATE_NOT_YET_VALID",
  "CRL_EXPIRED",
  "CRL_NOT_YET_VALID",
  "COLLATERAL_EXPIRED",
  "COLLATERAL_NOT_YET_VALID",
  "EXPIRY_PAST",
])

/** Where trying again later, unchanged, may do. */
const passingCodes: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "HOST_UNREACHABLE",
  "HOST_BUSY",
  "HOST_NONSENSE",
  "NO_SESSION",
  "OWN_MACHINE_GONE",
])

/** Something that went wrong, for a view to put into words. */
export interface Failure {
  readonly code: FailureCode
  readonly severity: Severity
  /** What happened, and what to do: keys of the words, which may use `parameters`. */
  readonly title: `failure.${FailureCode}.title`
  readonly todo: `failure.${FailureCode}.todo`
  /** `number` for refusals (a limit, a quorum, how many are missing), and `detail` for all: both are always there. */
  readonly parameters: { readonly number: number; readonly detail: string }
  /** The clock of this machine may be what is wrong. */
  readonly mayBeClock: boolean
  /** It may pass by itself: what was typed should be kept, and tried again. */
  readonly mayPass: boolean
}

/** A failure on its way to whoever puts it into words: a refusal by the enclave, or a verdict on it. */
export class Refusal extends CodedError<FailureCode> {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.code, failure.parameters.detail)
    this.failure = failure
  }
}

/** An answer that is no refusal. Throws Refusal. */
export function accepted<T extends object>(answer: T | Refused): T {
  if (isRefused(answer)) throw new Refusal(describeRefusal(answer))
  return answer
}

function isRefused(answer: object): answer is Refused {
  return "kind" in answer && answer.kind === "refused"
}

/** What was thrown, as a failure. What is no CodedError is a fault of the page: INTERNAL, with its kind alone. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof Refusal) return error.failure
  if (error instanceof DOMException && error.name === "AbortError") return failureOf("CANCELLED", 0, "")
  if (error instanceof DecodeError) {
    return failureOf(error.code === "NAME_SYNTAX" ? "NAME_SYNTAX" : "MALFORMED", 0, error.message)
  }
  if (error instanceof CodedError && isFailureCode(String(error.code))) {
    return failureOf(codeIn(String(error.code)), 0, error.message)
  }
  return failureOf("INTERNAL", 0, error instanceof Error ? error.name : typeof error)
}

/** A refusal by the enclave, as a failure. */
export function describeRefusal({ reason, parameter }: Refused): Failure {
  return failureOf(reason, parameter, reason)
}

function failureOf(code: FailureCode, number: number, detail: string): Failure {
  return {
    code,
    severity: severities[code],
    title: `failure.${code}.title`,
    todo: `failure.${code}.todo`,
    parameters: { number, detail },
    mayBeClock: clockCodes.has(code),
    mayPass: passingCodes.has(code),
  }
}

function codeIn(text: string): FailureCode {
  return isFailureCode(text) ? text : "INTERNAL"
}

function isFailureCode(text: string): text is FailureCode {
  return Object.hasOwn(severities, text)
}
