/*
 * Evidence that differs from a good one in one respect.
 */
import {
  decode,
  encode,
  evidenceCodec,
  statementCodec,
  type Evidence,
  type Report,
  type Statement,
} from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { createHash } from "node:crypto"

type Bytes = Uint8Array<ArrayBuffer>

/** Evidence of mock or simulation, where the host's own machine makes the report. */
type Reported = Evidence & { readonly quote: Extract<Evidence["quote"], { readonly report: Report }> }

export function read(evidence: Uint8Array): Reported {
  const { quote, ...others } = decode(evidenceCodec, evidence)
  assert.ok(quote.kind === "mock" || quote.kind === "simulation")
  return { ...others, quote }
}

/** With another statement, and a report that is about it: what a host may put together where nobody signs. */
export function restated(evidence: Uint8Array, change: Partial<Statement>): Bytes {
  const { statement, quote, endorsements } = read(evidence)
  const restated = encode(statementCodec, { ...decode(statementCodec, statement), ...change })
  const reportData = new Uint8Array(createHash("sha512").update(restated).digest())
  const about = { ...quote, report: { ...quote.report, reportData } }
  return encode(evidenceCodec, { statement: restated, quote: about, endorsements })
}

/** With another report; a signature stays as it was. */
export function reported(evidence: Uint8Array, change: Partial<Report>): Bytes {
  const { quote, ...others } = read(evidence)
  return encode(evidenceCodec, { ...others, quote: { ...quote, report: { ...quote.report, ...change } } })
}

/** With a mail key that is no ML-KEM key: its coefficients are out of range (FIPS 203 section 7.2). */
export function keyless(evidence: Uint8Array): Bytes {
  const { mailKey } = decode(statementCodec, read(evidence).statement)
  return restated(evidence, { mailKey: new Uint8Array(mailKey.length).fill(255) })
}
