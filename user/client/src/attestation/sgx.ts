/*
 * Intel SGX: quotes of enclaves, version 3, and versions 4 and 5 with an enclave's report.
 */
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../webCrypto.ts"
import { verifyDcap, type DcapEvidence, type Endorsed } from "./dcap/dcap.ts"
import { readQuote, type QuoteFrame, type QuoteParts } from "./dcap/quote.ts"
import { readSgxReport, type SgxReport } from "./dcap/sgxReport.ts"
import { appraiseDcap } from "./dcap/standing.ts"
import { isvLevel, platformLevel, tcbOf, type Tcb } from "./dcap/tcbLevel.ts"
import type { DebugPolicy, Standing } from "./verdict.ts"
import type { Certificate } from "./x509/certificate.ts"
import type { NonEmpty } from "./x509/chain.ts"
import { readOr } from "./x509/malformed.ts"

export interface SgxQuote extends QuoteFrame {
  readonly report: SgxReport
}

/** What a quote proves, good or bad. */
export interface SgxFacts extends Endorsed {
  readonly quote: SgxQuote
  readonly fmspc: string
  readonly debug: boolean
  readonly tcb: Tcb
}

/** What is demanded of a genuine enclave. */
export interface SgxPolicy {
  readonly debug: DebugPolicy
}

/** Reads every field of a quote; nothing is verified. Throws AttestationError (EVIDENCE_MALFORMED). */
export function readSgxQuote(bytes: Bytes): SgxQuote {
  return quoteOf(readQuote(bytes))
}

function quoteOf({ frame, body, tee }: QuoteParts): SgxQuote {
  return readOr("EVIDENCE_MALFORMED", "the quote", () => {
    if (tee !== "SGX") throw new DecodeError("UNKNOWN_VARIANT", "it is of a TD, not of an SGX enclave")
    return { ...frame, report: readSgxReport(body) }
  })
}

/** Proves a quote genuine, by Intel's roots, at a time in seconds since 1970. Throws AttestationError. */
export async function verifySgx(
  { quote, collateral }: DcapEvidence,
  roots: NonEmpty<Certificate>,
  at: number,
): Promise<SgxFacts> {
  const parts = readQuote(quote)
  const read = quoteOf(parts)
  const endorsed = await verifyDcap(parts, collateral, roots, at)
  const { pck, tcbInfo, qeIdentity } = endorsed
  return {
    ...endorsed,
    quote: read,
    fmspc: pck.fmspc,
    debug: read.report.attributeFlags.includes("DEBUG"),
    tcb: tcbOf(
      platformLevel(tcbInfo, pck, undefined),
      undefined,
      isvLevel(qeIdentity.levels, read.signature.qeReport.isvSvn),
    ),
  }
}

/** How good a genuine enclave is. Throws AttestationError (DEBUG_ENABLED, TCB_LEVEL_MISSING, TCB_REVOKED). */
export function appraiseSgx(facts: SgxFacts, policy: SgxPolicy): Standing {
  return appraiseDcap(facts, policy.debug, [])
}
