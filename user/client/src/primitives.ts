/* The few primitives that clients need: the platform's, or what stands in their place. */
import { platform } from "#platform"
import type { Cipher, Primitives } from "./platform.ts"
import type { Bytes } from "./webCrypto.ts"

let used: Primitives = platform

/** Puts others in the place of primitives that are lacking here, for everything from now on. */
export function substitutePrimitives(substitutes: Partial<Primitives>): void {
  used = { ...used, ...substitutes }
}

/** HPKE as it is to be used here. */
export function hpke(): Primitives["hpke"] {
  return used.hpke
}

/** Whether `signature` is the Ed25519 signature (RFC 8032) over `data` under the raw key. A bad key verifies nothing. */
export function verifyEd25519(publicKey: Bytes, data: Bytes, signature: Bytes): Promise<boolean> {
  return used.verifyEd25519(publicKey, data, signature)
}

export function sha256(data: Bytes): Promise<Bytes> {
  return platform.sha256(data)
}

export function sha512(data: Bytes): Promise<Bytes> {
  return platform.sha512(data)
}

/** AES-256-GCM under the key that HKDF-SHA256 (RFC 5869) makes of these. */
export function deriveCipher(secret: Bytes, salt: Bytes, info: Bytes): Promise<Cipher> {
  return platform.deriveCipher(secret, salt, info)
}
