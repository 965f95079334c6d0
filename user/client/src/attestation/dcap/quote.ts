/*
 * Quotes: a report, signed by a quoting enclave, whose own report is signed by the processor's certified key. Version 3
 * for SGX (Intel SGX ECDSA Quote Library API, appendix A), versions 4 and 5 for both (Intel TDX DCAP Quoting Library API,
 * appendices A.3 and A.4).
 */
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"
import { Fields } from "../littleEndian.ts"
import { readOr } from "../x509/malformed.ts"
import { Cursor } from "./cursor.ts"
import { readSgxReport, SGX_REPORT_BYTES, type SgxReport } from "./sgxReport.ts"
import { TD_REPORT_10_BYTES, TD_REPORT_15_BYTES } from "./tdReport.ts"

/** "Quote Header", 48 bytes. */
interface QuoteHeader {
  /** Offset 0. */
  readonly version: number
  /** Offset 2: 2 is ECDSA-256-with-P-256. */
  readonly attestationKeyType: number
  /** Offset 4: 0x81 is TDX, 0 is SGX; in version 3 reserved, at zero. */
  readonly teeType: number
  /** Offset 8: the quoting enclave's security version number; from version 4 on reserved. */
  readonly qeSvn: number
  /** Offset 10: the provisioning certification enclave's; from version 4 on reserved. */
  readonly pceSvn: number
  /** Offset 12. */
  readonly qeVendorId: string
  /** Offset 28. */
  readonly userData: string
}

/** "ECDSA 256-bit Quote Signature Data Structure", as far as people look at it; bytes as hexadecimal digits. */
interface QuoteSignature {
  readonly quoteSignature: string
  readonly attestationKey: string
  readonly qeReport: SgxReport
  readonly qeReportSignature: string
  readonly qeAuthenticationData: string
}

/** What stands in every quote around its report. */
export interface QuoteFrame {
  readonly header: QuoteHeader
  readonly signature: QuoteSignature
  /** What follows the quote, in hexadecimal digits: some clouds fill their buffer with zeros. */
  readonly trailing: string
}

/** A quote in its parts, as they are verified. */
export interface QuoteParts {
  readonly frame: QuoteFrame
  readonly body: Bytes
  readonly tee: "SGX" | "TDX"
  /** Header, body descriptor and body. */
  readonly signed: Bytes
  readonly quoteSignature: Bytes
  readonly attestationKey: Bytes
  readonly qeReport: Bytes
  readonly qeReportSignature: Bytes
  readonly qeAuthenticationData: Bytes
  /** The PCK certificate and its issuers, in PEM; undefined where the quote only names its processor. */
  readonly pckChain: string | undefined
  readonly trailing: Bytes
}

const QUOTE_BYTES_MAX = 16_384
const HEADER_BYTES = 48
const SIGNATURE_BYTES = 64
const KEY_BYTES = 64
const ECDSA_P256 = 2
const TEE_SGX = 0
const TEE_TDX = 0x81
const INTEL_QE_VENDOR = "939a7233f79c4ca9940a0db3957f0607"
/**
 * "QE Certification Data": 1 to 3 name the processor, in clear or encrypted, for whoever looks its certificate up, 4 is the
 * PCK certificate alone; 5 is a PEM chain of it, 6 has the quoting enclave's report around it.
 */
const PPID = 1
const PCK_CHAIN = 5
const QE_REPORT_DATA = 6

/** Body types of version 5 (appendix A.4.2). */
const bodyTypes: ReadonlyMap<number, { readonly teeType: number; readonly size: number }> = new Map([
  [1, { teeType: TEE_SGX, size: SGX_REPORT_BYTES }],
  [2, { teeType: TEE_TDX, size: TD_REPORT_10_BYTES }],
  [3, { teeType: TEE_TDX, size: TD_REPORT_15_BYTES }],
])

