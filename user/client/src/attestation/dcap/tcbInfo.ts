/*
 * TCB info: which security versions of a family of processors, and of TDX modules, have which status. Version 3 (Intel's
 * Provisioning Certification Service API version 4, "TCB Info V3"), and version 2, which is for SGX only (API version 3,
 * "TCB Info V2").
 */
import { DecodeError } from "@event-manager/protocol"
import { readOr } from "../x509/malformed.ts"
import { Json } from "../json.ts"
import { COMPONENTS } from "./pckCertificate.ts"
import { tcbStatuses, type TcbStatus } from "./tcbStatus.ts"

/** What a security version of something amounts to. */
export interface Level {
  readonly status: TcbStatus
  readonly advisories: readonly string[]
  /** Seconds since 1970. */
  readonly tcbDate: number
}

export interface IsvLevel extends Level {
  readonly isvSvn: number
}

export interface PlatformLevel extends Level {
  /** Of sixteen components each. */
  readonly sgxComponents: readonly number[]
  readonly pceSvn: number
  /** Undefined in TCB info for SGX. */
  readonly tdxComponents: readonly number[] | undefined
}

/** Whose a TDX module is; bytes in lower-case hexadecimal digits. */
export interface ModuleIdentity {
  readonly mrSigner: string
  readonly attributes: string
  readonly attributesMask: string
}

interface VersionedModule extends ModuleIdentity {
  /** TDX_ and the module's major version, in two upper-case hexadecimal digits. */
  readonly id: string
  readonly levels: readonly IsvLevel[]
}

export interface TcbInfo {
  readonly id: "SGX" | "TDX"
  /** Seconds since 1970. */
  readonly issueDate: number
  readonly nextUpdate: number
  /** Upper-case digits. */
  readonly fmspc: string
  readonly pceId: string
  readonly tcbEvaluationDataNumber: number
  /** Of modules of version 0; undefined in TCB info for SGX. */
  readonly tdxModule: ModuleIdentity | undefined
  readonly tdxModuleIdentities: readonly VersionedModule[]
  /** From the best to the worst. */
  readonly levels: readonly PlatformLevel[]
}

const LEVELS_MAX = 1_024
const ADVISORIES_MAX = 1_024
const ADVISORY_LENGTH_MAX = 64
const MODULES_MAX = 256
const UINT16_MAX = 0xffff
const UINT32_MAX = 0xffff_ffff

/** Reads TCB info, once its signature holds. Throws AttestationError (COLLATERAL_MALFORMED). */
export function readTcbInfo(text: string): TcbInfo {
  return readOr("COLLATERAL_MALFORMED", "Intel's TCB info", () => {
    const json = Json.parse(text)
    const isVersion2 = json.field("version").integer(UINT32_MAX) === 2
    if (!isVersion2) requireNumber(json, "version", 3)
    // How components are compared depends on it, and 0 is the only one there is.
    requireNumber(json, "tcbType", 0)
    const id = isVersion2 ? "SGX" : json.field("id").oneOf(["SGX", "TDX"])
    return {
      id,
      issueDate: json.field("issueDate").time(),
      nextUpdate: json.field("nextUpdate").time(),
      fmspc: json.field("fmspc").hex(6).toUpperCase(),
      pceId: json.field("pceId").hex(2).toUpperCase(),
      tcbEvaluationDataNumber: json.field("tcbEvaluationDataNumber").integer(UINT32_MAX),
      tdxModule: id === "SGX" ? undefined : readModule(json.field("tdxModule")),
      tdxModuleIdentities: json.optional("tdxModuleIdentities")?.items(MODULES_MAX).map(readVersionedModule) ?? [],
      levels: json
        .field("tcbLevels")
        .items(LEVELS_MAX)
        .map((level) => (isVersion2 ? readLevel2(level) : readPlatformLevel(level, id))),
    }
  })
}

/** Throws DecodeError where this field has another value. */
export function requireNumber(json: Json, name: string, value: number): void {
  const found = json.field(name).integer(UINT32_MAX)
  if (found !== value) throw new DecodeError("UNKNOWN_VARIANT", `${name} ${found}`)
}

function readModule(json: Json): ModuleIdentity {
  return {
    mrSigner: json.field("mrsigner").hex(48),
    attributes: json.field("attributes").hex(8),
    attributesMask: json.field("attributesMask").hex(8),
  }
}

function readVersionedModule(json: Json): VersionedModule {
  const id = json.field("id").text(6).toUpperCase()
  return { id, ...readModule(json), levels: readIsvLevels(json) }
}

/** The levels of an enclave or a module. */
export function readIsvLevels(json: Json): IsvLevel[] {
  return json
    .field("tcbLevels")
    .items(LEVELS_MAX)
    .map((level) => ({ ...readLevel(level), isvSvn: level.field("tcb").field("isvsvn").integer(UINT16_MAX) }))
}

function readPlatformLevel(json: Json, id: TcbInfo["id"]): PlatformLevel {
  const tcb = json.field("tcb")
  return {
    ...readLevel(json),
    sgxComponents: readComponents(tcb.field("sgxtcbcomponents")),
    pceSvn: tcb.field("pcesvn").integer(UINT16_MAX),
    tdxComponents: id === "SGX" ? undefined : readComponents(tcb.field("tdxtcbcomponents")),
  }
}

/** Of version 2, where each component is a field of its own. */
function readLevel2(json: Json): PlatformLevel {
  const tcb = json.field("tcb")
  const component = (i: number): number => tcb.field(`sgxtcbcomp${String(i).padStart(2, "0")}svn`).integer(0xff)
  return {
    ...readLevel(json),
    sgxComponents: Array.from({ length: COMPONENTS }, (_, i) => component(i + 1)),
    pceSvn: tcb.field("pcesvn").integer(UINT16_MAX),
    tdxComponents: undefined,
  }
}

function readComponents(json: Json): number[] {
  const components = json.items(COMPONENTS).map((component) => component.field("svn").integer(0xff))
  if (components.length === COMPONENTS) return components
  throw new DecodeError("LENGTH_OUT_OF_RANGE", `${components.length} components`)
}

function readLevel(json: Json): Level {
  const advisories = json.optional("advisoryIDs")?.items(ADVISORIES_MAX) ?? []
  return {
    status: json.field("tcbStatus").oneOf(tcbStatuses),
    advisories: advisories.map((advisory) => advisory.text(ADVISORY_LENGTH_MAX)),
    tcbDate: json.field("tcbDate").time(),
  }
}
