/*
 * The bit fields of ATTESTATION_REPORT.
 */
import { DecodeError } from "@event-manager/protocol"

/** GUEST_POLICY (56860 section 4.3). */
export interface SevSnpGuestPolicy {
  readonly value: bigint
  readonly abiMinor: number
  readonly abiMajor: number
  readonly smt: boolean
  readonly migrateMa: boolean
  readonly debug: boolean
  readonly singleSocket: boolean
  readonly cxlAllow: boolean
  readonly memAes256Xts: boolean
  readonly raplDis: boolean
  readonly ciphertextHidingDram: boolean
  readonly pageSwapDisable: boolean
}

/** PLATFORM_INFO (56860 section 7.3). */
export interface SevSnpPlatformInfo {
  readonly value: bigint
  readonly smtEn: boolean
  readonly tsmeEn: boolean
  readonly eccEn: boolean
  readonly raplDis: boolean
  readonly ciphertextHidingDramEn: boolean
  readonly aliasCheckComplete: boolean
  readonly tioEn: boolean
  /** The bits that have no name. */
  readonly reserved: bigint
}

const POLICY_ONE_BIT = 17
const POLICY_RESERVED_BITS = 26n
const PLATFORM_INFO_NAMED = 0xbfn

/** Throws DecodeError where a reserved bit is not as it must be. */
export function readGuestPolicy(value: bigint): SevSnpGuestPolicy {
  if (!isSet(value, POLICY_ONE_BIT) || value >> POLICY_RESERVED_BITS !== 0n) {
    throw new DecodeError("UNKNOWN_VARIANT", `a guest policy of 0x${value.toString(16)}, which the manual reserves`)
  }
  return {
    value,
    abiMinor: Number(value & 0xffn),
    abiMajor: Number((value >> 8n) & 0xffn),
    smt: isSet(value, 16),
    migrateMa: isSet(value, 18),
    debug: isSet(value, 19),
    singleSocket: isSet(value, 20),
    cxlAllow: isSet(value, 21),
    memAes256Xts: isSet(value, 22),
    raplDis: isSet(value, 23),
    ciphertextHidingDram: isSet(value, 24),
    pageSwapDisable: isSet(value, 25),
  }
}

function isSet(value: bigint, bit: number): boolean {
  return ((value >> BigInt(bit)) & 1n) === 1n
}

/** Reserved bits are told, not refused: Turin sets bit 6, which revision 1.58 reserves, and they promise the guest nothing. */
export function readPlatformInfo(value: bigint): SevSnpPlatformInfo {
  return {
    value,
    smtEn: isSet(value, 0),
    tsmeEn: isSet(value, 1),
    eccEn: isSet(value, 2),
    raplDis: isSet(value, 3),
    ciphertextHidingDramEn: isSet(value, 4),
    aliasCheckComplete: isSet(value, 5),
    tioEn: isSet(value, 7),
    reserved: value & ~PLATFORM_INFO_NAMED,
  }
}
