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
import { createHash } from "node:crypto"

type Bytes = Uint8Array<ArrayBuffer>

export function read(evidence: Uint8Array): Evidence {
  return decode(evidenceCodec, evidence)
}

/** With another statement, and a report that is about it: what a host may put together where nobody signs. */
export function restated(evidence: Uint8Array, change: Partial<Statement>): Bytes {
  const { statement, quote } = read(evidence)
  const restated = encode(statementCodec, { ...decode(statementCodec, statement), ...change })
  const reportData = new Uint8Array(createHash("sha512").update(restated).digest())
  return encode(evidenceCodec, { statement: restated, quote: { ...quote, report: { ...quote.report, reportData } } })
}

/** With another report; a signature stays as it was. */
export function reported(evidence: Uint8Array, change: Partial<Report>): Bytes {
  const { statement, quote } = read(evidence)
  return encode(evidenceCodec, { statement, quote: { ...quote, report: { ...quote.report, ...change } } })
}

/** With a mail key that is no ML-KEM key: its coefficients are out of range (FIPS 203 section 7.2). */
export function keyless(evidence: Uint8Array): Bytes {
  const { mailKey } = decode(statementCodec, read(evidence).statement)
  return restated(evidence, { mailKey: new Uint8Array(mailKey.length).fill(255) })
}
