/*
 * What Intel's services want to know of the processor that made a quote. It stands in the first certificate of the chain
 * that the quote carries (Intel SGX ECDSA QuoteLibReference DCAP API, "Certification Data", type 5). The host looks for
 * it by its bytes: clients read and verify the chain, and where this finds the wrong thing they get useless collateral.
 */
import { HostError } from "../errors.ts"

const BEGIN = "-----BEGIN CERTIFICATE-----"
const END = "-----END CERTIFICATE-----"

/** Object identifier 1.2.840.113741.1.13.1.4 and the head of an octet string of 6 bytes, in DER. */
const FMSPC = Buffer.from("060a2a864886f84d010d01040406", "hex")
const FMSPC_BYTES = 6

export interface PckFacts {
  /** Family, model, stepping, platform and custom SKU: 12 upper-case hexadecimal digits. */
  readonly fmspc: string
  readonly ca: "platform" | "processor"
}

/** Throws HostError (ENDORSEMENTS). */
export function pckFacts(quote: Uint8Array): PckFacts {
  const certificate = firstCertificate(Buffer.from(quote).toString("latin1"))
  const at = certificate.indexOf(FMSPC)
  const fmspc = certificate.subarray(at + FMSPC.length, at + FMSPC.length + FMSPC_BYTES)
  if (at < 0 || fmspc.length !== FMSPC_BYTES) throw unusable()
  return { fmspc: fmspc.toString("hex").toUpperCase(), ca: caOf(certificate.toString("latin1")) }
}

function firstCertificate(quote: string): Buffer {
  const start = quote.indexOf(BEGIN)
  const end = quote.indexOf(END, start)
  if (start < 0 || end < 0) throw unusable()
  return Buffer.from(quote.slice(start + BEGIN.length, end), "base64")
}

/** The issuer is "Intel SGX PCK Platform CA" or "Intel SGX PCK Processor CA". */
function caOf(certificate: string): PckFacts["ca"] {
  if (certificate.includes("Platform CA")) return "platform"
  if (certificate.includes("Processor CA")) return "processor"
  throw unusable()
}

function unusable(): HostError {
  const advice = "let the quoting service add it (certification data of type 5)"
  return new HostError("ENDORSEMENTS", `the quote carries no PCK certificate chain: ${advice}`)
}
