import type { SecurityLevel } from "../constraint.ts"

/** How good genuine evidence is. */
export interface Standing {
  readonly level: SecurityLevel
  /** In words, why it is no better than that; empty where it is SECURE. */
  readonly reasons: readonly string[]
  /** The makers' advisories that apply, such as INTEL-SA-00615. */
  readonly advisories: readonly string[]
}

/** Which code runs, by the word of whoever signs for it. */
export interface Release {
  /** SHA-256 of the enclave's bundle, and of the signer's raw public key; lower-case hexadecimal. */
  readonly codeHash: string
  readonly signer: string
  readonly productId: number
  readonly revocationLevel: number
}

/** What a platform's quote proves. */
export interface Verdict extends Standing {
  /** What the enclave had its platform vouch for: 64 bytes. */
  readonly reportData: Uint8Array
  /** When the evidence, or the oldest word on its platform, was dated; undefined where nothing in it has a date. */
  readonly issuedAt: number | undefined
  /** Undefined where a processor reports, and no release manifest says which code its measurement is. */
  readonly release: Release | undefined
  /** SHA-256 over platform and launch measurements, lower-case hexadecimal; undefined where no processor measures. */
  readonly launch: string | undefined
}

/**
 * What is demanded of genuine evidence on every platform: whether a TEE whose owner may look inside is refused
 * (DEBUG_ENABLED), or is INSECURE.
 */
export type DebugPolicy = "refuse" | "insecure"
