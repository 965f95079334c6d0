/*
 * The report body that the processor makes of an SGX enclave: of the quoting enclave in every quote, and of the enclave
 * in question in SGX's own.
 */
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"
import { Fields } from "../littleEndian.ts"

export const SGX_REPORT_BYTES = 384

/**
 * REPORT without its key id and MAC (Intel SDM volume 3D, section "REPORT (REPORT)"; ECDSA Quote Library API, appendix
 * A.4, "Enclave Report Body"). Bytes are lower-case hexadecimal digits in their order in memory.
 */
export interface SgxReport {
  /** Offset 0. */
  readonly cpuSvn: string
  /** Offset 16. */
  readonly miscSelect: string
  /** Offset 20, 12 bytes. */
  readonly reserved1: string
  /** Offset 32. */
  readonly isvExtProdId: string
  /** Offset 48: flags in 8 bytes, XFRM in 8. */
  readonly attributes: string
  /** Which flags are set, by their names in the SDM's section "ATTRIBUTES". */
  readonly attributeFlags: readonly string[]
  /** Offset 64. */
  readonly mrEnclave: string
  /** Offset 96, 32 bytes. */
  readonly reserved2: string
  /** Offset 128. */
  readonly mrSigner: string
  /** Offset 160, 32 bytes. */
  readonly reserved3: string
  /** Offset 192. */
  readonly configId: string
  /** Offset 256. */
  readonly isvProdId: number
  /** Offset 258. */
  readonly isvSvn: number
  /** Offset 260. */
  readonly configSvn: number
  /** Offset 262, 42 bytes. */
  readonly reserved4: string
  /** Offset 304. */
  readonly isvFamilyId: string
  /** Offset 320. */
  readonly reportData: string
}

const flags: ReadonlyMap<bigint, string> = new Map([
  [0n, "INIT"],
  [1n, "DEBUG"],
  [2n, "MODE64BIT"],
  [4n, "PROVISIONKEY"],
  [5n, "EINITTOKENKEY"],
  [6n, "CET"],
  [7n, "KSS"],
  [10n, "AEXNOTIFY"],
])

/** Reads a report body. Throws DecodeError where it is not 384 bytes. */
export function readSgxReport(bytes: Bytes): SgxReport {
  if (bytes.length !== SGX_REPORT_BYTES)
    throw new DecodeError("LENGTH_OUT_OF_RANGE", `a report of ${bytes.length} bytes`)
  const fields = new Fields(bytes)
  return {
    cpuSvn: fields.hex(0, 16),
    miscSelect: fields.hex(16, 4),
    reserved1: fields.hex(20, 12),
    isvExtProdId: fields.hex(32, 16),
    attributes: fields.hex(48, 16),
    attributeFlags: flagNames(fields.uint64(48), flags),
    mrEnclave: fields.hex(64, 32),
    reserved2: fields.hex(96, 32),
    mrSigner: fields.hex(128, 32),
    reserved3: fields.hex(160, 32),
    configId: fields.hex(192, 64),
    isvProdId: fields.uint16(256),
    isvSvn: fields.uint16(258),
    configSvn: fields.uint16(260),
    reserved4: fields.hex(262, 42),
    isvFamilyId: fields.hex(304, 16),
    reportData: fields.hex(320, 64),
  }
}

/** The names of the bits that are set; those without a name are called by their number. */
export function flagNames(value: bigint, names: ReadonlyMap<bigint, string>): string[] {
  const found: string[] = []
  for (let bit = 0n; bit < 64n; bit++) {
    if (((value >> bit) & 1n) === 1n) found.push(names.get(bit) ?? `RESERVED_${bit}`)
  }
  return found
}
