import { AttestationError } from "../../errors.ts"
import { readPckIdentity, type PckIdentity } from "../dcap/pckCertificate.ts"
import { readQuote } from "../dcap/quote.ts"
import type { Tcb } from "../dcap/tcbLevel.ts"
import { isUnderDebug } from "../dcap/tdReport.ts"
import { readEventLog, requireEventLog } from "../tdx/eventLog.ts"
import type { InspectionInput } from "./input.ts"
import { appraiseSgx, readSgxQuote, verifySgx } from "../sgx.ts"
import { appraiseTdx, readTdxQuote, verifyTdx } from "../tdx.ts"
import type { Certificate } from "../x509/certificate.ts"
import { readPemChain } from "../x509/pem.ts"
import { certificateFields, ifReadable } from "./certificates.ts"
import { dated } from "./plain.ts"
import type { Proof, Reading } from "./reading.ts"

export async function readDcapEvidence(input: InspectionInput, format: "tdx" | "sgx"): Promise<Reading> {
  const { pckChain } = readQuote(input.bytes)
  const chain = pckChainOf(pckChain)
  const shared = {
    facts: { fmspc: chain?.pck.fmspc },
    fields: chain === undefined ? {} : { pckCertificates: chain.certificates.map(certificateFields), pck: chain.pck },
  }
  return format === "tdx" ? readTd(input, shared) : readEnclave(input, shared)
}

type Shared = Pick<Reading, "facts" | "fields">

function readTd({ bytes, collateral, eventLog, roots, at }: InspectionInput, shared: Shared): Reading {
  const { header, report, signature, trailing } = readTdxQuote(bytes)
  const { mrTd: measurement, reportData, rtMr0, rtMr1, rtMr2, rtMr3 } = report
  const debug = isUnderDebug(report)
  const events = eventLog === undefined ? {} : { eventLog: ifReadable(() => readEventLog(eventLog)) }
  return {
    facts: {
      ...shared.facts,
      measurement,
      rtmrs: [rtMr0, rtMr1, rtMr2, rtMr3],
      reportData,
      version: header.version,
      debug,
    },
    fields: { header, report, signature, trailingBytes: trailing.length / 2, ...shared.fields, ...events },
    async prove() {
      const facts = await verifyTdx({ quote: bytes, collateral }, roots.dcap, at)
      if (eventLog !== undefined) await requireEventLog(eventLog, report)
      return proofOf(facts, () => appraiseTdx(facts, { debug: "refuse", serviceTds: [] }))
    },
  }
}

function readEnclave({ bytes, collateral, roots, at }: InspectionInput, shared: Shared): Reading {
  const { header, report, signature, trailing } = readSgxQuote(bytes)
  const { mrEnclave: measurement, mrSigner, isvProdId, isvSvn, reportData } = report
  const debug = report.attributeFlags.includes("DEBUG")
  return {
    facts: { ...shared.facts, measurement, mrSigner, isvProdId, isvSvn, reportData, version: header.version, debug },
    fields: { header, report, signature, trailingBytes: trailing.length / 2, ...shared.fields },
    async prove() {
      const facts = await verifySgx({ quote: bytes, collateral }, roots.dcap, at)
      return proofOf(facts, () => appraiseSgx(facts, { debug: "refuse" }))
    },
  }
}

interface Endorsed {
  readonly tcb: Tcb
  readonly issuedAt: number
  readonly tcbInfo: object
  readonly qeIdentity: object
}

function proofOf({ tcb, issuedAt, tcbInfo, qeIdentity }: Endorsed, appraise: Proof["appraise"]): Proof {
  const { level, advisories, ...statuses } = tcb
  const tcbStatus = { ...statuses, ...(advisories.length === 0 ? {} : { advisories: advisories.join(",") }) }
  return {
    facts: { tcbStatus, tcbLevel: level, issuedAt: dated(issuedAt) },
    fields: { tcbInfo: withDates(tcbInfo), qeIdentity: withDates(qeIdentity) },
    appraise,
  }
}

const DATES: ReadonlySet<string> = new Set(["issueDate", "nextUpdate", "tcbDate"])

/** What Intel says, with its dates as people read them. */
function withDates(said: object): object {
  return Object.fromEntries(
    Object.entries(said).map(([name, value]: [string, unknown]) => [name, readable(name, value)]),
  )
}

function readable(name: string, value: unknown): unknown {
  if (DATES.has(name) && typeof value === "number") return dated(value)
  if (Array.isArray(value)) return value.map((item: unknown) => readable("", item))
  return typeof value === "object" && value !== null ? withDates(value) : value
}

/** As the quote has them, trusted or not; undefined where it has none, or they cannot even be read. */
function pckChainOf(pem: string | undefined): { certificates: readonly Certificate[]; pck: PckIdentity } | undefined {
  if (pem === undefined) return undefined
  try {
    const certificates = readPemChain(pem)
    return { certificates, pck: readPckIdentity(certificates[0]) }
  } catch (error) {
    if (error instanceof AttestationError) return undefined
    throw error
  }
}
