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

/** The enclave's evidence does not show what it must, so nothing was sent. */
export class AttestationError extends CodedError<
  | "EVIDENCE_MALFORMED"
  | "PLATFORM_MISMATCH"
  | "REPORT_DATA_MISMATCH"
  | "SIGNATURE_INVALID"
  | "EVIDENCE_FROM_FUTURE"
  | "EVIDENCE_EXPIRED"
  | "MEASUREMENT_NOT_ACCEPTED"
  | "REVOCATION_LEVEL_TOO_LOW"
  | "SECURITY_TOO_LOW"
  | "PLATFORM_NOT_ACCEPTED"
  | "ENCLAVE_CHANGED"
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
> {}
