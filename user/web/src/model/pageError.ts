import { CodedError } from "@event-manager/client"

type StorageCode =
  /** The browser keeps nothing for this page: a private window, or a setting. */
  | "STORAGE_DENIED"
  | "STORAGE_FULL"
  /** What was kept cannot be read as what it should be. */
  | "STORAGE_BROKEN"

type IdentityCode =
  | "IDENTITY_ELSEWHERE"
  | "IDENTITY_TAKEN_OVER"
  | "IDENTITY_UNKNOWN"
  | "NAME_KEPT_ALREADY"
  | "PARTY_KEPT_ALREADY"

type OwnMachineCode =
  | "OWN_MACHINE_GONE"
  | "OWN_MACHINE_REFUSED"
  /** The link's token is missing: the page was not opened by the link that the command printed. */
  | "OWN_MACHINE_TOKEN"
  /** Done with event-client there, and not by its page. */
  | "NOT_ON_OWN_MACHINE"
  | "OTHER_HOST"

type InvitationCode =
  | "INVITATION_MALFORMED"
  | "INVITATION_TOO_LONG"
  | "INVITATION_VERSION"
  | "INVITATION_HOST"
  | "INVITATION_CONSTRAINT"
  | "INVITATION_PIN"
  | "INVITATION_COMPUTATION"
  /** Well formed, and not what is kept here, or what is found there. */
  | "INVITATION_OTHER_HOST"
  | "INVITATION_OTHER_CONSTRAINT"
  | "INVITATION_OTHER_ENCLAVE"
  | "INVITATION_OTHER_TERMS"

type TableCode =
  | "TABLE_EMPTY"
  | "TABLE_TOO_LARGE"
  | "TABLE_NOT_TEXT"
  | "TABLE_NO_KEYS"
  | "SPREADSHEET_MALFORMED"
  | "SPREADSHEET_TOO_LARGE"
  | "SPREADSHEET_UNSUPPORTED"

type OtherCode =
  | "CONSTRAINT_MISSING"
  /** The enclave's evidence is worse than what this person was shown. */
  | "LEVEL_LOWER"
  | "CRYPTO_MISSING"
  | "NOT_SECURE_CONTEXT"
  | "STATEMENT_TOO_LARGE"
  | "FILE_TOO_LARGE"
  | "CANCELLED"

/** What the page itself cannot do, or will not do with what it was given. */
export class PageError extends CodedError<
  StorageCode | IdentityCode | OwnMachineCode | InvitationCode | TableCode | OtherCode
> {}
