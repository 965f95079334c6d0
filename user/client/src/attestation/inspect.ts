/*
 * Shows a piece of evidence: every field, read as it stands, and then whether it holds. What cannot be proved is shown all
 * the same, so that whoever is refused can see why.
 */
import { AttestationError } from "../errors.ts"
import { binaryOf } from "./inspect/binary.ts"
import { detectFormat } from "./inspect/formatOf.ts"
import { readDcapEvidence } from "./inspect/dcap.ts"
import type { Format, InspectionInput } from "./inspect/input.ts"
import { readNitroEvidence } from "./inspect/nitro.ts"
import { readOwnEvidence } from "./inspect/own.ts"
import { plain } from "./inspect/plain.ts"
import type { Reading } from "./inspect/reading.ts"
import { readSevSnpEvidence } from "./inspect/sevSnp.ts"
import type { Standing } from "./verdict.ts"

/** Names and values that JSON can hold. */
type Shown = Readonly<Record<string, unknown>>

export interface Inspection {
  readonly format: Format
  /** What matters most, under the same names for all formats. */
  readonly facts: Shown
  /** Everything. */
  readonly fields: Shown
  readonly outcome:
    | ({ readonly verdict: "accept" | "stale" } & Standing)
    | { readonly verdict: "reject"; readonly code: AttestationError["code"]; readonly message: string }
}

const readers: Readonly<Record<Format, (input: InspectionInput) => Promise<Reading>>> = {
  "sev-snp": readSevSnpEvidence,
  tdx: (input) => readDcapEvidence(input, "tdx"),
  sgx: (input) => readDcapEvidence(input, "sgx"),
  nitro: readNitroEvidence,
  "event-manager": readOwnEvidence,
}

/** Never rejects for anything in the evidence: whatever is wrong with it is the outcome. */
export async function inspectEvidence(input: InspectionInput): Promise<Inspection> {
  const evidence = { ...input, bytes: binaryOf(input.bytes) }
  const format = evidence.format === "detect" ? detectFormat(evidence.bytes) : evidence.format
  let facts: Shown = {}
  let fields: Shown = {}
  try {
    const reading = await readers[format](evidence)
    facts = plain(reading.facts)
    fields = plain(reading.fields)
    const proof = await reading.prove()
    facts = { ...facts, ...plain(proof.facts) }
    fields = { ...fields, ...plain(proof.fields) }
    return { format, facts, fields, outcome: accepted(proof.appraise()) }
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error
    const { code, message } = error
    return { format, facts, fields, outcome: { verdict: "reject", code, message } }
  }
}

function accepted(standing: Standing): Inspection["outcome"] {
  if (standing.level === "INSECURE") throw new AttestationError("SECURITY_TOO_LOW", standing.reasons.join("; "))
  return { verdict: standing.level === "SECURE" ? "accept" : "stale", ...standing }
}
