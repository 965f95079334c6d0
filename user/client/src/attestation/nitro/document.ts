/*
 * The attestation document of AWS Nitro Enclaves ("Nitro Enclaves Attestation Process", sections 2.2 and 3.2.2, in AWS's
 * nsm-api).
 */
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"
import { arrayOf, byteString, decodeCbor, mapOf, wholeNumber } from "./cbor.ts"
import { readCoseSign1, type CoseSign1 } from "./cose.ts"
import { readOr } from "../x509/malformed.ts"

/** Byte strings are in hexadecimal digits. */
export interface NitroDocument {
  readonly moduleId: string
  readonly digest: "SHA384"
  /** Milliseconds since 1970. */
  readonly timestamp: number
  /** By index. */
  readonly pcrs: Readonly<Record<number, string>>
  /** DER. */
  readonly certificate: string
  /** DER, the root first. */
  readonly cabundle: readonly string[]
  readonly publicKey: string | undefined
  readonly userData: string | undefined
  readonly nonce: string | undefined
}

export interface SignedNitroDocument {
  readonly document: NitroDocument
  readonly message: CoseSign1
}

/** Section 3.1. */
const PAYLOAD_BYTES_MAX = 16_384
/** Sections 2.2 and 3.2.2.2. */
const CERTIFICATE_BYTES_MAX = 1_024
/** Section 2.2. Section 3.2.2.2 has half of it for user_data and nonce, and real documents have more than that. */
const OPTIONAL_BYTES_MAX = 1_024
/** The last millisecond of the year 9999: what is later can hardly be written as a date. */
const TIMESTAMP_MAX = 253_402_300_799_999
const PCRS_MAX = 32
const PCR_BYTES: readonly number[] = [32, 48, 64]
const PCR_BYTES_MAX = 64

const names: readonly unknown[] = [
  "module_id",
  "digest",
  "timestamp",
  "pcrs",
  "certificate",
  "cabundle",
  "public_key",
  "user_data",
  "nonce",
]

/** Reads a signed document, and checks nothing but its form. Throws AttestationError (EVIDENCE_MALFORMED). */
export function readNitroDocument(bytes: Bytes): SignedNitroDocument {
  return readOr("EVIDENCE_MALFORMED", "the Nitro attestation document", () => {
    const message = readCoseSign1(bytes, PAYLOAD_BYTES_MAX)
    const fields = mapOf(decodeCbor(message.payload, PAYLOAD_BYTES_MAX), "the document")
    const unknown = [...fields.keys()].filter((name) => !names.includes(name))
    if (unknown.length > 0) throw new DecodeError("UNKNOWN_VARIANT", `${unknown.length} fields that have no meaning`)
    return { document: readFields(fields), message }
  })
}

function readFields(fields: ReadonlyMap<unknown, unknown>): NitroDocument {
  const digest = fields.get("digest")
  if (digest !== "SHA384") throw new DecodeError("UNKNOWN_VARIANT", "another digest than SHA384")
  const cabundle = arrayOf(fields.get("cabundle"), "cabundle")
  if (cabundle.length === 0) throw new DecodeError("LENGTH_OUT_OF_RANGE", "cabundle is empty")
  return {
    moduleId: readModuleId(fields.get("module_id")),
    digest,
    timestamp: readTimestamp(fields.get("timestamp")),
    pcrs: readPcrs(mapOf(fields.get("pcrs"), "pcrs")),
    certificate: byteString(fields.get("certificate"), "certificate", 1, CERTIFICATE_BYTES_MAX).toHex(),
    cabundle: cabundle.map((each) => byteString(each, "a certificate of cabundle", 1, CERTIFICATE_BYTES_MAX).toHex()),
    publicKey: readOptional(fields.get("public_key"), "public_key"),
    userData: readOptional(fields.get("user_data"), "user_data"),
    nonce: readOptional(fields.get("nonce"), "nonce"),
  }
}

function readModuleId(value: unknown): string {
  // cborg puts U+FFFD in place of what is no UTF-8.
  if (typeof value === "string" && value !== "" && !value.includes("\uFFFD")) return value
  throw new DecodeError("NOT_UTF8", "module_id is no text")
}

function readTimestamp(value: unknown): number {
  const timestamp = wholeNumber(value, "timestamp")
  if (timestamp <= 0) throw new DecodeError("NUMBER_OUT_OF_RANGE", "timestamp is not after 1970")
  if (timestamp > TIMESTAMP_MAX) throw new DecodeError("NUMBER_OUT_OF_RANGE", "timestamp is after the year 9999")
  return timestamp
}

function readPcrs(pcrs: ReadonlyMap<unknown, unknown>): Readonly<Record<number, string>> {
  // At most 32, for there are no more indices.
  if (pcrs.size === 0) throw new DecodeError("LENGTH_OUT_OF_RANGE", "no PCR")
  return Object.fromEntries([...pcrs].map(([index, value]) => [readPcrIndex(index), readPcr(value).toHex()]))
}

function readPcrIndex(value: unknown): number {
  const index = wholeNumber(value, "the index of a PCR")
  if (index < 0 || index >= PCRS_MAX) throw new DecodeError("NUMBER_OUT_OF_RANGE", `PCR ${index}`)
  return index
}

function readPcr(value: unknown): Bytes {
  const pcr = byteString(value, "a PCR", 0, PCR_BYTES_MAX)
  if (!PCR_BYTES.includes(pcr.length)) throw new DecodeError("LENGTH_OUT_OF_RANGE", `a PCR of ${pcr.length} bytes`)
  return pcr
}

/** Section 3.2.2.1 has no null; real documents have one for each optional field that was not asked for. */
function readOptional(value: unknown, what: string): string | undefined {
  return value === undefined || value === null ? undefined : byteString(value, what, 0, OPTIONAL_BYTES_MAX).toHex()
}
