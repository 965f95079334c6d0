import { DecodeError } from "./errors.ts"
import { limits } from "./limits.ts"

declare const brand: unique symbol
/** An exact decimal, in units of 10^-12. */
export type Decimal = bigint & { readonly [brand]: "Decimal" }

const FRACTION_DIGITS = limits.decimalFractionDigitsMax
const UNIT = 10n ** BigInt(FRACTION_DIGITS)
// [0-9], not \d, and no u flag needed: only ASCII digits are digits here.
const SYNTAX = new RegExp(`^-?[0-9]{1,${limits.decimalWholeDigitsMax}}(\\.[0-9]{1,${FRACTION_DIGITS}})?$`)

/** The most characters a decimal has: a sign, the digits, a point. */
export const DECIMAL_BYTES_MAX = 2 + limits.decimalWholeDigitsMax + FRACTION_DIGITS

/**
 * Reads ASCII digits with an optional leading minus and an optional point, at most 30 digits before and 12 after it.
 * Throws DecodeError (DECIMAL_SYNTAX) for all else: signs like `+5`, exponents, other scripts' digits, spaces.
 */
export function parseDecimal(written: string): Decimal {
  if (!SYNTAX.test(written)) throw new DecodeError("DECIMAL_SYNTAX", "not a decimal number")
  const negative = written.startsWith("-")
  const [whole = "", fraction = ""] = written.slice(negative ? 1 : 0).split(".")
  const units = BigInt(whole) * UNIT + BigInt(fraction.padEnd(FRACTION_DIGITS, "0"))
  return (negative ? -units : units) as Decimal
}

/** At most 12 decimals, no trailing zeros, no exponent, no negative zero. */
export function formatDecimal(decimal: Decimal): string {
  const units = decimal < 0n ? -decimal : decimal
  const fraction = (units % UNIT).toString().padStart(FRACTION_DIGITS, "0").replace(/0+$/, "")
  const whole = (units / UNIT).toString()
  return (decimal < 0n ? "-" : "") + whole + (fraction === "" ? "" : `.${fraction}`)
}

/** The mean of one number or more, rounded half to even in the last of 12 decimals (IEEE 754 section 4.3.1). */
export function meanOf(decimals: readonly Decimal[]): Decimal {
  const divisor = BigInt(decimals.length)
  const sum = decimals.reduce<bigint>((total, each) => total + each, 0n)
  // Floor division, so that the remainder is never negative and one comparison with one half decides.
  let quotient = sum / divisor
  if (sum % divisor < 0n) quotient -= 1n
  const twice = 2n * (sum - quotient * divisor)
  const roundUp = twice > divisor || (twice === divisor && quotient % 2n !== 0n)
  return (roundUp ? quotient + 1n : quotient) as Decimal
}
