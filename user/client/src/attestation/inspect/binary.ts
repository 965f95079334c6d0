import type { Bytes } from "../../webCrypto.ts"

const HEX = /^(?:0x)?((?:[0-9A-Fa-f]{2})+)$/
/** In either alphabet (RFC 4648 sections 4 and 5), with or without the padding. */
const BASE64 = /^[A-Za-z0-9+/_][A-Za-z0-9+/_-]*={0,2}$/

/**
 * Evidence that was handed on as hexadecimal digits or base64, as bytes; other evidence as it is. No format begins with
 * a byte that is a letter or digit, so none is taken for such a text.
 */
export function binaryOf(bytes: Bytes): Bytes {
  if (!isTextual(bytes[0])) return bytes
  const text = new TextDecoder().decode(bytes).replaceAll(/\s/g, "")
  const [, digits] = HEX.exec(text) ?? []
  if (digits !== undefined) return Uint8Array.fromHex(digits)
  return BASE64.test(text) ? (fromBase64(text) ?? bytes) : bytes
}

function isTextual(octet: number | undefined): boolean {
  return octet !== undefined && /[A-Za-z0-9+/_\s]/.test(String.fromCharCode(octet))
}

function fromBase64(text: string): Bytes | undefined {
  try {
    return Uint8Array.fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"))
  } catch {
    return undefined
  }
}
