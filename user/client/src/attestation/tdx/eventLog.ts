/*
 * The log of what a TD's firmware and loader measured into its registers: the content of the ACPI table CCEL, in the
 * crypto-agile format of TCG (PC Client Platform Firmware Profile, section 10). Only its digests are proved, by the
 * registers that they amount to; what stands beside each digest is what the log's bearer says of it.
 */
import { DecodeError } from "@event-manager/protocol"
import { AttestationError } from "../../errors.ts"
import type { Bytes } from "../../webCrypto.ts"
import { Cursor } from "../dcap/cursor.ts"
import type { TdReport } from "../dcap/tdReport.ts"
import { EV_NO_ACTION, eventTypeName } from "./eventTypes.ts"
import { readOr } from "../x509/malformed.ts"

/** By their index in the log (UEFI specification, section "Virtual Platform CC Event Log"). */
const registers = ["MRTD", "RTMR0", "RTMR1", "RTMR2", "RTMR3"] as const
type Register = (typeof registers)[number]

export interface LoggedEvent {
  readonly register: Register
  /** By its name in the profile, or its number. */
  readonly type: string
  /** SHA-384, in lower-case hexadecimal digits. */
  readonly digest: string
  /** Whether the register was extended with the digest. */
  readonly extends: boolean
  /** What of the event's data can be printed, shortened. */
  readonly text: string
}

type RuntimeRegisters = Pick<TdReport, "rtMr0" | "rtMr1" | "rtMr2" | "rtMr3">

const LOG_BYTES_MAX = 1_048_576
const ALGORITHMS_MAX = 8
const TEXT_LENGTH_MAX = 80
const SHA1_BYTES = 20
const SHA384 = 0x000c
const SHA384_BYTES = 48
const SPEC_ID = "Spec ID Event03\0"

/** Sizes of digests in bytes, by the number of their algorithm. */
type DigestSizes = ReadonlyMap<number, number>

/** Reads a log; nothing is verified. Throws AttestationError (EVIDENCE_MALFORMED). */
export function readEventLog(bytes: Bytes): readonly LoggedEvent[] {
  return readOr("EVIDENCE_MALFORMED", "the event log", () => {
    if (bytes.length > LOG_BYTES_MAX) throw new DecodeError("LENGTH_OUT_OF_RANGE", `${bytes.length} bytes`)
    const cursor = new Cursor(bytes)
    const sizes = readSpecId(cursor)
    const events: LoggedEvent[] = []
    while (!isPadding(cursor.rest())) events.push(readEvent(cursor, sizes))
    return events
  })
}

/** The first event: TCG_PCClientPCREvent with TCG_EfiSpecIdEvent (sections 10.2.1 and 10.4.5.1). */
function readSpecId(cursor: Cursor): DigestSizes {
  cursor.uint32("a register")
  const type = cursor.uint32("an event type")
  cursor.take(SHA1_BYTES, "a digest")
  const event = new Cursor(cursor.take(cursor.uint32("an event's size"), "the first event"))
  const signature = String.fromCharCode(...event.take(SPEC_ID.length, "a signature"))
  if (type !== EV_NO_ACTION || signature !== SPEC_ID) throw new DecodeError("UNKNOWN_VARIANT", "no crypto-agile log")
  // platformClass, the version of the specification in three bytes, and the size of UINTN.
  event.take(8, "the first event's fields")
  const sizes = new Map<number, number>()
  const count = event.uint32("the number of algorithms")
  if (count > ALGORITHMS_MAX) throw new DecodeError("LENGTH_OUT_OF_RANGE", `${count} algorithms`)
  for (let i = 0; i < count; i++) sizes.set(event.uint16("an algorithm"), event.uint16("a digest's size"))
  const [vendorBytes = 0] = event.take(1, "the size of the vendor's data")
  event.take(vendorBytes, "the vendor's data")
  event.end("the first event")
  if (sizes.get(SHA384) !== SHA384_BYTES) throw new DecodeError("UNKNOWN_VARIANT", "it has no SHA-384")
  return sizes
}

