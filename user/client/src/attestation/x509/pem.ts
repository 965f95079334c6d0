import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"
import { readCertificate, type Certificate } from "./certificate.ts"
import type { NonEmpty } from "./chain.ts"
import { readOr } from "./malformed.ts"

const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g
const SEQUENCE = 0x30

/** The certificates of a PEM text (RFC 7468), in their order. Throws AttestationError (CERTIFICATE_MALFORMED). */
export function readPemChain(text: string): NonEmpty<Certificate> {
  return readOr("CERTIFICATE_MALFORMED", "a certificate chain", () => {
    const [first, ...rest] = [...text.matchAll(BLOCK)].map(([, base64 = ""]) => readCertificate(fromBase64(base64)))
    const isAll = text.replaceAll(BLOCK, "").replaceAll("\0", "").trim() === ""
    if (first === undefined || !isAll) throw new DecodeError("ARMOR", "no chain of PEM certificates")
    return [first, ...rest]
  })
}

/** One certificate in DER, or all those of a PEM text. Throws AttestationError (CERTIFICATE_MALFORMED). */
export function readCertificateFile(bytes: Bytes): NonEmpty<Certificate> {
  return bytes[0] === SEQUENCE ? [readCertificate(bytes)] : readPemChain(new TextDecoder().decode(bytes))
}

function fromBase64(base64: string): Bytes {
  try {
    return Uint8Array.fromBase64(base64)
  } catch (cause) {
    throw new DecodeError("ARMOR", "not base64", { cause })
  }
}
