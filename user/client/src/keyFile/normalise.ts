import { vinFault, type VinFault } from "./vin.ts"

/** Why a text is no key, once it is in its normal form. */
export type KeyFault = VinFault | "EMAIL"

interface Normaliser {
  readonly meaning: string
  /** The text as its owner would have written it with care. */
  apply(text: string): string
  faultOf(text: string): KeyFault | undefined
}

const sound = (): undefined => undefined
const trim = (text: string): string => text.trim()
const upper = (text: string): string => text.trim().toUpperCase()
const lower = (text: string): string => text.trim().toLowerCase()

/** Ways in which texts that are meant to be the same key become it. The comparison itself is in NFC always. */
export const normalisers = {
  none: { meaning: "as it stands", apply: (text: string) => text, faultOf: sound },
  trim: { meaning: "without white space around it", apply: trim, faultOf: sound },
  upper: { meaning: "trimmed, in capitals", apply: upper, faultOf: sound },
  vin: { meaning: "trimmed, in capitals, and a vehicle identification number", apply: upper, faultOf: vinFault },
  email: { meaning: "trimmed, in small letters, and an e-mail address", apply: lower, faultOf: emailFault },
} as const satisfies Record<string, Normaliser>

export type Normalisation = keyof typeof normalisers

export const normalisations = ["none", "trim", "upper", "vin", "email"] as const satisfies readonly Normalisation[]

function emailFault(text: string): "EMAIL" | undefined {
  return /^[^@\s]+@[^@\s]+$/u.test(text) ? undefined : "EMAIL"
}
