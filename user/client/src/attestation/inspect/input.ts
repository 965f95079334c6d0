import type { Bytes } from "../../webCrypto.ts"
import type { Roots } from "../roots.ts"

export const formats = ["sev-snp", "tdx", "sgx", "nitro", "event-manager"] as const
export type Format = (typeof formats)[number]

export interface InspectionInput {
  readonly format: Format | "detect"
  /** As the processor gave it, or in hexadecimal digits or base64. */
  readonly bytes: Bytes
  /** For SEV-SNP: the certificate of the key that signed it, in DER or PEM; and AMD's revocation list. */
  readonly endorsement: Bytes | undefined
  readonly crl: Bytes | undefined
  /** For TDX and SGX: Intel's collateral, in JSON. */
  readonly collateral: Bytes | undefined
  /** For TDX. */
  readonly eventLog: Bytes | undefined
  /** Seconds since 1970. */
  readonly at: number
  readonly roots: Roots
}
