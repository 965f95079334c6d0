import {
  DecodeError,
  escapeText,
  name as checkName,
  type Name,
  type Release,
  type Telling,
} from "@event-manager/client"
import { UsageError } from "./usageError.ts"

/** A name from the command line; `kind` says whose. Throws UsageError. */
export function readName(written: string, kind: string): Name {
  try {
    return checkName(written)
  } catch (error) {
    if (error instanceof DecodeError)
      throw new UsageError(`'${escapeText(written)}' is no ${kind} name: ${error.message}`)
    throw error
  }
}

const QUORUM_MAX = 4_294_967_295

/** A whole number that the wire can carry; the enclave judges it. Throws UsageError. */
export function readQuorum(written: string): number {
  const quorum = Number(written)
  if (!/^[0-9]{1,10}$/.test(written) || quorum > QUORUM_MAX) {
    throw new UsageError(`'${escapeText(written)}' is no quorum: give a whole number such as 3`)
  }
  return quorum
}

/** A release policy as it is written: first, all, or witnessed:W. Throws UsageError. */
export function readRelease(written: unknown): Release {
  if (typeof written !== "string" || written === "first") return { kind: "first" }
  if (written === "all") return { kind: "all" }
  const [, witnesses] = /^witnessed:([0-9]{1,4})$/.exec(written) ?? []
  if (witnesses !== undefined) return { kind: "witnessed", witnesses: Number(witnesses) }
  throw new UsageError(`'${escapeText(written)}' is no release policy: give first, all or witnessed:W`)
}

/** A release policy as it is written. */
export function showRelease(release: Release): string {
  return release.kind === "witnessed" ? `witnessed:${release.witnesses}` : release.kind
}

/** How many keys each participant may submit: a whole number from 1. Throws UsageError. */
export function readKeysMax(written: unknown): number | undefined {
  if (typeof written !== "string") return undefined
  if (/^[1-9][0-9]{0,11}$/.test(written)) return Number(written)
  throw new UsageError(`'${escapeText(written)}' is no number of keys: give a whole number such as 100000`)
}

/** What participants are told of matches: each of them, or only how many. Throws UsageError. */
export function readTelling(written: unknown): Telling {
  if (typeof written !== "string" || written === "told") return "told"
  if (written === "count") return "counted"
  throw new UsageError(`'${escapeText(written)}' is nothing to tell of matches: give told or count`)
}

/** The same as it is written. */
export function showTelling(telling: Telling): string {
  return telling === "counted" ? "count" : "told"
}
