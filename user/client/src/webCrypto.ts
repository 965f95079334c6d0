/*
 * The few primitives clients need, over WebCrypto, so that they run in Node and in browsers alike.
 */
import { hpkeSuite, SECRET_BYTES } from "@event-manager/protocol"

export type Bytes = Uint8Array<ArrayBuffer>

export async function sha256(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data))
}

export async function sha512(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-512", data))
}

/** What a browser may lack. */
export interface Primitives {
  /** HPKE over MLKEM768-X25519, HKDF-SHA256 and AES-256-GCM. */
  readonly hpke: Pick<typeof hpkeSuite, "DeserializePublicKey" | "SetupSender">
  /** Whether this is the Ed25519 signature over `data` under the raw key. */
  readonly verifyEd25519: (publicKey: Bytes, data: Bytes, signature: Bytes) => Promise<boolean>
}

const native: Primitives = { hpke: hpkeSuite, verifyEd25519: verifyNatively }
let used = native

/** Puts others in the place of primitives that WebCrypto lacks here, for everything from now on. */
export function substitutePrimitives(substitutes: Partial<Primitives>): void {
  used = { ...used, ...substitutes }
}

/** HPKE as it is to be used here. */
export function hpke(): Primitives["hpke"] {
  return used.hpke
}

/** Whether `signature` is the Ed25519 signature (RFC 8032) over `data` under the raw key. A bad key verifies nothing. */
export async function verifyEd25519(publicKey: Bytes, data: Bytes, signature: Bytes): Promise<boolean> {
  return used.verifyEd25519(publicKey, data, signature)
}

async function verifyNatively(publicKey: Bytes, data: Bytes, signature: Bytes): Promise<boolean> {
  try {
    return await crypto.subtle.verify("Ed25519", await verifyingKey(publicKey), signature, data)
  } catch {
    return false
  }
}

/** The key that was used last: nearly always the one enclave's. */
let latestKey: { readonly digits: string; readonly key: CryptoKey } | undefined

async function verifyingKey(publicKey: Bytes): Promise<CryptoKey> {
  const digits = publicKey.toHex()
  if (latestKey?.digits === digits) return latestKey.key
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"])
  latestKey = { digits, key }
  return key
}

/** HKDF-SHA256 (RFC 5869) to an AES-256-GCM key. */
export async function deriveAesKey(secret: Bytes, salt: Bytes, info: Bytes): Promise<CryptoKey> {
  const input = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"])
  const target = { name: "AES-GCM", length: SECRET_BYTES * 8 }
  return crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info }, input, target, false, [
    "encrypt",
    "decrypt",
  ])
}

/** Ciphertext and tag. */
export async function sealAes(key: CryptoKey, iv: Bytes, additionalData: Bytes, content: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, content))
}

/** The content, or undefined where it was not sealed under this key, nonce and additional data. */
export async function openAes(
  key: CryptoKey,
  iv: Bytes,
  additionalData: Bytes,
  sealed: Bytes,
): Promise<Bytes | undefined> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed))
  } catch {
    return undefined
  }
}

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length))
}
