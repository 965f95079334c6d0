/*
 * How up to date a platform and its parts are, and what that amounts to together.
 */

/** The values of tcbStatus (Intel's Provisioning Certification Service API version 4, "Get TDX TCB Info"). */
export const tcbStatuses = [
  "UpToDate",
  "SWHardeningNeeded",
  "ConfigurationNeeded",
  "ConfigurationAndSWHardeningNeeded",
  "OutOfDate",
  "OutOfDateConfigurationNeeded",
  "Revoked",
] as const
export type TcbStatus = (typeof tcbStatuses)[number]

export type Weakness = "hardening" | "configuration" | "outdated" | "revoked"

const weaknesses: Readonly<Record<TcbStatus, readonly Weakness[]>> = {
  UpToDate: [],
  SWHardeningNeeded: ["hardening"],
  ConfigurationNeeded: ["configuration"],
  ConfigurationAndSWHardeningNeeded: ["configuration", "hardening"],
  OutOfDate: ["outdated"],
  OutOfDateConfigurationNeeded: ["outdated", "configuration"],
  Revoked: ["revoked"],
}

export function weaknessesOf(status: TcbStatus): readonly Weakness[] {
  return weaknesses[status]
}

/**
 * The status of a platform whose parts have these: it has every weakness that any of them has. There is no word for
 * being out of date and in need of hardening, so then the worse is said. Where a quoting enclave or TDX module is
 * OutOfDate or Revoked, this is what Intel's quote verification library answers.
 */
export function converge(statuses: readonly TcbStatus[]): TcbStatus {
  const found = new Set(statuses.flatMap((status) => weaknesses[status]))
  if (found.has("revoked")) return "Revoked"
  if (found.has("outdated")) return found.has("configuration") ? "OutOfDateConfigurationNeeded" : "OutOfDate"
  if (!found.has("configuration")) return found.has("hardening") ? "SWHardeningNeeded" : "UpToDate"
  return found.has("hardening") ? "ConfigurationAndSWHardeningNeeded" : "ConfigurationNeeded"
}
