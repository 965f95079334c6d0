/** Signs a release manifest: what the launches of this enclave are, so that clients need only know who signs. */
import { readLaunches, releaseSigned, writeRelease } from "@event-manager/client/attestation"
import { createHash, createPublicKey, sign, type KeyObject } from "node:crypto"

export interface SignedManifest {
  /** The file's content. */
  readonly text: string
  readonly version: string
  readonly launches: number
  /** By which clients accept it. */
  readonly constraint: string
}

/**
 * `launches` is JSON: version, productId, revocationLevel, launches (of kind sev-snp, tdx, sgx or nitro, with what each
 * measures, in hexadecimal), and perhaps sevSnpMinimumTcb. `codeHash` is the bundle's, `key` an Ed25519 private key. Throws
 * AttestationError (RELEASE_MALFORMED).
 */
export function signManifest(launches: string, codeHash: string, key: KeyObject): SignedManifest {
  const manifest = { ...readLaunches(launches), codeHash: Uint8Array.fromHex(codeHash) }
  const signer = rawPublicKey(key)
  const signature = new Uint8Array(sign(null, releaseSigned(manifest), key))
  const signerHash = createHash("sha256").update(signer).digest("hex")
  return {
    text: writeRelease(manifest, signer, signature),
    version: manifest.version,
    launches: manifest.launches.length,
    constraint: `S:${signerHash} PROD:${manifest.productId}`,
  }
}

/** The raw public key of an Ed25519 key (RFC 8032). */
function rawPublicKey(key: KeyObject): Uint8Array<ArrayBuffer> {
  const { x = "" } = createPublicKey(key).export({ format: "jwk" })
  return new Uint8Array(Buffer.from(x, "base64url"))
}