/** TCG_PCR_EVENT2 (section 10.2.2). */
function readEvent(cursor: Cursor, sizes: DigestSizes): LoggedEvent {
  const index = cursor.uint32("a register")
  const register = registers[index]
  if (register === undefined) throw new DecodeError("NUMBER_OUT_OF_RANGE", `register ${index}`)
  const type = cursor.uint32("an event type")
  const digest = readDigests(cursor, sizes)
  const data = cursor.take(cursor.uint32("an event's size"), "an event")
  return {
    register,
    type: eventTypeName(type),
    digest: digest.toHex(),
    extends: type !== EV_NO_ACTION,
    text: printable(data),
  }
}

/** TPML_DIGEST_VALUES: one digest of each algorithm, of which SHA-384's is answered. */
function readDigests(cursor: Cursor, sizes: DigestSizes): Bytes {
  const count = cursor.uint32("the number of digests")
  if (count > ALGORITHMS_MAX) throw new DecodeError("LENGTH_OUT_OF_RANGE", `${count} digests`)
  const found = new Map<number, Bytes>()
  for (let i = 0; i < count; i++) {
    const algorithm = cursor.uint16("an algorithm")
    const size = sizes.get(algorithm)
    if (size === undefined || found.has(algorithm)) throw new DecodeError("UNKNOWN_VARIANT", `algorithm ${algorithm}`)
    found.set(algorithm, cursor.take(size, "a digest"))
  }
  const digest = found.get(SHA384)
  if (digest === undefined) throw new DecodeError("UNKNOWN_VARIANT", "an event without SHA-384 digest")
  return digest
}

/** The table is as long as firmware made it, and what is not used of it is all ones or all zeros. */
function isPadding(rest: Bytes): boolean {
  const [first] = rest
  return first === undefined || ((first === 0xff || first === 0) && rest.every((byte) => byte === first))
}

/** UEFI's text is UTF-16, so zeros are left out; what cannot be printed is a point. */
function printable(data: Bytes): string {
  const shown = data.filter((byte) => byte !== 0).subarray(0, TEXT_LENGTH_MAX)
  return String.fromCharCode(...shown.map((byte) => (byte < 0x20 || byte > 0x7e ? 0x2e : byte)))
}

/** What the four registers hold after these events, each first at zero (TDX Module specification, TDG.MR.RTMR.EXTEND). */
export async function replayEventLog(events: readonly LoggedEvent[]): Promise<RuntimeRegisters> {
  const [rtMr0 = "", rtMr1 = "", rtMr2 = "", rtMr3 = ""] = await Promise.all(
    registers
      .slice(1)
      .map((register) => replay(events.filter((event) => event.extends && event.register === register))),
  )
  return { rtMr0, rtMr1, rtMr2, rtMr3 }
}

async function replay(events: readonly LoggedEvent[]): Promise<string> {
  const extended = new Uint8Array(2 * SHA384_BYTES)
  for (const { digest } of events) {
    extended.set(Uint8Array.fromHex(digest), SHA384_BYTES)
    extended.set(new Uint8Array(await crypto.subtle.digest("SHA-384", extended)))
  }
  return extended.subarray(0, SHA384_BYTES).toHex()
}

/**
 * Checks that a log is what a TD's registers were extended with, and answers with its events. Throws AttestationError
 * (EVIDENCE_MALFORMED, EVENT_LOG_MISMATCH).
 */
export async function requireEventLog(log: Bytes, report: RuntimeRegisters): Promise<readonly LoggedEvent[]> {
  const events = readEventLog(log)
  const replayed = await replayEventLog(events)
  const wrong = (["rtMr0", "rtMr1", "rtMr2", "rtMr3"] as const).filter((name) => replayed[name] !== report[name])
  if (wrong.length === 0) return events
  throw new AttestationError("EVENT_LOG_MISMATCH", `the event log does not come to ${wrong.join(", ").toUpperCase()}`)
}
