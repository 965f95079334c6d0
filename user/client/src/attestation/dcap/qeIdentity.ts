/*
 * Which enclave of Intel's may sign quotes (Intel's Provisioning Certification Service API version 4, "Get Enclave
 * Identity", version 2 of the structure).
 */
import { AttestationError } from "../../errors.ts"
import { readOr } from "../x509/malformed.ts"
import { Json } from "../json.ts"
import { isMasked } from "./mask.ts"
import type { SgxReport } from "./sgxReport.ts"
import { readIsvLevels, requireNumber, type IsvLevel } from "./tcbInfo.ts"

export interface QeIdentity {
  readonly id: string
  /** Seconds since 1970. */
  readonly issueDate: number
  readonly nextUpdate: number
  readonly tcbEvaluationDataNumber: number
  /** Lower-case hexadecimal digits. */
  readonly miscSelect: string
  readonly miscSelectMask: string
  readonly attributes: string
  readonly attributesMask: string
  readonly mrSigner: string
  readonly isvProdId: number
  readonly levels: readonly IsvLevel[]
}

/** Reads a QE identity, once its signature holds. Throws AttestationError (COLLATERAL_MALFORMED). */
export function readQeIdentity(text: string): QeIdentity {
  return readOr("COLLATERAL_MALFORMED", "Intel's QE identity", () => {
    const json = Json.parse(text)
    requireNumber(json, "version", 2)
    return {
      id: json.field("id").text(16),
      issueDate: json.field("issueDate").time(),
      nextUpdate: json.field("nextUpdate").time(),
      tcbEvaluationDataNumber: json.field("tcbEvaluationDataNumber").integer(0xffff_ffff),
      miscSelect: json.field("miscselect").hex(4),
      miscSelectMask: json.field("miscselectMask").hex(4),
      attributes: json.field("attributes").hex(16),
      attributesMask: json.field("attributesMask").hex(16),
      mrSigner: json.field("mrsigner").hex(32),
      isvProdId: json.field("isvprodid").integer(0xffff),
      levels: readIsvLevels(json),
    }
  })
}

/** Throws AttestationError (QE_IDENTITY_MISMATCH) where this report is not of the enclave that signs this TEE's quotes. */
export function requireIdentity(report: SgxReport, identity: QeIdentity, tee: "SGX" | "TDX"): void {
  const id = tee === "TDX" ? "TD_QE" : "QE"
  if (identity.id !== id) throw mismatch(`the host's QE identity is of ${JSON.stringify(identity.id)}, not of ${id}`)
  if (report.mrSigner !== identity.mrSigner) throw mismatch("it is signed by another than Intel")
  if (report.isvProdId !== identity.isvProdId) throw mismatch(`it is Intel's enclave number ${report.isvProdId}`)
  if (!isMasked(report.miscSelect, identity.miscSelectMask, identity.miscSelect)) {
    throw mismatch("its MISCSELECT is another")
  }
  if (!isMasked(report.attributes, identity.attributesMask, identity.attributes)) {
    throw mismatch("its ATTRIBUTES are others: it may be open to debugging")
  }
}

function mismatch(why: string): AttestationError {
  return new AttestationError("QE_IDENTITY_MISMATCH", `the quote was not signed by Intel's quoting enclave: ${why}`)
}
