/*
 * What SGX and TDX have in common: from a quote over the quoting enclave and the processor's certificate to Intel's
 * root, and to Intel's word on how far both can be trusted (Intel SGX and TDX DCAP Quote Verification).
 */
import { AttestationError } from "../../errors.ts"
import { sha256, type Bytes } from "../../webCrypto.ts"
import type { Certificate } from "../x509/certificate.ts"
import { verifyChain, type NonEmpty } from "../x509/chain.ts"
import { requireNotRevoked, verifyRevocationList, type RevocationList } from "../x509/crl.ts"
import { readPemChain } from "../x509/pem.ts"
import { verifyEcdsa } from "../x509/signature.ts"
import { readCollateral, type Collateral, type SignedText } from "./collateral.ts"
import { commonName, readPckIdentity, type PckIdentity } from "./pckCertificate.ts"
import { readQeIdentity, requireIdentity, type QeIdentity } from "./qeIdentity.ts"
import type { QuoteParts } from "./quote.ts"
import { readTcbInfo, type TcbInfo } from "./tcbInfo.ts"

/** A quote, and Intel's collateral for its processor, where somebody has brought it. */
export interface DcapEvidence {
  readonly quote: Bytes
  /** JSON in UTF-8. */
  readonly collateral: Bytes | undefined
}

/** What is proved of the platform behind a quote. */
export interface Endorsed {
  readonly pck: PckIdentity
  readonly tcbInfo: TcbInfo
  readonly qeIdentity: QeIdentity
  /** The earliest date of what Intel says of the processor, in seconds since 1970: a quote has none. */
  readonly issuedAt: number
}

interface PckChain {
  readonly pck: Certificate
  readonly issuer: Certificate
  readonly root: Certificate
}

/** Common names in Intel's hierarchy (Intel SGX PCK Certificate and CRL Profile Specification, section 1.3). */
const PCK_CERTIFICATE = "Intel SGX PCK Certificate"
const pckIssuers = ["Intel SGX PCK Platform CA", "Intel SGX PCK Processor CA"]
const TCB_SIGNING = "Intel SGX TCB Signing"

/** SubjectPublicKeyInfo of a P-256 key (RFC 5480 section 2), up to x and y. */
const P256_PREFIX = Uint8Array.fromHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")

/**
 * Proves a quote to be a genuine processor's; `at` is in seconds since 1970. What the platform's security versions
 * amount to is for the caller to find. Throws AttestationError.
 */
export async function verifyDcap(
  quote: QuoteParts,
  collateral: Bytes | undefined,
  roots: NonEmpty<Certificate>,
  at: number,
): Promise<Endorsed> {
  const chain = await verifyPckChain(quote.pckChain ?? pckChainIn(collateral), roots, at)
  await verifyQuoteSignatures(quote, chain.pck)
  const endorsements = readCollateral(collateral)
  await verifyRevocationList(endorsements.rootCaCrl, chain.root, at)
  const pck = readPckIdentity(chain.pck)
  const tcbInfo = await verifyTcbInfo(endorsements, chain.root, at)
  requireSameProcessor(tcbInfo, pck, quote.tee)
  const qeIdentity = await verifyQeIdentity(endorsements, chain.root, at)
  requireIdentity(quote.frame.signature.qeReport, qeIdentity, quote.tee)
  await requireChainNotRevoked(endorsements, chain, at)
  // Intel renews the root's list once a year, and what it says of the processor once a month.
  const issuedAt = Math.min(tcbInfo.issueDate, qeIdentity.issueDate, endorsements.pckCrl.thisUpdate)
  return { pck, tcbInfo, qeIdentity, issuedAt }
}

/** Of a quote that only names its processor; it is the processor's where it has signed the quoting enclave's report. */
function pckChainIn(collateral: Bytes | undefined): string {
  const { pckChain } = readCollateral(collateral)
  if (pckChain !== undefined) return pckChain
  throw new AttestationError(
    "ENDORSEMENT_MISSING",
    "the quote does not carry its processor's PCK certificate, and the collateral lacks pck_certificate_chain",
  )
}

/** The chain must be exactly the certificate, its issuer, which is one of two, and the root. */
async function verifyPckChain(text: string, roots: NonEmpty<Certificate>, at: number): Promise<PckChain> {
  const [pck, issuer, root, extra] = await verifyChain(readPemChain(text), roots, at)
  if (pck === undefined || issuer === undefined || root === undefined || extra !== undefined) {
    throw untrusted("a PCK certificate's chain has three certificates")
  }
  requireRole(pck, [PCK_CERTIFICATE])
  requireRole(issuer, pckIssuers)
  return { pck, issuer, root }
}

/**
 * Everybody below the root has a certificate under it, and those who hold a processor's could sign anything with it. So
 * a signer must have the name of its role, which the issuers give to none else, at the right distance from the root.
 */
function requireRole({ subject }: Certificate, roles: readonly string[]): void {
  const name = commonName(subject)
  if (!roles.includes(name)) throw untrusted(`${JSON.stringify(name)} where ${roles.join(" or ")} was due`)
}

