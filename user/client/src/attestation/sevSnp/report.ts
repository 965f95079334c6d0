/*
 * ATTESTATION_REPORT, versions 2 to 5 (AMD publication 56860, "SEV Secure Nested Paging Firmware ABI Specification",
 * revisions 1.51 to 1.58, section 7.3, table "ATTESTATION_REPORT Structure"). Offsets are those of its first column.
 */
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"
import { Fields } from "../littleEndian.ts"
import type { SevSnpProduct } from "../roots.ts"
import { readGuestPolicy, readPlatformInfo, type SevSnpGuestPolicy, type SevSnpPlatformInfo } from "./bits.ts"
import { readTcb, type SevSnpTcb, type SevSnpTcbLayout } from "./tcb.ts"
import { readOr } from "../x509/malformed.ts"

/** Who signs a report: the chip's key, a cloud's key, or nobody. */
type SevSnpSigner = "VCEK" | "VLEK" | "NONE"

/** Byte strings are in hexadecimal digits, in the order of the report. */
export interface SevSnpReport {
  readonly version: number
  readonly guestSvn: number
  readonly policy: SevSnpGuestPolicy
  readonly familyId: string
  readonly imageId: string
  readonly vmpl: number
  readonly signatureAlgo: number
  readonly currentTcb: SevSnpTcb
  readonly platformInfo: SevSnpPlatformInfo
  readonly authorKeyEn: boolean
  readonly maskChipKey: boolean
  readonly signingKey: SevSnpSigner
  readonly reportData: string
  readonly measurement: string
  readonly hostData: string
  readonly idKeyDigest: string
  readonly authorKeyDigest: string
  readonly reportId: string
  readonly reportIdMa: string
  readonly reportedTcb: SevSnpTcb
  /** From version 3. */
  readonly cpuidFamId: number | undefined
  readonly cpuidModId: number | undefined
  readonly cpuidStep: number | undefined
  readonly chipId: string
  readonly committedTcb: SevSnpTcb
  readonly currentBuild: number
  readonly currentMinor: number
  readonly currentMajor: number
  readonly committedBuild: number
  readonly committedMinor: number
  readonly committedMajor: number
  readonly launchTcb: SevSnpTcb
  /** From version 5. */
  readonly launchMitVector: bigint | undefined
  readonly currentMitVector: bigint | undefined
  /** Big-endian, 48 bytes each. */
  readonly signatureR: string
  readonly signatureS: string
  /** By the CPUID fields: undefined in version 2, and for a processor that is none of those known here. */
  readonly product: SevSnpProduct | undefined
  readonly tcbLayout: SevSnpTcbLayout
}

export const SEV_SNP_REPORT_BYTES = 1_184
/** So many bytes from the start are signed. */
export const SEV_SNP_SIGNED_BYTES = 0x2a0

const VERSION_MIN = 2
const VERSION_MAX = 5
const VERSION_OF_CPUID = 3
const VERSION_OF_MITIGATIONS = 5
const VMPL_MAX = 3
/** ECDSA on P-384 with SHA-384 (56860 chapter 10). */
const SIGNATURE_ALGO = 1
const SIGNATURE_R = 0x2a0
const SIGNATURE_S = 0x2e8
const SIGNATURE_REST = 0x330
const SCALAR_BYTES = 48
const SCALAR_FIELD_BYTES = 72
const CHIP_ID = 0x1a0
const CHIP_ID_BYTES = 64
/** A Turin chip's id is so long, and zeros follow. */
export const TURIN_CHIP_ID_BYTES = 8
const FAMILY_ZEN_3_4 = 0x19
const FAMILY_ZEN_5 = 0x1a
/** Reads a report, all of it, and checks nothing but its form. Throws AttestationError (EVIDENCE_MALFORMED). */
export function readSevSnpReport(bytes: Bytes): SevSnpReport {
  return readOr("EVIDENCE_MALFORMED", "the SEV-SNP report", () => {
    if (bytes.length !== SEV_SNP_REPORT_BYTES) throw new DecodeError("LENGTH_OUT_OF_RANGE", `${bytes.length} bytes`)
    const fields = new Fields(bytes)
    const version = fields.uint32(0x00)
    if (version < VERSION_MIN || version > VERSION_MAX) throw new DecodeError("UNKNOWN_VARIANT", `version ${version}`)
    requireReserved(fields, version)
    const processor = readProcessor(fields, version)
    return {
      version,
      ...processor,
      ...readGuest(fields),
      ...readVersions(fields, processor.tcbLayout),
      ...readSignature(fields),
      launchMitVector: version < VERSION_OF_MITIGATIONS ? undefined : fields.uint64(0x1f8),
      currentMitVector: version < VERSION_OF_MITIGATIONS ? undefined : fields.uint64(0x200),
    }
  })
}

