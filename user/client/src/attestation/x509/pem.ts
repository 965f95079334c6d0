import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"
import { readCertificate, type Certificate } from "./certificate.ts"
import type { NonEmpty } from "./chain.ts"
import { readOr } from "./malformed.ts"

const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/= \t\r\n]*)-----END CERTIFICATE-----/g
/** Quoting enclaves end a chain as C does a text. */
const BETWEEN = /^[\r\n]*\0*$/
const SEQUENCE = 0x30

/** The certificates of a PEM text (RFC 7468), in their order. Throws AttestationError (CERTIFICATE_MALFORMED). */
export function readPemChain(text: string): NonEmpty<Certificate> {
  return readOr("CERTIFICATE_MALFORMED", "a certificate chain", () => {
    const [first, ...rest] = [...text.matchAll(BLOCK)].map(([, base64 = ""]) => readCertificate(fromBase64(base64)))
    if (first === undefined || !BETWEEN.test(text.replaceAll(BLOCK, "")))
      throw new DecodeError("ARMOR", "no chain of PEM certificates")
    return [first, ...rest]
  })
}

/** One certificate in DER, or all those of a PEM text. Throws AttestationError (CERTIFICATE_MALFORMED). */
export function readCertificateFile(bytes: Bytes): NonEmpty<Certificate> {
  return bytes[0] === SEQUENCE ? [readCertificate(bytes)] : readPemChain(new TextDecoder().decode(bytes))
}

function fromBase64(base64: string): Bytes {
  try {
    // Strictly: bits that are left over stand for nothing, and could be changed unseen.
    return Uint8Array.fromBase64(base64, { lastChunkHandling: "strict" })
  } catch (cause) {
    throw new DecodeError("ARMOR", "not base64", { cause })
  }
}
