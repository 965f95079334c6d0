import type { Bytes } from "../../webCrypto.ts"
import type { Format } from "./input.ts"
import { Fields } from "../littleEndian.ts"
import { isCertificateTable } from "../sevSnp/certificateTable.ts"
import { SEV_SNP_REPORT_BYTES } from "../sevSnp/report.ts"

/** The version is the first field, of four bytes; quotes say in its upper half what kind of key signed, which is not 0. */
const SEV_SNP_VERSION_MAX = 9
/** Quotes carry certificates, and are longer than two reports. What is cut short or has something behind it is a report. */
const SHORTEST_BESIDE = 2
const QUOTE_BYTES_MIN = 48
const TEE_TDX = 0x81
/** COSE_Sign1 is an array of four, perhaps behind its tag (RFC 9052 section 4.2). */
const COSE_STARTS = [0x84, 0xd2]
const ARMOR_START = "-".charCodeAt(0)

/** Which format the bytes look like; what they are, their reader finds out. */
export function detectFormat(bytes: Bytes): Format {
  const [first = 0] = bytes
  if (bytes.length === SEV_SNP_REPORT_BYTES) return "sev-snp"
  if (first === ARMOR_START) return "event-manager"
  if (COSE_STARTS.includes(first)) return "nitro"
  if (bytes.length < QUOTE_BYTES_MIN) return "event-manager"
  const fields = new Fields(bytes)
  if (isReport(bytes, fields)) return "sev-snp"
  const version = fields.uint16(0)
  if (version < 3 || version > 5 || fields.uint16(2) > 3) return "event-manager"
  return fields.uint32(4) === TEE_TDX ? "tdx" : "sgx"
}

function isReport(bytes: Bytes, fields: Fields): boolean {
  if (isCertificateTable(bytes.subarray(SEV_SNP_REPORT_BYTES))) return true
  return bytes.length < SHORTEST_BESIDE * SEV_SNP_REPORT_BYTES && fields.uint32(0) <= SEV_SNP_VERSION_MAX
}