/** What the manual reserves is zero: a version that gives it a meaning is not understood here. */
function requireReserved(fields: Fields, version: number): void {
  const cpuidEnd = version < VERSION_OF_CPUID ? 0x188 : 0x18b
  const mitigationsEnd = version < VERSION_OF_MITIGATIONS ? 0x1f8 : 0x208
  requireZero(fields, 0x4c, 0x50)
  requireZero(fields, cpuidEnd, CHIP_ID)
  requireZero(fields, 0x1eb, 0x1ec)
  requireZero(fields, 0x1ef, 0x1f0)
  requireZero(fields, mitigationsEnd, SEV_SNP_SIGNED_BYTES)
  requireZero(fields, SIGNATURE_REST, SEV_SNP_REPORT_BYTES)
}

function requireZero(fields: Fields, from: number, end: number): void {
  if (isZero(fields.hex(from, end - from))) return
  throw new DecodeError("NOT_ZERO_PADDED", `the reserved bytes from 0x${from.toString(16)} are not zero`)
}

/** Whether these hexadecimal digits are of zeros alone. */
export function isZero(digits: string): boolean {
  return /^0*$/.test(digits)
}

type KeyInfo = Pick<SevSnpReport, "authorKeyEn" | "maskChipKey" | "signingKey">
type Processor = KeyInfo &
  Pick<SevSnpReport, "cpuidFamId" | "cpuidModId" | "cpuidStep" | "chipId" | "product" | "tcbLayout" | "platformInfo">

function readProcessor(fields: Fields, version: number): Processor {
  const chipId = fields.hex(CHIP_ID, CHIP_ID_BYTES)
  const common = { chipId, platformInfo: readPlatformInfo(fields.uint64(0x40)), ...readKeyInfo(fields.uint32(0x48)) }
  if (version < VERSION_OF_CPUID) {
    // Version 2 does not name its processor, whose chip id tells the layout all the same.
    const isTurin = !isZero(chipId) && isZero(chipId.slice(2 * TURIN_CHIP_ID_BYTES))
    const unnamed = { cpuidFamId: undefined, cpuidModId: undefined, cpuidStep: undefined, product: undefined }
    return { ...common, ...unnamed, tcbLayout: isTurin ? "turin" : "milanGenoa" }
  }
  const [cpuidFamId, cpuidModId, cpuidStep] = [fields.uint8(0x188), fields.uint8(0x189), fields.uint8(0x18a)]
  const product = productOf(cpuidFamId, cpuidModId)
  const tcbLayout = cpuidFamId < FAMILY_ZEN_5 ? "milanGenoa" : "turin"
  return { ...common, cpuidFamId, cpuidModId, cpuidStep, product, tcbLayout }
}

