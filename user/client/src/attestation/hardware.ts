/*
 * Evidence of real TEEs: one entry for each platform, from its quote and what endorses it to what it proves.
 */
import type { Endorsement, EndorsementKind, Quote } from "@event-manager/protocol"
import { AttestationError } from "../errors.ts"
import type { Bytes } from "../webCrypto.ts"
import { launchHash, type Launch } from "./launch.ts"
import { appraiseNitro, verifyNitro } from "./nitro.ts"
import { releaseOfLaunch, verifyRelease, type VerifiedRelease } from "./release.ts"
import { pinnedRoots } from "./pinnedRoots.ts"
import type { Roots } from "./roots.ts"
import { requireEventLog } from "./tdx/eventLog.ts"
import { appraiseSevSnp, verifySevSnp, type SevSnpMinimum } from "./sevSnp.ts"
import { appraiseSgx, verifySgx } from "./sgx.ts"
import { appraiseTdx, verifyTdx } from "./tdx.ts"
import type { Standing, Verdict } from "./verdict.ts"

type HardwareQuote = Exclude<Quote, { kind: "mock" | "simulation" }>

type QuoteOf<Kind extends HardwareQuote["kind"]> = Extract<HardwareQuote, { kind: Kind }>

/** SHA-384; AWS documents other lengths for other digests, and none is in use. */
const PCR_BYTES = 48

interface Proof extends Standing {
  readonly launch: Launch
  readonly reportData: Bytes
  readonly issuedAt: number | undefined
}

interface Circumstances {
  readonly endorsed: ReadonlyMap<EndorsementKind, Bytes>
  readonly release: VerifiedRelease | undefined
  readonly roots: Roots
  readonly at: number
}

/** What a processor's quote proves; `at` is in seconds since 1970. Throws AttestationError. */
export async function verifyHardware(
  quote: HardwareQuote,
  endorsements: readonly Endorsement[],
  roots: Roots = pinnedRoots,
  at: number,
): Promise<Verdict> {
  const endorsed = byKind(endorsements)
  const signed = endorsed.get("release")
  const release = signed === undefined ? undefined : await verifyRelease(signed)
  const { launch, ...proof } = await prove(quote, { endorsed, release, roots, at })
  return {
    ...proof,
    release: release === undefined ? undefined : await releaseOfLaunch(release, launch),
    launch: await launchHash(launch),
  }
}

function prove(quote: HardwareQuote, circumstances: Circumstances): Promise<Proof> {
  switch (quote.kind) {
    case "sev-snp":
      return proveSevSnp(quote, circumstances)
    case "tdx":
      return proveTdx(quote, circumstances)
    case "sgx":
      return proveSgx(quote, circumstances)
    case "nitro":
      return proveNitro(quote, circumstances)
  }
}

/** The privilege level is part of the launch, which the constraint or the release names. */
async function proveSevSnp(quote: QuoteOf<"sev-snp">, { endorsed, release, roots, at }: Circumstances): Promise<Proof> {
  const evidence = { report: quote.report, key: endorsed.get("sev-snp-key"), crl: endorsed.get("sev-snp-crl") }
  const facts = await verifySevSnp(evidence, roots.sevSnp, at)
  const { measurement, vmpl, reportData } = facts.report
  return {
    ...appraiseSevSnp(facts, {
      debug: "insecure",
      migrationAgent: "refuse",
      vmplMax: "any",
      minimumTcb: minimumTcbOf(release),
    }),
    launch: { kind: "sev-snp", measurement: Uint8Array.fromHex(measurement), vmpl },
    reportData: Uint8Array.fromHex(reportData),
    issuedAt: facts.issuedAt,
  }
}

/** A release that demands nothing of any processor's firmware is content with all of them. */
function minimumTcbOf(release: VerifiedRelease | undefined): readonly SevSnpMinimum[] | "any" {
  const minimums = release?.manifest.sevSnpMinimumTcb ?? []
  return minimums.length === 0 ? "any" : minimums.map(({ product, ...tcb }) => ({ product, tcb }))
}

async function proveTdx({ quote, eventLog }: QuoteOf<"tdx">, { endorsed, roots, at }: Circumstances): Promise<Proof> {
  const facts = await verifyTdx({ quote, collateral: endorsed.get("dcap") }, roots.dcap, at)
  const { report } = facts.quote
  if (eventLog.length > 0) await requireEventLog(eventLog, report)
  const { mrTd, rtMr0, rtMr1, rtMr2, rtMr3 } = report
  return {
    ...appraiseTdx(facts, { debug: "insecure", serviceTds: [] }),
    launch: {
      kind: "tdx",
      mrTd: Uint8Array.fromHex(mrTd),
      rtMr0: Uint8Array.fromHex(rtMr0),
      rtMr1: Uint8Array.fromHex(rtMr1),
      rtMr2: Uint8Array.fromHex(rtMr2),
      rtMr3: Uint8Array.fromHex(rtMr3),
    },
    reportData: Uint8Array.fromHex(report.reportData),
    issuedAt: facts.issuedAt,
  }
}

async function proveSgx({ quote }: QuoteOf<"sgx">, { endorsed, roots, at }: Circumstances): Promise<Proof> {
  const facts = await verifySgx({ quote, collateral: endorsed.get("dcap") }, roots.dcap, at)
  const { mrEnclave, reportData } = facts.quote.report
  return {
    ...appraiseSgx(facts, { debug: "insecure" }),
    launch: { kind: "sgx", mrEnclave: Uint8Array.fromHex(mrEnclave) },
    reportData: Uint8Array.fromHex(reportData),
    issuedAt: facts.issuedAt,
  }
}

async function proveNitro({ document }: QuoteOf<"nitro">, { roots, at }: Circumstances): Promise<Proof> {
  const facts = await verifyNitro(document, roots.nitro, at)
  const { pcrs, userData = "" } = facts.document
  const pcr = (index: number): Bytes => measuredPcr(pcrs[index] ?? "0".repeat(2 * PCR_BYTES))
  return {
    ...appraiseNitro(facts, { debug: "insecure" }),
    launch: { kind: "nitro", pcr0: pcr(0), pcr1: pcr(1), pcr2: pcr(2) },
    reportData: Uint8Array.fromHex(userData),
    issuedAt: facts.issuedAt,
  }
}

function measuredPcr(digits: string): Bytes {
  if (digits.length === 2 * PCR_BYTES) return Uint8Array.fromHex(digits)
  throw new AttestationError(
    "EVIDENCE_MALFORMED",
    `a PCR of ${digits.length / 2} bytes, where SHA-384 has ${PCR_BYTES}`,
  )
}

/** Each kind once: which of two the verdict was about could not be told. Throws AttestationError. */
function byKind(endorsements: readonly Endorsement[]): ReadonlyMap<EndorsementKind, Bytes> {
  const found = new Map(endorsements.map(({ kind, bytes }) => [kind, bytes]))
  if (found.size === endorsements.length) return found
  throw new AttestationError("EVIDENCE_MALFORMED", "the host added two endorsements of one kind")
}
