/*
 * Which level of TCB info a platform, its TDX module and its quoting enclave are at, by the rules of Intel's
 * Provisioning Certification Service API version 4, "TCB Info V3", and of its quote verification library.
 */
import { AttestationError } from "../../errors.ts"
import { isMasked } from "./mask.ts"
import type { PckIdentity } from "./pckCertificate.ts"
import type { IsvLevel, Level, ModuleIdentity, PlatformLevel, TcbInfo } from "./tcbInfo.ts"
import { converge, type TcbStatus } from "./tcbStatus.ts"
import type { TdReport } from "./tdReport.ts"

/** What a platform's security versions amount to; NO MATCH and none: Intel says nothing of versions this low. */
export interface Tcb {
  readonly platform: TcbStatus | "NO MATCH"
  /** The module's identity and its status; undefined for SGX, and for modules of version 0, which have none. */
  readonly tdxModule: string | undefined
  readonly qe: TcbStatus | "NO MATCH"
  /** All of them together. */
  readonly level: TcbStatus | "none"
  /** Intel's advisories of the levels that match, sorted. */
  readonly advisories: readonly string[]
}

/** A TDX module's identity and level, where it has its own. */
export interface ModuleLevel {
  readonly id: string
  readonly level: IsvLevel | undefined
}

/** The best level that the platform reaches in every component; `teeTcbSvn` is undefined for SGX. */
export function platformLevel(
  { levels }: Pick<TcbInfo, "levels">,
  pck: Pick<PckIdentity, "sgxComponents" | "pceSvn">,
  teeTcbSvn: string | undefined,
): PlatformLevel | undefined {
  const tdxSvn = teeTcbSvn === undefined ? undefined : [...Uint8Array.fromHex(teeTcbSvn)]
  return levels.find(
    (level) =>
      reaches(pck.sgxComponents, level.sgxComponents, 0) &&
      pck.pceSvn >= level.pceSvn &&
      (tdxSvn === undefined || reachesTdx(tdxSvn, level.tdxComponents)),
  )
}

function reachesTdx(svn: readonly number[], components: readonly number[] | undefined): boolean {
  // A module of version 1 or above is judged by its own identity, and the two first components are its own.
  const from = (svn[1] ?? 0) > 0 ? 2 : 0
  return components !== undefined && reaches(svn, components, from)
}

function reaches(svn: readonly number[], components: readonly number[], from: number): boolean {
  return components.every((component, i) => i < from || (svn[i] ?? -1) >= component)
}

/** The best level that an enclave or module of this security version reaches. */
export function isvLevel(levels: readonly IsvLevel[], isvSvn: number): IsvLevel | undefined {
  return levels.find((level) => isvSvn >= level.isvSvn)
}

/**
 * Checks that the TDX module is Intel's, and answers with its level, or undefined for a module of version 0. Throws
 * AttestationError (TDX_MODULE_MISMATCH).
 */
export function moduleLevel(info: TcbInfo, report: TdReport): ModuleLevel | undefined {
  const [isvSvn = 0, version = 0] = Uint8Array.fromHex(report.teeTcbSvn)
  if (version === 0) {
    requireModule(info.tdxModule, report)
    return undefined
  }
  const id = `TDX_${version.toString(16).toUpperCase().padStart(2, "0")}`
  const identity = info.tdxModuleIdentities.find((module) => module.id === id)
  requireModule(identity, report)
  return { id, level: isvLevel(identity?.levels ?? [], isvSvn) }
}

function requireModule(identity: ModuleIdentity | undefined, report: TdReport): void {
  if (identity === undefined) throw mismatch("Intel's TCB info does not know its version")
  if (report.mrSignerSeam !== identity.mrSigner) throw mismatch("it is signed by another than Intel")
  if (!isMasked(report.seamAttributes, identity.attributesMask, identity.attributes)) {
    throw mismatch("its SEAMATTRIBUTES are others")
  }
}

function mismatch(why: string): AttestationError {
  return new AttestationError("TDX_MODULE_MISMATCH", `the TDX module is not one of Intel's: ${why}`)
}

/** What the levels of a platform's parts come to. `module` is undefined where it has no level of its own. */
export function tcbOf(
  platform: Level | undefined,
  module: ModuleLevel | undefined,
  quotingEnclave: Level | undefined,
): Tcb {
  const parts = [platform, quotingEnclave, ...(module === undefined ? [] : [module.level])]
  const known = parts.filter((part) => part !== undefined)
  const isComplete = known.length === parts.length
  const advisories = new Set(known.flatMap((part) => part.advisories))
  return {
    platform: statusOf(platform),
    tdxModule: module === undefined ? undefined : `${module.id} ${statusOf(module.level)}`,
    qe: statusOf(quotingEnclave),
    level: isComplete ? converge(known.map(({ status }) => status)) : "none",
    advisories: [...advisories].sort(),
  }
}

function statusOf(level: Level | undefined): TcbStatus | "NO MATCH" {
  return level?.status ?? "NO MATCH"
}
