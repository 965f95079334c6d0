/*
 * Quotes as Intel's quoting enclaves would make them (Intel SGX ECDSA Quote Library API, appendix A; Intel TDX DCAP
 * Quoting Library API, appendices A.3 and A.4), under a private root.
 */
import { createHash } from "node:crypto"
import { createRoot, pemOf, type Authority } from "./authority.ts"
import { joined, type Bytes } from "./bytes.ts"

/** Version 3 reports of enclaves only; version 5 says what its report is like. */
export type QuoteKind = "sgx3" | "sgx4" | "sgx5" | "td4" | "td5-1.0" | "td5-1.5"

export interface QuoteOptions {
  readonly reportData?: Uint8Array
  /** MRTD, or MRENCLAVE. */
  readonly measurement?: Uint8Array
  /** Changes of each part, before whatever signs it. */
  readonly header?: (header: Bytes) => void
  readonly report?: (report: Bytes) => void
  readonly qeReport?: (report: Bytes) => void
  readonly qeAuthenticationData?: Uint8Array
  /** The type of what certifies the quoting enclave's key; 5 is a PEM chain. */
  readonly certificationType?: number
  /** What follows the quote. */
  readonly trailing?: Uint8Array
}

interface Shape {
  readonly version: number
  readonly teeType: number
  /** Of version 5. */
  readonly bodyType: number
  readonly reportBytes: number
}

const TDX = 0x81
const shapes: Readonly<Record<QuoteKind, Shape>> = {
  sgx3: { version: 3, teeType: 0, bodyType: 0, reportBytes: 384 },
  sgx4: { version: 4, teeType: 0, bodyType: 0, reportBytes: 384 },
  sgx5: { version: 5, teeType: 0, bodyType: 1, reportBytes: 384 },
  td4: { version: 4, teeType: TDX, bodyType: 0, reportBytes: 584 },
  "td5-1.0": { version: 5, teeType: TDX, bodyType: 2, reportBytes: 584 },
  "td5-1.5": { version: 5, teeType: TDX, bodyType: 3, reportBytes: 648 },
}

const INTEL_QE_VENDOR = Uint8Array.fromHex("939a7233f79c4ca9940a0db3957f0607")
const PCK_CHAIN = 5
const QE_REPORT_DATA = 6
const QE_MR_SIGNER = 0x5e

/** What the test's quoting enclaves report of themselves. */
export const TEST_QE = { isvSvn: 5, mrSigner: new Uint8Array(32).fill(QE_MR_SIGNER).toHex() } as const
/** TEE_TCB_SVN of the test's TDs: their module is of version 1. */
export const TEST_TEE_TCB_SVN = Uint8Array.of(4, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

export function isTdx(kind: QuoteKind): boolean {
  return shapes[kind].teeType === TDX
}

/** A quote whose quoting enclave is vouched for by the holder of this PCK certificate; `chain` is in DER. */
export async function testQuote(
  kind: QuoteKind,
  pck: Authority,
  chain: readonly Uint8Array[],
  options: QuoteOptions = {},
): Promise<Bytes> {
  const shape = shapes[kind]
  const signed = joined([header(shape, options), ...descriptor(shape), report(kind, options)])
  const key = await createRoot({ name: "attestation key", keyKind: "P-256" })
  const auth = options.qeAuthenticationData ?? new Uint8Array(32).map((_, i) => i)
  const qeReport = qeReportOf(kind, joined([key.publicKey, auth]), options)
  const pem = certification(options.certificationType ?? PCK_CHAIN, new TextEncoder().encode(pemOf(chain)))
  const certified = joined([qeReport, await pck.sign(qeReport), uint16(auth.length), auth, pem])
  const data = joined([
    await key.sign(signed),
    key.publicKey,
    shape.version === 3 ? certified : certification(QE_REPORT_DATA, certified),
  ])
  return joined([signed, uint32(data.length), data, options.trailing ?? new Uint8Array(0)])
}

function header({ version, teeType }: Shape, options: QuoteOptions): Bytes {
  const bytes = new Uint8Array(48)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, version, true)
  view.setUint16(2, 2, true)
  view.setUint32(4, teeType, true)
  bytes.set(INTEL_QE_VENDOR, 12)
  options.header?.(bytes)
  return bytes
}

function descriptor({ version, bodyType, reportBytes }: Shape): Bytes[] {
  return version === 5 ? [uint16(bodyType), uint32(reportBytes)] : []
}

function report(kind: QuoteKind, options: QuoteOptions): Bytes {
  const bytes = new Uint8Array(shapes[kind].reportBytes)
  if (isTdx(kind)) writeTdReport(bytes, options)
  else writeSgxReport(bytes, 0x05, options)
  options.report?.(bytes)
  return bytes
}

function writeTdReport(bytes: Bytes, { reportData, measurement }: QuoteOptions): void {
  bytes.set(TEST_TEE_TCB_SVN, 0)
  bytes.fill(0x5e, 16, 64)
  // SEPT_VE_DISABLE.
  bytes[123] = 0x10
  bytes.set([0xe7, 0x02, 0x06], 128)
  bytes.fill(0x7d, 136, 184)
  bytes.set(measurement ?? [], 136)
  bytes.fill(0x70, 328, 376)
  bytes.fill(0x71, 376, 424)
  bytes.fill(0x72, 424, 472)
  bytes.set(reportData ?? [], 520)
  if (bytes.length > 584) bytes.set(TEST_TEE_TCB_SVN, 584)
}

function writeSgxReport(bytes: Bytes, flags: number, { reportData, measurement }: QuoteOptions): void {
  bytes.fill(0x0c, 0, 16)
  bytes[48] = flags
  bytes[56] = 0xe7
  bytes.fill(0xee, 64, 96)
  bytes.set(measurement ?? [], 64)
  bytes.fill(0x55, 128, 160)
  new DataView(bytes.buffer).setUint16(256, 1, true)
  bytes.set(reportData ?? [], 320)
}

function qeReportOf(kind: QuoteKind, bound: Bytes, options: QuoteOptions): Bytes {
  const bytes = new Uint8Array(384)
  const reportData = createHash("sha256").update(bound).digest()
  // INIT, MODE64BIT, PROVISIONKEY.
  writeSgxReport(bytes, 0x15, { reportData })
  bytes.fill(QE_MR_SIGNER, 128, 160)
  const view = new DataView(bytes.buffer)
  view.setUint16(256, isTdx(kind) ? 2 : 1, true)
  view.setUint16(258, TEST_QE.isvSvn, true)
  options.qeReport?.(bytes)
  return bytes
}

function certification(type: number, data: Uint8Array): Bytes {
  return joined([uint16(type), uint32(data.length), data])
}

function uint16(value: number): Bytes {
  return Uint8Array.of(value & 0xff, value >> 8)
}

function uint32(value: number): Bytes {
  return joined([uint16(value & 0xffff), uint16(value >>> 16)])
}
