/*
 * AMD SEV-SNP: a processor reports on a virtual machine, with a key that AMD certifies for the chip (VCEK) or for a
 * cloud (VLEK) at one TCB version.
 */
import { AttestationError } from "../errors.ts"
import type { Bytes } from "../webCrypto.ts"
import type { SevSnpProduct, SevSnpRoot } from "./roots.ts"
import { productNames, readSevSnpKey, type SevSnpKeyInfo } from "./sevSnp/key.ts"
import {
  isZero,
  readSevSnpReport,
  SEV_SNP_SIGNED_BYTES,
  TURIN_CHIP_ID_BYTES,
  type SevSnpReport,
} from "./sevSnp/report.ts"
import { belowTcb, layoutOfProduct, type SevSnpTcb } from "./sevSnp/tcb.ts"
import type { DebugPolicy, Standing } from "./verdict.ts"
import type { Certificate } from "./x509/certificate.ts"
import { verifyChain, type NonEmpty } from "./x509/chain.ts"
import { readRevocationList, requireNotRevoked, verifyRevocationList } from "./x509/crl.ts"
import { readCertificateFile } from "./x509/pem.ts"
import { verifyEcdsa } from "./x509/signature.ts"

export interface SevSnpEvidence {
  readonly report: Bytes
  /** The certificate of the key that signed it, in DER or PEM; in PEM, those of AMD's that stand above it may follow. */
  readonly key: Bytes | undefined
  /** AMD's revocation list for the product, in DER. */
  readonly crl: Bytes | undefined
}

export interface SevSnpFacts {
  readonly report: SevSnpReport
  readonly product: SevSnpProduct
  readonly signer: "VCEK" | "VLEK"
  readonly key: SevSnpKeyInfo
  /** Seconds since 1970: of the revocation list. A report bears no date. */
  readonly issuedAt: number | undefined
}

export interface SevSnpMinimum {
  readonly product: SevSnpProduct
  /** Components that are left out may be any. */
  readonly tcb: SevSnpTcb
}

export interface SevSnpPolicy {
  readonly debug: DebugPolicy
  /** Of a guest whose state a migration agent may take to another machine. */
  readonly migrationAgent: "refuse" | "any"
  /** The least privileged level that may report, 0 to 3. */
  readonly vmplMax: number | "any"
  readonly minimumTcb: readonly SevSnpMinimum[] | "any"
}

/**
 * Proves that one of AMD's processors made this report; `at` is in seconds since 1970. Throws AttestationError
 * (EVIDENCE_MALFORMED, ENDORSEMENT_MISSING, PRODUCT_MISMATCH, SIGNING_KEY_MISMATCH, CHIP_MISMATCH, TCB_MISMATCH,
 * SIGNATURE_INVALID, and those of certificates and revocation lists).
 */
export async function verifySevSnp(
  evidence: SevSnpEvidence,
  roots: NonEmpty<SevSnpRoot>,
  at: number,
): Promise<SevSnpFacts> {
  const report = readSevSnpReport(evidence.report)
  if (evidence.key === undefined) {
    throw new AttestationError(
      "ENDORSEMENT_MISSING",
      "the certificate of the processor's key (VCEK or VLEK) is missing",
    )
  }
  const [certificate, ...above] = readCertificateFile(evidence.key)
  const { root, signer, issuer } = issuerOf(certificate, roots)
  requirePinned(above, [issuer, root.ark])
  await verifyChain([certificate, issuer], [root.ark], at)
  const issuedAt = evidence.crl === undefined ? undefined : await verifyCrl(evidence.crl, root, issuer, at)
  const key = readSevSnpKey(certificate, layoutOfProduct[root.product])
  requireProduct(report, key, root.product)
  requireSigner(report, key, signer)
  if (signer === "VCEK") requireChip(report, key)
  requireTcb(report, key)
  await requireSignature(evidence.report, report, certificate)
  return { report, product: root.product, signer, key, issuedAt }
}

interface Issuer {
  readonly root: SevSnpRoot
  readonly signer: "VCEK" | "VLEK"
  readonly issuer: Certificate
}

/** The ASK issues VCEKs, the ASVK issues VLEKs (57230 chapter 3). */
function issuerOf(certificate: Certificate, roots: NonEmpty<SevSnpRoot>): Issuer {
  for (const root of roots) {
    if (certificate.issuer === root.ask.subject) return { root, signer: "VCEK", issuer: root.ask }
    if (certificate.issuer === root.asvk.subject) return { root, signer: "VLEK", issuer: root.asvk }
  }
  throw new AttestationError("CHAIN_UNTRUSTED", "the processor's key is certified by none of AMD's authorities")
}

/** Clouds hand the key's certificate out with the two above it: nothing is learned of them, for they are pinned here. */
function requirePinned(above: readonly Certificate[], pinned: readonly Certificate[]): void {
  if (above.every(({ der }, at) => der.toHex() === pinned[at]?.der.toHex())) return
  throw new AttestationError(
    "CHAIN_UNTRUSTED",
    "what follows the certificate of the processor's key is not the chain of AMD's that stands above it",
  )
}

/** The date of the list, which the ARK issues, and which therefore speaks of ASK and ASVK alone. */
async function verifyCrl(der: Bytes, { ark }: SevSnpRoot, issuer: Certificate, at: number): Promise<number> {
  const list = readRevocationList(der)
  await verifyRevocationList(list, ark, at)
  requireNotRevoked(issuer, list)
  return list.thisUpdate
}

