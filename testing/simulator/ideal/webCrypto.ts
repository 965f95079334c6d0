/*
 * In place of the client's `webCrypto.ts`: the same hashes, key derivation and cipher, from node:crypto and at once;
 * randomness from the run's seed; and ideal signatures.
 */
import { hpkeSuite, partyKey, TAG_BYTES } from "@event-manager/protocol"
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto"
import { watched } from "../watch/observer.ts"
import { isSignedBy } from "./ed25519.ts"
import { drawn } from "./secrets.ts"

type Bytes = Uint8Array<ArrayBuffer>
interface AesKey {
  readonly bytes: Uint8Array
}
const CIPHER = "aes-256-gcm"
const KEY_BYTES = 32

export async function sha256(data: Bytes): Promise<Bytes> {
  await watched.observer?.hashing(data.length)
  return new Uint8Array(createHash("sha256").update(data).digest())
}

export async function sha512(data: Bytes): Promise<Bytes> {
  return new Uint8Array(createHash("sha512").update(data).digest())
}

/** Nothing is lacking here. */
export function substitutePrimitives(): void {}

/** The suite of `ideal/hpke.ts`, where this is loaded. */
export function hpke(): typeof hpkeSuite {
  return hpkeSuite
}

export async function verifyEd25519(publicKey: Bytes, data: Bytes, signature: Bytes): Promise<boolean> {
  return isSignedBy(partyKey(publicKey), data, signature)
}

export async function deriveAesKey(secret: Bytes, salt: Bytes, info: Bytes): Promise<AesKey> {
  return { bytes: new Uint8Array(hkdfSync("sha256", secret, salt, info, KEY_BYTES)) }
}

export async function sealAes(key: AesKey, iv: Bytes, additionalData: Bytes, content: Bytes): Promise<Bytes> {
  watched.observer?.sealing(key.bytes, iv)
  const cipher = createCipheriv(CIPHER, key.bytes, iv).setAAD(additionalData)
  return new Uint8Array(Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]))
}

export async function openAes(
  key: AesKey,
  iv: Bytes,
  additionalData: Bytes,
  sealed: Bytes,
): Promise<Bytes | undefined> {
  if (sealed.length < TAG_BYTES) return undefined
  const end = sealed.length - TAG_BYTES
  const decipher = createDecipheriv(CIPHER, key.bytes, iv).setAAD(additionalData).setAuthTag(sealed.subarray(end))
  try {
    return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]))
  } catch {
    return undefined
  }
}

export function randomBytes(length: number): Bytes {
  return drawn(length)
}
