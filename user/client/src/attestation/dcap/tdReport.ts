/*
 * What the TDX module reports of a trust domain.
 */
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"
import { Fields } from "../littleEndian.ts"
import { flagNames } from "./sgxReport.ts"

export const TD_REPORT_10_BYTES = 584
export const TD_REPORT_15_BYTES = 648

/**
 * "TD Quote Body" (Intel TDX DCAP Quoting Library API, appendix A.3.2; the two last fields appendix A.4.3, for TDX 1.5
 * only). Bytes are lower-case hexadecimal digits in their order in memory.
 */
export interface TdReport {
  /** Offset 0: the security version numbers of what TDX rests on, when the TD was started. */
  readonly teeTcbSvn: string
  /** Offset 16: the measurement of the TDX module. */
  readonly mrSeam: string
  /** Offset 64: zeros for a module of Intel's. */
  readonly mrSignerSeam: string
  /** Offset 112. */
  readonly seamAttributes: string
  /** Offset 120. */
  readonly tdAttributes: string
  /** Which TDATTRIBUTES are set, by their names in the TDX module's specification. */
  readonly tdAttributeFlags: readonly string[]
  /** Offset 128. */
  readonly xfam: string
  /** Offset 136: the measurement of the TD's initial contents. */
  readonly mrTd: string
  /** Offset 184. */
  readonly mrConfigId: string
  /** Offset 232. */
  readonly mrOwner: string
  /** Offset 280. */
  readonly mrOwnerConfig: string
  /** Offset 328. */
  readonly rtMr0: string
  /** Offset 376. */
  readonly rtMr1: string
  /** Offset 424. */
  readonly rtMr2: string
  /** Offset 472. */
  readonly rtMr3: string
  /** Offset 520. */
  readonly reportData: string
  /** Offset 584: as teeTcbSvn, but at present, since a TDX module can be updated under a running TD. */
  readonly teeTcbSvn2: string | undefined
  /** Offset 600: the hash of the service TDs that are bound to this one, or zeros. */
  readonly mrServiceTd: string | undefined
}

/** Bits of TDATTRIBUTES (Intel TDX Module ABI specification, "ATTRIBUTES (TD Attributes) Definition"). */
const flags: ReadonlyMap<bigint, string> = new Map([
  [0n, "DEBUG"],
  [4n, "HGS_PLUS_PROF"],
  [5n, "PERF_PROF"],
  [6n, "PMT_PROF"],
  [16n, "ICSSD"],
  [27n, "LASS"],
  [28n, "SEPT_VE_DISABLE"],
  [29n, "MIGRATABLE"],
  [30n, "PKS"],
  [31n, "KL"],
  [62n, "TPA"],
  [63n, "PERFMON"],
])

/** The group TUD, "TD under debug": with any of them, the TD's secrets are not safe from its host. */
const UNDER_DEBUG = 0xffn

/** Reads a report body of TDX 1.0 or 1.5. Throws DecodeError where it is neither's length. */
export function readTdReport(bytes: Bytes): TdReport {
  const is15 = bytes.length === TD_REPORT_15_BYTES
  if (!is15 && bytes.length !== TD_REPORT_10_BYTES) {
    throw new DecodeError("LENGTH_OUT_OF_RANGE", `a TD report of ${bytes.length} bytes`)
  }
  const fields = new Fields(bytes)
  return {
    teeTcbSvn: fields.hex(0, 16),
    mrSeam: fields.hex(16, 48),
    mrSignerSeam: fields.hex(64, 48),
    seamAttributes: fields.hex(112, 8),
    tdAttributes: fields.hex(120, 8),
    tdAttributeFlags: flagNames(fields.uint64(120), flags),
    xfam: fields.hex(128, 8),
    mrTd: fields.hex(136, 48),
    mrConfigId: fields.hex(184, 48),
    mrOwner: fields.hex(232, 48),
    mrOwnerConfig: fields.hex(280, 48),
    rtMr0: fields.hex(328, 48),
    rtMr1: fields.hex(376, 48),
    rtMr2: fields.hex(424, 48),
    rtMr3: fields.hex(472, 48),
    reportData: fields.hex(520, 64),
    teeTcbSvn2: is15 ? fields.hex(584, 16) : undefined,
    mrServiceTd: is15 ? fields.hex(600, 48) : undefined,
  }
}

/** Whether the TD's host may look into it, or has it profiled. */
export function isUnderDebug({ tdAttributes }: TdReport): boolean {
  return (attributesOf(tdAttributes) & UNDER_DEBUG) !== 0n
}

/** The bits that the specification has at zero, of those outside the group TUD. */
export function reservedAttributes({ tdAttributes }: TdReport): bigint {
  const known = [...flags.keys()].reduce((mask, bit) => mask | (1n << bit), UNDER_DEBUG)
  return attributesOf(tdAttributes) & ~known
}

function attributesOf(tdAttributes: string): bigint {
  return new Fields(Uint8Array.fromHex(tdAttributes)).uint64(0)
}
