/*
 * Collateral goes about in several spellings: lists and signatures in hexadecimal digits (a PCCS), base64, PEM or as a
 * list of bytes (libraries), chains as the header of Intel's answer escapes them, what is signed as Intel's whole answer
 * or as an object. All of it is signed, so how it was spelled can make nobody believe anything else.
 */
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"
import { Json } from "../json.ts"

const HEX = /^(?:0x)?((?:[0-9A-Fa-f]{2})*)$/
const CRL_BLOCK = /^-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]*)-----END X509 CRL-----\s*$/
const ESCAPED_BLOCK = /^-----BEGIN(?:%20|\+)CERTIFICATE-----/
const SIGNATURE_BYTES = 64

/** Members of Intel's answers ("Get TCB Info", "Get Enclave Identity"), beside which `signature` stands. */
type Member = "tcbInfo" | "enclaveIdentity"

const answers: Readonly<Record<Member, RegExp>> = {
  tcbInfo: /^\s*\{\s*"tcbInfo"\s*:\s*(\{.*\})\s*,\s*"signature"\s*:\s*"([0-9A-Fa-f]*)"\s*\}\s*$/s,
  enclaveIdentity: /^\s*\{\s*"enclaveIdentity"\s*:\s*(\{.*\})\s*,\s*"signature"\s*:\s*"([0-9A-Fa-f]*)"\s*\}\s*$/s,
}

/** Bytes in any of the spellings above. Throws DecodeError. */
export function readBytes(json: Json, bytesMax: number): Bytes {
  if (json.isList) return Uint8Array.from(json.items(bytesMax), (item) => item.integer(0xff))
  const text = withoutEnd(json.text(2 * bytesMax))
  const [, digits] = HEX.exec(text) ?? []
  if (digits !== undefined) return Uint8Array.fromHex(digits)
  return fromBase64(CRL_BLOCK.exec(text)?.[1] ?? text)
}

/** What is signed, byte for byte, and r and s of its signature, 32 bytes each. Throws DecodeError. */
export function readSigned(
  json: Json,
  name: "tcb_info" | "qe_identity",
  member: Member,
  bytesMax: number,
): { readonly text: string; readonly signature: Bytes } {
  const field = json.field(name)
  // Intel signs compact JSON in the order in which it sends it, which parsing and writing it again keeps.
  const written = field.isText ? field.text(bytesMax) : field.compact()
  const [, text, signature] = answers[member].exec(withoutEnd(written)) ?? []
  if (text !== undefined && signature !== undefined) return { text, signature: signatureOf(Json.of(signature)) }
  return { text: written, signature: signatureOf(json.field(`${name}_signature`)) }
}

function signatureOf(json: Json): Bytes {
  const bytes = readBytes(json, 2 * SIGNATURE_BYTES)
  if (bytes.length === SIGNATURE_BYTES) return bytes
  throw new DecodeError("LENGTH_OUT_OF_RANGE", `a signature of ${bytes.length} bytes where ${SIGNATURE_BYTES} were due`)
}

/** A chain in PEM, perhaps escaped as in the headers of Intel's answers. */
export function unescapedPem(text: string): string {
  if (!ESCAPED_BLOCK.test(text)) return text
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new DecodeError("ARMOR", "a chain that is not escaped as in headers", { cause })
  }
}

/** C programs count the zero behind a text to it. */
function withoutEnd(text: string): string {
  let end = text.length
  // Not by an expression, which would begin anew at each of a million zeros that something stands behind.
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--
  return text.slice(0, end)
}

function fromBase64(text: string): Bytes {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" })
  } catch (cause) {
    throw new DecodeError("ARMOR", "neither hexadecimal digits, base64 nor PEM", { cause })
  }
}
