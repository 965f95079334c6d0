/*
 * AWS Nitro Enclaves: the Nitro hypervisor reports on an enclave, with a key that AWS certifies for a few hours.
 */
import { AttestationError } from "../errors.ts"
import type { Bytes } from "../webCrypto.ts"
import { verifyCoseSign1 } from "./nitro/cose.ts"
import { readNitroDocument, type NitroDocument } from "./nitro/document.ts"
import type { DebugPolicy, Standing } from "./verdict.ts"
import { readCertificate, type Certificate } from "./x509/certificate.ts"
import { verifyChain, type NonEmpty } from "./x509/chain.ts"
import { flagsOf, onlyElement, tags } from "./x509/der.ts"

export interface NitroFacts {
  readonly document: NitroDocument
  /** Seconds since 1970: when the document was made. */
  readonly issuedAt: number
}

export interface NitroPolicy {
  readonly debug: DebugPolicy
}

/** A document may be so many seconds ahead of this machine's clock. */
const CLOCK_SKEW_SECONDS_MAX = 300
const keyUsage = "2.5.29.15"
const BIT_DIGITAL_SIGNATURE = 0x80
/** Enclave image, kernel and bootstrap, and application (AWS Nitro Enclaves User Guide, "Cryptographic attestation"). */
const MEASURING_PCRS = [0, 1, 2] as const

/**
 * Proves that a Nitro hypervisor made this document; `at` is in seconds since 1970. Throws AttestationError
 * (EVIDENCE_MALFORMED, SIGNATURE_INVALID, EVIDENCE_FROM_FUTURE, and those of certificates).
 */
export async function verifyNitro(evidence: Bytes, roots: NonEmpty<Certificate>, at: number): Promise<NitroFacts> {
  const { document, message } = readNitroDocument(evidence)
  const certificate = readCertificate(Uint8Array.fromHex(document.certificate))
  await verifyCertificates(certificate, document, roots, at)
  if (!(await verifyCoseSign1(message, certificate.publicKey))) {
    throw new AttestationError("SIGNATURE_INVALID", "the signature of the Nitro attestation document is wrong")
  }
  const issuedAt = Math.floor(document.timestamp / 1_000)
  if (issuedAt > at + CLOCK_SKEW_SECONDS_MAX) {
    throw new AttestationError("EVIDENCE_FROM_FUTURE", "the document is dated ahead of this clock; check the clock")
  }
  return { document, issuedAt }
}

/** "Nitro Enclaves Attestation Process", section 3.2.3. */
async function verifyCertificates(
  certificate: Certificate,
  { cabundle }: NitroDocument,
  roots: NonEmpty<Certificate>,
  at: number,
): Promise<void> {
  if (!roots.some(({ der }) => der.toHex() === cabundle[0])) {
    throw new AttestationError(
      "CHAIN_UNTRUSTED",
      "the document's first certificate is not the root of AWS Nitro Enclaves",
    )
  }
  const authorities = cabundle.map((der) => readCertificate(Uint8Array.fromHex(der))).reverse()
  await verifyChain([certificate, ...authorities], roots, at)
  // Section 3.2.3.3: an end entity's certificate, for signatures.
  if (certificate.authority === undefined && maySign(certificate)) return
  throw new AttestationError("CHAIN_UNTRUSTED", "the document's certificate is not one that signs documents")
}

function maySign({ extensions }: Certificate): boolean {
  const usage = extensions.get(keyUsage)
  return usage !== undefined && (flagsOf(onlyElement(usage, tags.bitString)) & BIT_DIGITAL_SIGNATURE) !== 0
}

/** Which of the registers that say what runs hold nothing. */
export function unmeasuredPcrs({ pcrs }: NitroDocument): readonly string[] {
  return MEASURING_PCRS.filter((index) => /^0*$/.test(pcrs[index] ?? "")).map((index) => `PCR${index}`)
}

/** Judges a genuine document. Throws AttestationError (DEBUG_ENABLED). */
export function appraiseNitro({ document }: NitroFacts, policy: NitroPolicy): Standing {
  const unmeasured = unmeasuredPcrs(document)
  // In debug mode the hypervisor reports zeros for all three. No hash is zero, so that one alone which is zero, or left
  // out, says as well that nothing was measured.
  if (unmeasured.length === 0) return { level: "SECURE", reasons: [], advisories: [] }
  const which = unmeasured.join(", ")
  if (policy.debug === "refuse") {
    throw new AttestationError("DEBUG_ENABLED", `the enclave runs in debug mode: ${which} measure nothing`)
  }
  const reason = `debug mode: ${which} measure nothing, and the host can read the enclave's console`
  return { level: "INSECURE", reasons: [reason], advisories: [] }
}
