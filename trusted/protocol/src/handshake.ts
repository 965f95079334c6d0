/*
 * The handshake (docs/wire-format.md): HPKE base mode carries the client's key and its signature to the enclave; both
 * sides then derive the session's keys from HPKE's exporter secret and the enclave's fresh salt. The salt crosses in
 * the clear, as RFC 9458 section 4.4 sends its response nonce: a replayed hello exports the same secret again, and a
 * salt inside the seal would have had the reply sealed twice under one key and nonce.
 */
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_MLKEM768_X25519 } from "hpke"
import { bytes, struct } from "./codec.ts"
import { SESSION_ID_BYTES } from "./envelope.ts"
import { partyKeyCodec, SIGNATURE_BYTES } from "./keys.ts"

/** HPKE (RFC 9180) with MLKEM768-X25519 (X-Wing), HKDF-SHA256 and AES-256-GCM. */
export const hpkeSuite = new CipherSuite(KEM_MLKEM768_X25519, KDF_HKDF_SHA256, AEAD_AES_256_GCM)

/** The public key of MLKEM768-X25519, in bytes. */
export const MAIL_KEY_BYTES = 1_216
export const SECRET_BYTES = 32

const HELLO_LABEL = "event-manager/1 hello"
export const EXPORT_CONTEXT = ascii("event-manager/1 session")

/** HKDF-SHA256 info strings; the input key is the exporter secret, the salt the welcome's. Each key has 32 bytes. */
export const sessionKeyLabels = {
  welcome: ascii("event-manager/1 welcome"),
  toEnclave: ascii("event-manager/1 to enclave"),
  toClient: ascii("event-manager/1 to client"),
} as const

/** The content of a hello. The signature is the party's, over helloSigned. */
export const helloCodec = struct({ party: partyKeyCodec, signature: bytes(SIGNATURE_BYTES) })

/** The content of a welcome. */
export const welcomeCodec = struct({ session: bytes(SESSION_ID_BYTES) })

/** HPKE's info: which enclave, in which life, the hello is for. `statementHash` is the SHA-256 of its statement. */
export function helloInfo(statementHash: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined(ascii(HELLO_LABEL), statementHash)
}

/** What the party signs: this enclave, this life, this one handshake. */
export function helloSigned(statementHash: Uint8Array, encapsulated: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined(helloInfo(statementHash), encapsulated)
}

function ascii(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
