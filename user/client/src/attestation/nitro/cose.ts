/*
 * COSE_Sign1 (RFC 9052 section 4.2) signed with ES384 (RFC 9053 section 2.1), and with nothing else.
 */
import { encode } from "cborg"
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"
import { arrayOf, byteString, decodeCbor, mapOf } from "./cbor.ts"
import { verifyEcdsa, type PublicKey } from "../x509/signature.ts"

export interface CoseSign1 {
  /** The protected header as it was sent. */
  readonly protectedHeader: Bytes
  readonly payload: Bytes
  /** r and s side by side. */
  readonly signature: Bytes
}

/** CBOR tag 18, which may be left out (RFC 9052 section 4.2). */
const TAG = 0xd2
const HEADER_ALG = 1
const ES384 = -35
const SIGNATURE_BYTES = 96
const PROTECTED_BYTES_MAX = 16
/** Of arrays, headers and lengths around payload and signature. */
const FRAME_BYTES_MAX = 32

/** Reads a message whose payload has at most so many bytes. Throws DecodeError. */
export function readCoseSign1(bytes: Bytes, payloadBytesMax: number): CoseSign1 {
  const untagged = bytes[0] === TAG ? bytes.subarray(1) : bytes
  const bytesMax = payloadBytesMax + SIGNATURE_BYTES + PROTECTED_BYTES_MAX + FRAME_BYTES_MAX
  const parts = arrayOf(decodeCbor(untagged, bytesMax), "COSE_Sign1")
  if (parts.length !== 4) throw new DecodeError("LENGTH_OUT_OF_RANGE", `COSE_Sign1 of ${parts.length} parts`)
  const protectedHeader = byteString(parts[0], "the protected header", 1, PROTECTED_BYTES_MAX)
  const header = mapOf(decodeCbor(protectedHeader, PROTECTED_BYTES_MAX), "the protected header")
  if (header.size !== 1 || header.get(HEADER_ALG) !== ES384) {
    throw new DecodeError("UNKNOWN_VARIANT", "a protected header that does not say ES384, and that alone")
  }
  if (mapOf(parts[1], "the unprotected header").size !== 0) {
    throw new DecodeError("UNKNOWN_VARIANT", "an unprotected header that is not empty")
  }
  return {
    protectedHeader,
    payload: byteString(parts[2], "the payload", 1, payloadBytesMax),
    signature: byteString(parts[3], "the signature", SIGNATURE_BYTES, SIGNATURE_BYTES),
  }
}

/** Whether this key signed it: over Sig_structure (RFC 9052 section 4.4), without external data. */
export async function verifyCoseSign1(message: CoseSign1, key: PublicKey): Promise<boolean> {
  if (key.kind !== "P-384") return false
  const { protectedHeader, payload, signature } = message
  const signed = encode(["Signature1", protectedHeader, new Uint8Array(0), payload])
  return verifyEcdsa(key, signed, signature)
}
