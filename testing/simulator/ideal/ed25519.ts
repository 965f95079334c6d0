/* In place of the enclave's `ed25519.ts`: signatures that only the key's owner can make, a hundred times as fast. */
import { bytesOf, partyKey, type PartyKey } from "@event-manager/protocol"
import { createHash, createHmac } from "node:crypto"
import type { Signer } from "../../../trusted/enclave/src/shell/ed25519.ts"
import { keep, secretOf } from "./secrets.ts"

export type { Signer }
export const SEED_BYTES = 32

export function signerFromSeed(seed: Uint8Array): Signer {
  const publicKey = createHash("sha256").update("public").update(seed).digest()
  keep(publicKey, seed.slice())
  return { publicKey: partyKey(publicKey), sign: (data) => signed(seed, data) }
}

export function isSignedBy(party: PartyKey, data: Uint8Array, signature: Uint8Array): boolean {
  const seed = secretOf(bytesOf(party))
  return seed !== undefined && Buffer.compare(signed(seed, data), signature) === 0
}

function signed(seed: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac("sha512", seed).update(data).digest())
}
