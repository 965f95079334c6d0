/* Ed25519 (RFC 8032) for browsers without it. Loaded only there. */
import { ed25519 } from "@noble/curves/ed25519.js"
import type { SeedSigner } from "./localKey.ts"

type Bytes = Uint8Array<ArrayBuffer>

export const seedSigner: SeedSigner = {
  publicKeyOf: (seed) => new Uint8Array(ed25519.getPublicKey(seed)),
  sign: (seed, data) => new Uint8Array(ed25519.sign(data, seed)),
}

/** As WebCrypto verifies, by RFC 8032 and not by ZIP 215. A bad key verifies nothing. */
export function verify(publicKey: Bytes, data: Bytes, signature: Bytes): boolean {
  try {
    return ed25519.verify(signature, data, publicKey, { zip215: false })
  } catch {
    return false
  }
}
