/*
 * An inspection to be made here or in a browser, and what it came to, in a form that crosses to a page and back.
 */
import type { Format, Inspection, InspectionInput } from "@event-manager/client/attestation"

/** What a page in a browser can be handed: bytes in base64. */
export interface Task {
  readonly name: string
  readonly format: Format
  readonly bytes: string
  readonly endorsement?: string
  readonly collateral?: string
  readonly eventLog?: string
  /** Seconds since 1970. */
  readonly at: number
}

/** The input of an inspection, against the pinned roots. */
export function inputOf(task: Task): Omit<InspectionInput, "roots"> {
  const read = (base64: string | undefined): Uint8Array<ArrayBuffer> | undefined =>
    base64 === undefined ? undefined : Uint8Array.fromBase64(base64)
  return {
    format: task.format,
    bytes: Uint8Array.fromBase64(task.bytes),
    endorsement: read(task.endorsement),
    collateral: read(task.collateral),
    crl: undefined,
    eventLog: read(task.eventLog),
    at: task.at,
  }
}

/** What an inspection comes to, in one line that is the same wherever it is made. */
export function summaryOf({ facts, fields, outcome }: Inspection): string {
  return JSON.stringify({ outcome, facts, fields })
}
