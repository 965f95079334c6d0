import type { Bytes } from "../../webCrypto.ts"
import type { Roots } from "../roots.ts"

export const formats = ["sev-snp", "tdx", "sgx", "nitro", "event-manager"] as const
export type Format = (typeof formats)[number]

export interface InspectionInput {
  readonly format: Format | "detect"
  readonly bytes: Bytes
  /** For SEV-SNP: the certificate of the key that signed it, as in SevSnpEvidence or in a hypervisor's table, which may also stand behind the report; and AMD's revocation list. */
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