function requireProduct(report: SevSnpReport, key: SevSnpKeyInfo, product: SevSnpProduct): void {
  const [name = ""] = key.productName.split("-")
  // From version 3 the report names its processor; before, no more can be told than how long its chip id is.
  const isProduct = report.cpuidFamId === undefined || report.product === product
  if (isProduct && report.tcbLayout === layoutOfProduct[product] && productNames[product].includes(name)) return
  throw new AttestationError(
    "PRODUCT_MISMATCH",
    `the report is of ${report.product ?? "an unnamed processor"}, its key's certificate of ${product}; the host must fetch that of its processor`,
  )
}

/** SIGNING_KEY (56860 section 7.3) against who issued the certificate, and what it is about (57230 chapter 3). */
function requireSigner(report: SevSnpReport, key: SevSnpKeyInfo, signer: "VCEK" | "VLEK"): void {
  const isOfChip = key.hwId !== undefined && key.cspId === undefined
  const isOfCloud = key.cspId !== undefined && key.hwId === undefined
  if (report.signingKey === signer && (signer === "VCEK" ? isOfChip : isOfCloud)) return
  throw new AttestationError(
    "SIGNING_KEY_MISMATCH",
    `the report says that it is signed with ${report.signingKey}, and comes with a certificate of ${signer}`,
  )
}

function requireChip({ chipId, maskChipKey, tcbLayout }: SevSnpReport, { hwId }: SevSnpKeyInfo): void {
  const digits = tcbLayout === "turin" ? 2 * TURIN_CHIP_ID_BYTES : chipId.length
  const isSame = chipId.slice(0, digits) === hwId && isZero(chipId.slice(digits))
  // Where the host masks the chip (MASK_CHIP_ID, MASK_CHIP_KEY) nothing ties the report to the certificate.
  if (isSame && !isZero(chipId) && !maskChipKey) return
  throw new AttestationError("CHIP_MISMATCH", "the certificate is of another chip than the one that reports, or masked")
}

/**
 * The key is derived from the TCB version that is reported, so the certificate's is the same to the last component.
 * What is reported and what firmware may no longer be rolled back to (SNP_CONFIG and SNP_COMMIT, 56860 chapter 8) are
 * at most what runs. LAUNCH_TCB may be above: a migrated guest brings its own along, and provisional firmware that
 * was not committed may have been taken back.
 */
function requireTcb({ reportedTcb, committedTcb, currentTcb }: SevSnpReport, { tcb }: SevSnpKeyInfo): void {
  const wrong = [
    ...belowTcb(reportedTcb, tcb).map((component) => `its ${component} of the certificate`),
    ...belowTcb(tcb, reportedTcb).map((component) => `the certificate's ${component} of the report`),
    ...belowTcb(currentTcb, reportedTcb).map((component) => `its current ${component} that is reported`),
    ...belowTcb(currentTcb, committedTcb).map((component) => `its current ${component} that is committed`),
  ]
  if (wrong.length === 0) return
  throw new AttestationError("TCB_MISMATCH", `the report's TCB version is not the certificate's: ${wrong.join("; ")}`)
}

async function requireSignature(
  bytes: Bytes,
  { signatureR, signatureS }: SevSnpReport,
  { publicKey }: Certificate,
): Promise<void> {
  const signature = Uint8Array.fromHex(signatureR + signatureS)
  const signed = bytes.subarray(0, SEV_SNP_SIGNED_BYTES)
  if (publicKey.kind === "P-384" && (await verifyEcdsa(publicKey, signed, signature))) return
  throw new AttestationError("SIGNATURE_INVALID", "the signature of the SEV-SNP report is wrong")
}

/** Judges a genuine report. Throws AttestationError (DEBUG_ENABLED, MIGRATION_AGENT, VMPL_NOT_ACCEPTED). */
export function appraiseSevSnp(facts: SevSnpFacts, policy: SevSnpPolicy): Standing {
  const { policy: guest, vmpl } = facts.report
  if (guest.debug && policy.debug === "refuse") {
    throw new AttestationError("DEBUG_ENABLED", "the guest's policy lets the host read its memory (DEBUG)")
  }
  if (guest.migrateMa && policy.migrationAgent === "refuse") {
    throw new AttestationError(
      "MIGRATION_AGENT",
      "the guest's policy lets a migration agent take its state (MIGRATE_MA)",
    )
  }
  if (policy.vmplMax !== "any" && vmpl > policy.vmplMax) {
    throw new AttestationError(
      "VMPL_NOT_ACCEPTED",
      `it reports from VMPL ${vmpl}; at most ${policy.vmplMax} is accepted`,
    )
  }
  const stale = policy.minimumTcb === "any" ? [] : staleReasons(facts, policy.minimumTcb)
  if (!guest.debug) return { level: stale.length === 0 ? "SECURE" : "STALE", reasons: stale, advisories: [] }
  const debug = "debug mode: the guest's policy lets the host read everything"
  return { level: "INSECURE", reasons: [debug, ...stale], advisories: [] }
}

/** Both what is reported now and what measured the guest at its launch must be recent enough. */
function staleReasons({ product, report }: SevSnpFacts, minima: readonly SevSnpMinimum[]): string[] {
  const applicable = minima.filter((minimum) => minimum.product === product)
  if (applicable.length === 0) return [`no minimum TCB version is given for ${product}`]
  return applicable.flatMap(({ tcb }) => [
    ...belowTcb(report.reportedTcb, tcb).map((below) => `the reported TCB's ${below}`),
    ...belowTcb(report.launchTcb, tcb).map((below) => `the launch TCB's ${below}`),
  ])
}