function untrusted(why: string): AttestationError {
  return new AttestationError("CHAIN_UNTRUSTED", `the evidence is not vouched for by Intel: ${why}`)
}

async function verifyQuoteSignatures(quote: QuoteParts, pck: Certificate): Promise<void> {
  if (!(await verifyEcdsa(pck.publicKey, quote.qeReport, quote.qeReportSignature))) {
    throw new AttestationError("QE_SIGNATURE_INVALID", "the processor did not sign its quoting enclave's report")
  }
  const { attestationKey, qeAuthenticationData } = quote
  const bound = await sha256(new Uint8Array([...attestationKey, ...qeAuthenticationData]))
  if (quote.frame.signature.qeReport.reportData !== bound.toHex().padEnd(128, "0")) {
    throw new AttestationError("QE_BINDING_MISMATCH", "the quoting enclave did not report this attestation key")
  }
  const spki = new Uint8Array([...P256_PREFIX, ...attestationKey])
  if (!(await verifyEcdsa({ kind: "P-256", spki }, quote.signed, quote.quoteSignature))) {
    throw new AttestationError("SIGNATURE_INVALID", "the quote's signature is wrong")
  }
}

/** The list of the PCK certificate's own issuer must be there, current and that issuer's; the root's has been verified. */
async function requireChainNotRevoked(
  collateral: Collateral,
  { pck, issuer, root }: PckChain,
  at: number,
): Promise<void> {
  const { rootCaCrl, pckCrl, pckCrlIssuerChain } = collateral
  requireNotRevoked(issuer, rootCaCrl)
  const listIssuer = await verifyBelowRoot(pckCrlIssuerChain, root, rootCaCrl, at)
  if (listIssuer.subject !== pck.issuer) {
    throw new AttestationError(
      "CRL_ISSUER_MISMATCH",
      "the revocation list is of another issuer than the PCK certificate",
    )
  }
  await verifyRevocationList(pckCrl, listIssuer, at)
  requireNotRevoked(pck, pckCrl)
}

/** The leaf of a chain whose only other certificate is the root, and which the root has not revoked. */
async function verifyBelowRoot(
  chain: NonEmpty<Certificate>,
  root: Certificate,
  rootCaCrl: RevocationList,
  at: number,
): Promise<Certificate> {
  const path = await verifyChain(chain, [root], at)
  if (path.length !== 2) throw untrusted(`a chain of ${path.length} certificates where two were due`)
  requireNotRevoked(chain[0], rootCaCrl)
  return chain[0]
}

async function verifyTcbInfo({ tcbInfo, rootCaCrl }: Collateral, root: Certificate, at: number): Promise<TcbInfo> {
  if (!(await isSignedByIntel(tcbInfo, root, rootCaCrl, at))) {
    throw new AttestationError("TCB_INFO_SIGNATURE_INVALID", "the signature of Intel's TCB info is wrong")
  }
  const info = readTcbInfo(tcbInfo.text)
  requireCurrent("TCB info", info, at)
  return info
}

async function verifyQeIdentity(
  { qeIdentity, rootCaCrl }: Collateral,
  root: Certificate,
  at: number,
): Promise<QeIdentity> {
  if (!(await isSignedByIntel(qeIdentity, root, rootCaCrl, at))) {
    throw new AttestationError("QE_IDENTITY_SIGNATURE_INVALID", "the signature of Intel's QE identity is wrong")
  }
  const identity = readQeIdentity(qeIdentity.text)
  requireCurrent("QE identity", identity, at)
  return identity
}

async function isSignedByIntel(
  { text, signature, issuerChain }: SignedText,
  root: Certificate,
  rootCaCrl: RevocationList,
  at: number,
): Promise<boolean> {
  const signer = await verifyBelowRoot(issuerChain, root, rootCaCrl, at)
  requireRole(signer, [TCB_SIGNING])
  return verifyEcdsa(signer.publicKey, new TextEncoder().encode(text), signature)
}

function requireCurrent(
  what: string,
  { issueDate, nextUpdate }: { readonly issueDate: number; readonly nextUpdate: number },
  at: number,
): void {
  if (at < issueDate) {
    const day = new Date(issueDate * 1_000).toISOString()
    throw new AttestationError("COLLATERAL_NOT_YET_VALID", `Intel's ${what} is of ${day}; check the clock`)
  }
  if (at > nextUpdate) {
    const due = new Date(nextUpdate * 1_000).toISOString()
    throw new AttestationError(
      "COLLATERAL_EXPIRED",
      `Intel's ${what} was to be renewed by ${due}; the host must fetch it`,
    )
  }
}

function requireSameProcessor({ id, fmspc, pceId }: TcbInfo, pck: PckIdentity, tee: "SGX" | "TDX"): void {
  if (id !== tee) throw new AttestationError("PLATFORM_MISMATCH", `Intel's TCB info is for ${id}, the quote of ${tee}`)
  if (fmspc === pck.fmspc && pceId === pck.pceId) return
  throw new AttestationError(
    "FMSPC_MISMATCH",
    `Intel's TCB info is for processors ${fmspc} (PCE ${pceId}), the quote of ${pck.fmspc} (PCE ${pck.pceId})`,
  )
}
