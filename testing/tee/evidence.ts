/*
 * An enclave's evidence as it would come from a real TEE, made by the test TEE: a statement, the quote over it, and what
 * a host adds.
 */
import {
  encode,
  evidenceCodec,
  MAIL_KEY_BYTES,
  partyKey,
  statementCodec,
  STATEMENT_VERSION,
  type Endorsement,
  type Evidence,
  type Platform,
  type Quote,
  type Statement,
} from "@event-manager/protocol"
import { createHash, generateKeyPairSync, sign } from "node:crypto"
import { releaseSigned, writeRelease, type ReleaseManifest } from "@event-manager/client/attestation"
import type { Bytes } from "./bytes.ts"
import { TEST_TIMESTAMP } from "./nitro.ts"
import type { TestTee } from "./testTee.ts"

type Hardware = Exclude<Platform, "mock" | "simulation">

/** When the test TEE's evidence holds, in seconds since 1970. */
export const TEE_NOW = TEST_TIMESTAMP / 1_000
/** What the test's SEV-SNP measures. */
export const TEST_MEASUREMENT: Bytes = new Uint8Array(48).fill(0x3e)

/** What a quote vouches for, and what endorses it. */
type Made = Pick<Evidence, "quote" | "endorsements">

export interface HardwareOptions {
  readonly statement?: Partial<Statement>
  /** In place of the statement's own hash. */
  readonly reportData?: Bytes
  readonly debug?: boolean
}

function statementOf(platform: Platform, change: Partial<Statement> = {}): Statement {
  return {
    version: STATEMENT_VERSION,
    platform,
    identity: partyKey(new Uint8Array(32).fill(7)),
    mailKey: new Uint8Array(MAIL_KEY_BYTES),
    life: new Uint8Array(32).fill(1),
    anchor: "none",
    ...change,
  }
}

/** Good evidence of a platform but for what `options` say. */
export async function hardwareEvidence(
  tee: TestTee,
  platform: Hardware,
  options: HardwareOptions = {},
): Promise<Evidence> {
  const statement = encode(statementCodec, statementOf(platform, options.statement))
  const reportData = options.reportData ?? new Uint8Array(createHash("sha512").update(statement).digest())
  return { statement, ...(await quoteOf(tee, platform, reportData, options.debug ?? false)) }
}

/** What the platform's processor, or its hypervisor, says of an enclave that asks it to vouch for 64 bytes. */
async function quoteOf(tee: TestTee, platform: Hardware, reportData: Bytes, debug: boolean): Promise<Made> {
  switch (platform) {
    case "sev-snp": {
      const policy = debug ? 0xb0000n : 0x30000n
      const { report, key, crl } = await tee.sevSnp.evidence("VCEK", {
        reportData,
        measurement: TEST_MEASUREMENT,
        policy,
      })
      const endorsements: Endorsement[] = [
        { kind: "sev-snp-key", bytes: key },
        { kind: "sev-snp-crl", bytes: crl },
      ]
      return { quote: { kind: platform, report, certificates: new Uint8Array(0) }, endorsements }
    }
    case "tdx":
    case "sgx": {
      const kind = platform === "tdx" ? "td5-1.5" : "sgx3"
      const { quote, collateral } = await tee.dcap.evidence({
        kind,
        quote: { reportData, ...debugging(platform, debug) },
      })
      return { quote: dcapQuote(platform, quote), endorsements: [{ kind: "dcap", bytes: collateral }] }
    }
    case "nitro": {
      const pcrs = debug ? { pcrs: new Map([[0, new Uint8Array(48)]]) } : {}
      const document = await tee.nitro.document({ userData: reportData, ...pcrs })
      return { quote: { kind: platform, document }, endorsements: [] }
    }
  }
}

function dcapQuote(platform: "tdx" | "sgx", quote: Bytes): Quote {
  return platform === "tdx" ? { kind: platform, quote, eventLog: new Uint8Array(0) } : { kind: platform, quote }
}

/** TDATTRIBUTES bit 0, and ATTRIBUTES bit 1, of the report body. */
function debugging(platform: "tdx" | "sgx", debug: boolean): { report?: (report: Bytes) => void } {
  if (!debug) return {}
  const [at, bit] = platform === "tdx" ? [120, 1] : [48, 2]
  return { report: (report) => void (report[at] = (report[at] ?? 0) | bit) }
}

export interface SignedRelease {
  readonly text: string
  /** As evidence carries it. */
  readonly bytes: Bytes
  /** As `S:` names it. */
  readonly signer: string
}

/** A manifest signed by a fresh key. */
export function signedRelease(manifest: ReleaseManifest): SignedRelease {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519")
  const raw = new Uint8Array(Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url"))
  const text = writeRelease(manifest, raw, new Uint8Array(sign(null, releaseSigned(manifest), privateKey)))
  const bytes = Uint8Array.fromBase64(text.split("\n").slice(1, -2).join(""))
  return { text, bytes, signer: createHash("sha256").update(raw).digest("hex") }
}

export function encodeEvidence(evidence: Evidence): Bytes {
  return encode(evidenceCodec, evidence)
}
