/*
 * The few primitives clients need, over WebCrypto, so that they run in Node and in browsers alike.
 */
import type { hpkeSuite } from "@event-manager/protocol"

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

let substitutes: Partial<Primitives> = {}

/** Puts others in the place of primitives that are lacking here, for everything from now on. */
export function substitutePrimitives(others: Partial<Primitives>): void {
  substitutes = { ...substitutes, ...others }
}

/** What stands in the place of primitives that are lacking here. */
export function substituted(): Partial<Primitives> {
  return substitutes
}

/** Whether `signature` is the Ed25519 signature (RFC 8032) over `data` under the raw key. A bad key verifies nothing. */
export async function verifyEd25519(publicKey: Bytes, data: Bytes, signature: Bytes): Promise<boolean> {
  return (substitutes.verifyEd25519 ?? verifyNatively)(publicKey, data, signature)
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

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length))
}
