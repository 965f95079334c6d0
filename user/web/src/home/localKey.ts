import { partyKey, UserError, type Identity } from "@event-manager/client"

type Bytes = Uint8Array<ArrayBuffer>

/**
 * A private key as a browser keeps it. Where WebCrypto has Ed25519 it is a handle from which nobody, this page included,
 * can read the key; elsewhere the seed, sealed under such a handle.
 */
export type LocalKey =
  | { readonly kind: "handle"; readonly privateKey: CryptoKey }
  | { readonly kind: "sealed"; readonly sealingKey: CryptoKey; readonly iv: Bytes; readonly seed: Bytes }

/** The Ed25519 that a browser may lack, for keys that are then kept as seeds. */
export interface SeedSigner {
  publicKeyOf(seed: Bytes): Bytes
  sign(seed: Bytes, data: Bytes): Bytes
}

const SEED_BYTES = 32
const IV_BYTES = 12

/** A new seed; the caller overwrites it. */
export function newSeed(): Bytes {
  return crypto.getRandomValues(new Uint8Array(SEED_BYTES))
}

/** Keeps a seed in such a way that it can be used and, where the browser can, not read again. */
export async function keepSeed(
  seed: Bytes,
  signer: SeedSigner | undefined,
): Promise<{ key: LocalKey; publicKey: Bytes }> {
  if (signer === undefined) return keepNatively(seed)
  const sealingKey = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"])
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, sealingKey, seed))
  return { key: { kind: "sealed", sealingKey, iv, seed: sealed }, publicKey: signer.publicKeyOf(seed) }
}

async function keepNatively(seed: Bytes): Promise<{ key: LocalKey; publicKey: Bytes }> {
  const pkcs8 = new Uint8Array(PKCS8_PREFIX.length + SEED_BYTES)
  pkcs8.set(PKCS8_PREFIX)
  pkcs8.set(seed, PKCS8_PREFIX.length)
  // Extractable for as long as it takes to learn the public key, which WebCrypto tells in no other way.
  const readable = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"])
  const { x } = await crypto.subtle.exportKey("jwk", readable)
  const privateKey = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"])
  pkcs8.fill(0)
  const publicKey = Uint8Array.fromBase64(x ?? "", { alphabet: "base64url" })
  return { key: { kind: "handle", privateKey }, publicKey }
}

/** PKCS#8 of an Ed25519 key (RFC 8410 section 7), all but the seed. */
const PKCS8_PREFIX = Uint8Array.fromHex("302e020100300506032b657004220420")

/** An identity that signs with a kept key. */
export function localIdentity(key: LocalKey, publicKey: Uint8Array, signer: SeedSigner | undefined): Identity {
  return { party: partyKey(publicKey), sign: async (data) => signWith(key, data, signer) }
}

async function signWith(key: LocalKey, data: Bytes, signer: SeedSigner | undefined): Promise<Bytes> {
  if (key.kind === "handle") return new Uint8Array(await crypto.subtle.sign("Ed25519", key.privateKey, data))
  if (signer === undefined) throw new UserError("IDENTITY_BROKEN", "this key was kept by another browser's means")
  const { sealingKey, iv, seed: sealed } = key
  const seed = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, sealingKey, sealed))
  const signature = signer.sign(seed, data)
  seed.fill(0)
  return signature
}
