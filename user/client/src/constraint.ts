import { DIGEST_BYTES, type Platform } from "@event-manager/protocol"
import { UserError } from "./errors.ts"

/** From best to worst. */
export const securityLevels = ["SECURE", "STALE", "INSECURE"] as const
export type SecurityLevel = (typeof securityLevels)[number]

/** Which enclaves a user accepts. */
export interface Constraint {
  /**
   * SHA-256 of accepted bundles, or of accepted launch measurements, and of accepted signers' keys; lower-case
   * hexadecimal, at least one in all.
   */
  readonly codeHashes: readonly string[]
  readonly signers: readonly string[]
  /** The product of an accepted signer; needed beside signers. */
  readonly productId: number | "any"
  readonly revocationLevelMin: number
  readonly levelMin: SecurityLevel
  /** How old evidence may be. */
  readonly expire: Period | "never"
  readonly platforms: readonly Platform[] | "any"
}

/** An ISO 8601 duration. */
export interface Period {
  readonly months: number
  readonly seconds: number
}

const platforms = ["mock", "simulation", "sev-snp", "tdx", "sgx", "nitro"] as const satisfies readonly Platform[]
const repeatable = new Set(["C", "S", "PLATFORM"])
const keys = new Set(["C", "S", "PROD", "REVOKE", "SEC", "EXPIRE", "PLATFORM"])

/** Reads the grammar of Conclave's EnclaveConstraint, with PLATFORM added. Throws UserError (CONSTRAINT_SYNTAX). */
export function parseConstraint(written: string): Constraint {
  const terms = splitTerms(written)
  const all = (key: string): string[] => terms.filter((term) => term.key === key).map((term) => term.value)
  const constraint: Constraint = {
    codeHashes: all("C").map((value) => hash("C", value)),
    signers: all("S").map((value) => hash("S", value)),
    productId: all("PROD").map((value) => uint16("PROD", value))[0] ?? "any",
    revocationLevelMin: all("REVOKE").map((value) => uint16("REVOKE", value))[0] ?? 0,
    levelMin: all("SEC").map(level)[0] ?? "STALE",
    expire: all("EXPIRE").map(period)[0] ?? "never",
    platforms: all("PLATFORM").length === 0 ? "any" : all("PLATFORM").map(platform),
  }
  if (constraint.codeHashes.length + constraint.signers.length === 0) {
    throw wrong("it names no enclave: give C:<code hash> or S:<signer hash>")
  }
  if (constraint.signers.length > 0 && constraint.productId === "any") {
    throw wrong("beside S:<signer hash> it needs PROD:<product id>")
  }
  return constraint
}

/** When evidence issued at this second is too old, in seconds since 1970. A month after 31 January is 28 or 29 February. */
export function expiryOf(issuedAt: number, period: Period): number {
  const date = new Date(issuedAt * 1_000)
  const day = date.getUTCDate()
  date.setUTCMonth(date.getUTCMonth() + period.months)
  // The month has no such day, so this is in the next one: the day before its first.
  if (date.getUTCDate() !== day) date.setUTCDate(0)
  return Math.floor(date.getTime() / 1_000) + period.seconds
}

function splitTerms(written: string): { key: string; value: string }[] {
  const seen = new Set<string>()
  const words = written.split(/\s+/).filter((word) => word !== "")
  return words.map((word) => {
    const colon = word.indexOf(":")
    const key = word.slice(0, Math.max(colon, 0))
    if (!keys.has(key)) throw wrong(`'${word}' is none of C: S: PROD: REVOKE: SEC: EXPIRE: PLATFORM:`)
    if (seen.has(key) && !repeatable.has(key)) throw wrong(`${key}: is given twice`)
    seen.add(key)
    return { key, value: word.slice(colon + 1) }
  })
}

function hash(key: string, value: string): string {
  if (!/^[0-9a-fA-F]+$/.test(value) || value.length !== 2 * DIGEST_BYTES) {
    throw wrong(`${key}: takes ${2 * DIGEST_BYTES} hexadecimal digits, not '${value}'`)
  }
  return value.toLowerCase()
}

function uint16(key: string, value: string): number {
  const number = Number(value)
  if (!/^[0-9]{1,5}$/.test(value) || number > 65_535)
    throw wrong(`${key}: takes a number from 0 to 65535, not '${value}'`)
  return number
}

function level(value: string): SecurityLevel {
  const found = securityLevels.find((each) => each === value)
  if (found === undefined) throw wrong(`SEC: takes SECURE, STALE or INSECURE, not '${value}'`)
  return found
}

function platform(value: string): Platform {
  const found = platforms.find((each) => each === value)
  if (found === undefined) throw wrong(`PLATFORM: takes one of ${platforms.join(", ")}, not '${value}'`)
  return found
}

const PERIOD =
  /^P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})S)?)?$/

function period(value: string): Period {
  const parts = PERIOD.exec(value)
  if (parts === null) throw wrong(`EXPIRE: takes an ISO 8601 period such as P7D or P1M, not '${value}'`)
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0))
  return {
    months: years * 12 + months,
    seconds: ((weeks * 7 + days) * 24 + hours) * 3_600 + minutes * 60 + seconds,
  }
}

function wrong(why: string): UserError {
  return new UserError("CONSTRAINT_SYNTAX", `the constraint cannot be used: ${why}`)
}

/** Whether two constraints accept the same enclaves, however they are written. Throws UserError (CONSTRAINT_SYNTAX). */
export function isSameConstraint(one: string, other: string): boolean {
  return canonical(one) === canonical(other)
}

function canonical(written: string): string {
  const { codeHashes, signers, platforms, ...rest } = parseConstraint(written)
  const sorted = platforms === "any" ? platforms : platforms.toSorted()
  return JSON.stringify([codeHashes.toSorted(), signers.toSorted(), sorted, rest])
}
