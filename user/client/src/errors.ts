import { CodedError } from "@event-manager/protocol"

/** The host, or the way to it, does not do its part. Nothing can be concluded about the enclave. */
export class TransportError extends CodedError<
  | "HOST_UNREACHABLE"
  | "HOST_REFUSED"
  | "HOST_BUSY"
  | "HOST_NONSENSE"
  | "NO_SESSION"
  /** The enclave itself answered something else than was asked. */
  | "WRONG_REPLY"
> {}

/** Bytes that are not what they should be, or do not come from whom they should. */
type EvidenceCode =
  | "EVIDENCE_MALFORMED"
  | "PLATFORM_MISMATCH"
  | "REPORT_DATA_MISMATCH"
  | "SIGNATURE_INVALID"
  | "EVIDENCE_FROM_FUTURE"
  | "EVIDENCE_EXPIRED"

/** X.509 certificates and revocation lists. */
type CertificateCode =
  | "CERTIFICATE_MALFORMED"
  | "CERTIFICATE_SIGNATURE_INVALID"
  | "CERTIFICATE_EXPIRED"
  | "CERTIFICATE_NOT_YET_VALID"
  | "CERTIFICATE_REVOKED"
  | "CHAIN_UNTRUSTED"
  | "CRL_MALFORMED"
  | "CRL_SIGNATURE_INVALID"
  | "CRL_ISSUER_MISMATCH"
  | "CRL_EXPIRED"
  | "CRL_NOT_YET_VALID"

/** What endorses a processor: missing, or of another one. */
type EndorsementCode =
  | "ENDORSEMENT_MISSING"
  | "PRODUCT_MISMATCH"
  | "SIGNING_KEY_MISMATCH"
  | "CHIP_MISMATCH"
  | "TCB_MISMATCH"
  | "QE_SIGNATURE_INVALID"
  | "QE_BINDING_MISMATCH"
  | "COLLATERAL_MALFORMED"
  | "COLLATERAL_EXPIRED"
  | "COLLATERAL_NOT_YET_VALID"
  | "TCB_INFO_SIGNATURE_INVALID"
  | "FMSPC_MISMATCH"
  | "QE_IDENTITY_SIGNATURE_INVALID"
  | "QE_IDENTITY_MISMATCH"
  | "TDX_MODULE_MISMATCH"
  | "EVENT_LOG_MISMATCH"

/** Genuine, and yet nothing to rely on. */
type StandingCode =
  | "DEBUG_ENABLED"
  | "MIGRATION_AGENT"
  | "VMPL_NOT_ACCEPTED"
  | "SERVICE_TD"
  | "TCB_LEVEL_MISSING"
  | "TCB_REVOKED"

/** The signed manifest that says which code a launch measurement is. */
type ReleaseCode = "RELEASE_MALFORMED" | "RELEASE_SIGNATURE_INVALID" | "RELEASE_MISMATCH"

/** What the user's constraint and pins demand. */
type ConstraintCode =
  | "MEASUREMENT_NOT_ACCEPTED"
  | "REVOCATION_LEVEL_TOO_LOW"
  | "SECURITY_TOO_LOW"
  | "PLATFORM_NOT_ACCEPTED"
  | "ENCLAVE_CHANGED"

/** The enclave's evidence does not show what it must, so nothing was sent. */
export class AttestationError extends CodedError<
  EvidenceCode | CertificateCode | EndorsementCode | StandingCode | ReleaseCode | ConstraintCode
> {}

/** What the user wrote or keeps in a file cannot be used as it is. */
export class UserError extends CodedError<
  | "INVALID_VALUE"
  | "LIMIT_EXCEEDED"
  | "CONSTRAINT_SYNTAX"
  | "CARD_MALFORMED"
  | "CARD_CONFLICT"
  | "NAME_AMBIGUOUS"
  | "UNKNOWN_PARTICIPANT"
  | "IDENTITY_BROKEN"
  | "IDENTITY_IN_USE"
  | "PASSPHRASE_NEEDED"
  | "PASSPHRASE_WRONG"
  | "MEMORY_BROKEN"
  | "CONFIG_MISSING"
  | "CONFIG_SYNTAX"
  | "FILE_UNREADABLE"
  | "FILE_UNWRITABLE"
  /** A file is not what it was when it was begun with. */
  | "FILE_CHANGED"
> {}

/**
 * What the enclave says does not fit what it said before: it was rewound or forked, or a submission was left out.
 * Nothing it says about this computation can be relied on; the participants should hear of it.
 */
export class HistoryError extends CodedError<
  /** The enclave's history does not contain the latest place that this client has seen. */
  | "HISTORY_CONFLICT"
  /** A reply's history is shorter than what this client has seen. */
  | "HISTORY_OLDER"
  /** A reply's history has another link at a place that this client has seen. */
  | "HISTORY_FORKED"
  /** A statement lacks this client's latest acknowledged submission. */
  | "RECEIPT_MISSING"
  /** Another statement than the one that this client has seen or signed for this computation. */
  | "STATEMENT_CHANGED"
  /** A statement, result or checkpoint that is not what its signer or the terms say. */
  | "STATEMENT_INVALID"
> {}
