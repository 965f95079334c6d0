/*
 * Real evidence of real processors, published by others, which stands outside the repository: cases.json says when each
 * piece is to be checked, and what a verifier must find.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"

export interface AttestationCase {
  readonly name: string
  readonly format: "sev-snp" | "tdx" | "sgx" | "nitro"
  /** ISO 8601. */
  readonly at: string
  /** Of a policy that accepts what is SECURE, or also STALE; where it is rejected, only one that names why accepts it. */
  readonly verdict: "accept" | "stale" | "reject"
  readonly why?: string
  readonly expect: Readonly<Record<string, unknown>>
  /** Paths of files below the folder, by the format. */
  readonly report?: string
  readonly endorsementKey?: string
  readonly quote?: string
  readonly collateral?: string
  readonly eventLog?: string
  readonly document?: string
}

export interface AttestationVectors {
  readonly folder: string
  readonly cases: readonly AttestationCase[]
  /** The file that a case names. */
  read(path: string): Uint8Array<ArrayBuffer>
}

const FOLDER = join(import.meta.dirname, "../../../shared/vectors/attestation")

/** Why tests of real evidence are skipped where `attestationVectors` answers undefined. */
export const NO_VECTORS = `no real evidence to test with: ${FOLDER} is absent`

/** What stands in the folder, or undefined where there is none. */
export function attestationVectors(folder: string = FOLDER): AttestationVectors | undefined {
  const list = join(folder, "cases.json")
  if (!existsSync(list)) return undefined
  const { cases } = JSON.parse(readFileSync(list, "utf8")) as { cases: AttestationCase[] }
  return { folder, cases, read: (path) => new Uint8Array(readFileSync(join(folder, path))) }
}

/** The seconds since 1970 at which a case is to be checked. */
export function secondsOf({ at }: AttestationCase): number {
  return Date.parse(at) / 1_000
}
