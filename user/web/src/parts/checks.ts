import type { FailureCode } from "../model/failure.ts"

/** What an invitation is held against, in the order in which it is done. */
export const checkNames = ["link", "host", "evidence", "constraint", "pin", "computation"] as const
export type CheckName = (typeof checkNames)[number]

const byCode: Partial<Record<FailureCode, CheckName>> = {
  INVITATION_OTHER_HOST: "host",
  OTHER_HOST: "host",
  HOST_UNREACHABLE: "host",
  HOST_REFUSED: "host",
  HOST_BUSY: "host",
  HOST_NONSENSE: "host",
  OWN_MACHINE_GONE: "host",
  OWN_MACHINE_REFUSED: "host",
  MEASUREMENT_NOT_ACCEPTED: "constraint",
  REVOCATION_LEVEL_TOO_LOW: "constraint",
  SECURITY_TOO_LOW: "constraint",
  PLATFORM_NOT_ACCEPTED: "constraint",
  INVITATION_OTHER_CONSTRAINT: "constraint",
  ENCLAVE_CHANGED: "pin",
  INVITATION_OTHER_ENCLAVE: "pin",
  INVITATION_OTHER_TERMS: "computation",
  TERMS_DIFFER: "computation",
  NO_SUCH_COMPUTATION: "computation",
  NOT_A_PARTICIPANT: "computation",
  HISTORY_CONFLICT: "computation",
  HISTORY_OLDER: "computation",
  HISTORY_FORKED: "computation",
  NO_SESSION: "computation",
  WRONG_REPLY: "computation",
  INTERNAL: "link",
  STORAGE_DENIED: "link",
  STORAGE_FULL: "link",
  STORAGE_BROKEN: "link",
}

/** Which check a failure comes from. Whatever else there is, is said of evidence. */
export function failedCheck(code: FailureCode): CheckName {
  return byCode[code] ?? "evidence"
}
