import { readCertificate, type Certificate } from "./x509/certificate.ts"
import type { NonEmpty } from "./x509/chain.ts"

export const sevSnpProducts = ["milan", "genoa", "turin"] as const
export type SevSnpProduct = (typeof sevSnpProducts)[number]

/** What AMD pins for one line of processors. */
export interface SevSnpRoot {
  readonly product: SevSnpProduct
  /** The root, and what it issues: who issues keys of chips (VCEK), and of clouds (VLEK). */
  readonly ark: Certificate
  readonly ask: Certificate
  readonly asvk: Certificate
}

/** Whom evidence must lead to. Compiled in; only tests put their own in place of these. */
export interface Roots {
  readonly sevSnp: NonEmpty<SevSnpRoot>
  readonly dcap: NonEmpty<Certificate>
  readonly nitro: NonEmpty<Certificate>
}

/** Of one DER certificate in base64, as roots are written down. */
export function rootOf(base64: string): Certificate {
  return readCertificate(Uint8Array.fromBase64(base64))
}
