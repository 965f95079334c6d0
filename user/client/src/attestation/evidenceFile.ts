import { readArmor, writeArmor } from "../armor.ts"
import type { Bytes } from "../webCrypto.ts"

const EVIDENCE = "EVENT MANAGER EVIDENCE"

/** Evidence as text, to be kept or sent. */
export function writeEvidence(evidence: Uint8Array): string {
  return writeArmor(EVIDENCE, evidence)
}

/** Throws DecodeError (ARMOR). */
export function readEvidence(text: string): Bytes {
  return readArmor(EVIDENCE, text)
}