/** Takes a quote apart; nothing is verified. Throws AttestationError (EVIDENCE_MALFORMED). */
export function readQuote(bytes: Bytes): QuoteParts {
  return readOr("EVIDENCE_MALFORMED", "the quote", () => {
    if (bytes.length > QUOTE_BYTES_MAX) throw new DecodeError("LENGTH_OUT_OF_RANGE", `${bytes.length} bytes`)
    const cursor = new Cursor(bytes)
    const header = readHeader(cursor.take(HEADER_BYTES, "the header"))
    const body = cursor.take(bodySize(header, cursor), "the report")
    const signed = bytes.subarray(0, cursor.at)
    const data = cursor.take(cursor.uint32("the length of the signature data"), "the signature data")
    const { signature, ...parts } = readSignatureData(data, header.version)
    const trailing = cursor.rest()
    const frame = { header, signature, trailing: trailing.toHex() }
    return { frame, body, tee: header.teeType === TEE_TDX ? "TDX" : "SGX", signed, ...parts, trailing }
  })
}

function readHeader(bytes: Bytes): QuoteHeader {
  const fields = new Fields(bytes)
  const header = {
    version: fields.uint16(0),
    attestationKeyType: fields.uint16(2),
    teeType: fields.uint32(4),
    qeSvn: fields.uint16(8),
    pceSvn: fields.uint16(10),
    qeVendorId: fields.hex(12, 16),
    userData: fields.hex(28, 20),
  }
  if (header.attestationKeyType !== ECDSA_P256) {
    throw new DecodeError("UNKNOWN_VARIANT", `attestation key type ${header.attestationKeyType}, where 2 is known`)
  }
  if (header.qeVendorId !== INTEL_QE_VENDOR) {
    throw new DecodeError("UNKNOWN_VARIANT", "it is of another vendor's quoting enclave than Intel's")
  }
  return header
}

/** Takes the body descriptor, where there is one. Each version goes with one kind of TEE, or says which. */
function bodySize({ version, teeType }: QuoteHeader, cursor: Cursor): number {
  if ((version === 3 || version === 4) && teeType === TEE_SGX) return SGX_REPORT_BYTES
  if (version === 4 && teeType === TEE_TDX) return TD_REPORT_10_BYTES
  if (version !== 5) throw new DecodeError("UNKNOWN_VARIANT", `version ${version} with TEE type ${teeType}`)
  const type = cursor.uint16("the body type")
  const size = cursor.uint32("the body size")
  const known = bodyTypes.get(type)
  if (known?.teeType === teeType && known.size === size) return size
  throw new DecodeError("UNKNOWN_VARIANT", `body type ${type} of ${size} bytes with TEE type ${teeType}`)
}

type Signatures = Omit<QuoteParts, "frame" | "body" | "tee" | "signed" | "trailing"> & {
  readonly signature: QuoteSignature
}

function readSignatureData(data: Bytes, version: number): Signatures {
  const cursor = new Cursor(data)
  const quoteSignature = cursor.take(SIGNATURE_BYTES, "the quote's signature")
  const attestationKey = cursor.take(KEY_BYTES, "the attestation key")
  // Up to version 3, what certifies the quoting enclave follows as it is.
  const inner = version === 3 ? cursor : new Cursor(readCertification(cursor, QE_REPORT_DATA, QE_REPORT_DATA).data)
  const qeReport = inner.take(SGX_REPORT_BYTES, "the quoting enclave's report")
  const qeReportSignature = inner.take(SIGNATURE_BYTES, "the signature of the quoting enclave's report")
  const qeAuthenticationData = inner.take(inner.uint16("a length"), "the quoting enclave's authentication data")
  const certification = readCertification(inner, PPID, PCK_CHAIN)
  inner.end("certification data")
  cursor.end("signature data")
  return {
    signature: {
      quoteSignature: quoteSignature.toHex(),
      attestationKey: attestationKey.toHex(),
      qeReport: readSgxReport(qeReport),
      qeReportSignature: qeReportSignature.toHex(),
      qeAuthenticationData: qeAuthenticationData.toHex(),
    },
    quoteSignature,
    attestationKey,
    qeReport,
    qeReportSignature,
    qeAuthenticationData,
    pckChain: certification.type === PCK_CHAIN ? new TextDecoder().decode(certification.data) : undefined,
  }
}

function readCertification(cursor: Cursor, from: number, to: number): { readonly type: number; readonly data: Bytes } {
  const type = cursor.uint16("the type of certification data")
  if (type < from || type > to) throw new DecodeError("UNKNOWN_VARIANT", `certification data of type ${type}`)
  return { type, data: cursor.take(cursor.uint32("the length of certification data"), "certification data") }
}
