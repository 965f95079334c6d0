/** Why something is no vehicle identification number. */
export type VinFault = "VIN_LENGTH" | "VIN_LETTERS" | "VIN_CHECK_DIGIT"

/** ISO 3779: capital letters but I, O and Q, and digits. */
const LETTERS = /^[A-HJ-NPR-Z0-9]*$/
const VIN_LETTERS = 17

/** 49 CFR 565.15, table IV: what each letter counts as; a digit counts as itself. */
const VALUES = new Map(
  [..."ABCDEFGHJKLMNPRSTUVWXYZ"].map((letter, i) => [letter, Number("12345678123457923456789"[i])]),
)
/** Table V: what each place is multiplied by; the check digit, at the ninth, by nothing. */
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
const CHECK_PLACE = 8
const DIVISOR = 11

/** Holds capital letters and digits against ISO 3779 and the check digit of 49 CFR 565.15 (c). */
export function vinFault(vin: string): VinFault | undefined {
  if (!LETTERS.test(vin)) return "VIN_LETTERS"
  if (vin.length !== VIN_LETTERS) return "VIN_LENGTH"
  let sum = 0
  for (const [place, weight] of WEIGHTS.entries()) sum += weight * valueOf(vin.charAt(place))
  const rest = sum % DIVISOR
  return vin.charAt(CHECK_PLACE) === (rest === 10 ? "X" : String(rest)) ? undefined : "VIN_CHECK_DIGIT"
}

function valueOf(letter: string): number {
  return VALUES.get(letter) ?? Number(letter)
}