/** Combined family and model, as CPUID function 8000_0001h has them (AMD publications 55898, 55901, 57238). */
function productOf(family: number, model: number): SevSnpProduct | undefined {
  if (family === FAMILY_ZEN_5) return model <= 0x11 ? "turin" : undefined
  if (family !== FAMILY_ZEN_3_4) return undefined
  if (model <= 0x0f) return "milan"
  // From 0xa0 on Bergamo and Siena, which share Genoa's root (publication 57230 section 1).
  return (model >= 0x10 && model <= 0x1f) || (model >= 0xa0 && model <= 0xaf) ? "genoa" : undefined
}

const signers: Readonly<Record<number, SevSnpSigner>> = { 0: "VCEK", 1: "VLEK", 7: "NONE" }

function readKeyInfo(info: number): KeyInfo {
  const signingKey = signers[(info >>> 2) & 0x07]
  if (signingKey === undefined || info >>> 5 !== 0) throw new DecodeError("UNKNOWN_VARIANT", "an unknown signing key")
  return { authorKeyEn: (info & 0x01) !== 0, maskChipKey: (info & 0x02) !== 0, signingKey }
}

type Guest = Pick<
  SevSnpReport,
  | "guestSvn"
  | "policy"
  | "familyId"
  | "imageId"
  | "vmpl"
  | "reportData"
  | "measurement"
  | "hostData"
  | "idKeyDigest"
  | "authorKeyDigest"
  | "reportId"
  | "reportIdMa"
>

function readGuest(fields: Fields): Guest {
  const vmpl = fields.uint32(0x30)
  if (vmpl > VMPL_MAX) throw new DecodeError("NUMBER_OUT_OF_RANGE", `VMPL ${vmpl}`)
  return {
    guestSvn: fields.uint32(0x04),
    policy: readGuestPolicy(fields.uint64(0x08)),
    familyId: fields.hex(0x10, 16),
    imageId: fields.hex(0x20, 16),
    vmpl,
    reportData: fields.hex(0x50, 64),
    measurement: fields.hex(0x90, 48),
    hostData: fields.hex(0xc0, 32),
    idKeyDigest: fields.hex(0xe0, 48),
    authorKeyDigest: fields.hex(0x110, 48),
    reportId: fields.hex(0x140, 32),
    reportIdMa: fields.hex(0x160, 32),
  }
}

type Versions = Pick<
  SevSnpReport,
  | "currentTcb"
  | "reportedTcb"
  | "committedTcb"
  | "launchTcb"
  | "currentBuild"
  | "currentMinor"
  | "currentMajor"
  | "committedBuild"
  | "committedMinor"
  | "committedMajor"
>

function readVersions(fields: Fields, layout: SevSnpTcbLayout): Versions {
  const tcb = (at: number): SevSnpTcb => readTcb(fields.hex(at, 8), layout)
  return {
    currentTcb: tcb(0x38),
    reportedTcb: tcb(0x180),
    committedTcb: tcb(0x1e0),
    launchTcb: tcb(0x1f0),
    currentBuild: fields.uint8(0x1e8),
    currentMinor: fields.uint8(0x1e9),
    currentMajor: fields.uint8(0x1ea),
    committedBuild: fields.uint8(0x1ec),
    committedMinor: fields.uint8(0x1ed),
    committedMajor: fields.uint8(0x1ee),
  }
}

function readSignature(fields: Fields): Pick<SevSnpReport, "signatureAlgo" | "signatureR" | "signatureS"> {
  const signatureAlgo = fields.uint32(0x34)
  if (signatureAlgo !== SIGNATURE_ALGO) throw new DecodeError("UNKNOWN_VARIANT", `signature algorithm ${signatureAlgo}`)
  return { signatureAlgo, signatureR: readScalar(fields, SIGNATURE_R), signatureS: readScalar(fields, SIGNATURE_S) }
}

/** Little-endian and longer than any curve in use needs (56860 chapter 10, table "ECDSA P-384 Signature"). */
function readScalar(fields: Fields, at: number): string {
  requireZero(fields, at + SCALAR_BYTES, at + SCALAR_FIELD_BYTES)
  return fields.bytes(at, SCALAR_BYTES).reverse().toHex()
}
