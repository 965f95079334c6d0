import { bytesOf, partyKey, type PartyKey } from "@event-manager/protocol"
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto"

/** An Ed25519 key (RFC 8032) that signs. */
export interface Signer {
  readonly publicKey: PartyKey
  sign(data: Uint8Array): Uint8Array<ArrayBuffer>
}

export const SEED_BYTES = 32

/** RFC 8410 section 7: what stands before an Ed25519 seed in PKCS#8. */
const PKCS8_PREFIX = Uint8Array.fromHex("302e020100300506032b657004220420")

export function signerFromSeed(seed: Uint8Array): Signer {
  const der = Buffer.concat([PKCS8_PREFIX, seed])
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" })
  const { x } = createPublicKey(privateKey).export({ format: "jwk" })
  return {
    publicKey: partyKey(Uint8Array.fromBase64(x ?? "", { alphabet: "base64url" })),
    sign: (data) => new Uint8Array(sign(null, data, privateKey)),
  }
}

export function isSignedBy(party: PartyKey, data: Uint8Array, signature: Uint8Array): boolean {
  const jwk = {
    kty: "OKP",
    crv: "Ed25519",
    x: bytesOf(party).toBase64({ alphabet: "base64url", omitPadding: true }),
  }
  return verify(null, data, createPublicKey({ key: jwk, format: "jwk" }), signature)
}
