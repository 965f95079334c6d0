/*
 * Intel TDX: quotes of trust domains, versions 4 and 5.
 */
import { DecodeError } from "@event-manager/protocol"
import { AttestationError } from "../errors.ts"
import type { Bytes } from "../webCrypto.ts"
import { verifyDcap, type DcapEvidence, type Endorsed } from "./dcap/dcap.ts"
import { readQuote, type QuoteFrame, type QuoteParts } from "./dcap/quote.ts"
import { appraiseDcap } from "./dcap/standing.ts"
import { isvLevel, moduleLevel, platformLevel, tcbOf, type Tcb } from "./dcap/tcbLevel.ts"
import { isUnderDebug, readTdReport, reservedAttributes, type TdReport } from "./dcap/tdReport.ts"
import type { DebugPolicy, Standing } from "./verdict.ts"
import type { Certificate } from "./x509/certificate.ts"
import type { NonEmpty } from "./x509/chain.ts"
import { readOr } from "./x509/malformed.ts"

export interface TdxQuote extends QuoteFrame {
  readonly report: TdReport
}

/** What a quote proves, good or bad. */
export interface TdxFacts extends Endorsed {
  readonly quote: TdxQuote
  readonly fmspc: string
  readonly debug: boolean
  readonly tcb: Tcb
}

/** What is demanded of a genuine TD. */
export interface TdxPolicy {
  readonly debug: DebugPolicy
  /** MRSERVICETD of the service TDs that may be bound to it, in lower-case hexadecimal digits. */
  readonly serviceTds: readonly string[] | "any"
}

const ZEROS = /^0*$/

/** Reads every field of a quote; nothing is verified. Throws AttestationError (EVIDENCE_MALFORMED). */
export function readTdxQuote(bytes: Bytes): TdxQuote {
  return quoteOf(readQuote(bytes))
}

function quoteOf({ frame, body, tee }: QuoteParts): TdxQuote {
  return readOr("EVIDENCE_MALFORMED", "the quote", () => {
    if (tee !== "TDX") throw new DecodeError("UNKNOWN_VARIANT", "it is of an SGX enclave, not of a TD")
    return { ...frame, report: readTdReport(body) }
  })
}

/** Proves a quote genuine, by Intel's roots, at a time in seconds since 1970. Throws AttestationError. */
export async function verifyTdx(
  { quote, collateral }: DcapEvidence,
  roots: NonEmpty<Certificate>,
  at: number,
): Promise<TdxFacts> {
  const parts = readQuote(quote)
  const read = quoteOf(parts)
  const { report } = read
  const endorsed = await verifyDcap(parts, collateral, roots, at)
  requireKnownAttributes(report)
  return {
    ...endorsed,
    quote: read,
    fmspc: endorsed.pck.fmspc,
    debug: isUnderDebug(report),
    tcb: tcbOfTd(report, endorsed, read.signature.qeReport.isvSvn),
  }
}

/** A module newer than this verifier may let a TD have what nobody here has weighed. */
function requireKnownAttributes(report: TdReport): void {
  const reserved = reservedAttributes(report)
  if (reserved === 0n) return
  throw new AttestationError("EVIDENCE_MALFORMED", `TDATTRIBUTES has reserved bits set: 0x${reserved.toString(16)}`)
}

/**
 * By TEE_TCB_SVN, what the TD was started on. TDX 1.5 reports in TEE_TCB_SVN2 what runs now, which may be newer; but what
 * an old module let happen to the TD before it was updated stays done.
 */
function tcbOfTd(report: TdReport, { tcbInfo, pck, qeIdentity }: Endorsed, qeSvn: number): Tcb {
  return tcbOf(
    platformLevel(tcbInfo, pck, report.teeTcbSvn),
    moduleLevel(tcbInfo, report),
    isvLevel(qeIdentity.levels, qeSvn),
  )
}

/**
 * How good a genuine TD is. Throws AttestationError (DEBUG_ENABLED, SERVICE_TD, TCB_LEVEL_MISSING, TCB_REVOKED).
 */
export function appraiseTdx(facts: TdxFacts, policy: TdxPolicy): Standing {
  const { report } = facts.quote
  requireServiceTd(report, policy.serviceTds)
  // Where it is clear, the host may take a page away at any moment, and the TD goes on in a handler that few expect.
  const isPageKept = report.tdAttributeFlags.includes("SEPT_VE_DISABLE")
  const concerns = isPageKept
    ? []
    : ["the TD lets its host interrupt it by taking pages away (SEPT_VE_DISABLE is clear)"]
  return appraiseDcap(facts, policy.debug, concerns)
}

/** A bound service TD, of which the only kind migrates TDs, can carry the TD's memory to another machine. */
function requireServiceTd({ mrServiceTd, tdAttributeFlags }: TdReport, serviceTds: TdxPolicy["serviceTds"]): void {
  if (serviceTds === "any") return
  // Reports of TDX 1.0 do not name service TDs, and modules of 1.5 make such reports too, of TDs that can migrate.
  if (mrServiceTd === undefined && tdAttributeFlags.includes("MIGRATABLE")) {
    throw new AttestationError(
      "SERVICE_TD",
      "the TD can be moved elsewhere by a service TD that its quote does not name",
    )
  }
  if (mrServiceTd === undefined || ZEROS.test(mrServiceTd) || serviceTds.includes(mrServiceTd)) return
  throw new AttestationError("SERVICE_TD", `a service TD is bound to the TD that is not expected: ${mrServiceTd}`)
}
