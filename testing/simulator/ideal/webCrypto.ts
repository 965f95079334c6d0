/*
 * In place of the client's `webCrypto.ts`: the same hashes, from node:crypto and at once; randomness from the run's seed;
 * and ideal signatures.
 */
import { partyKey } from "@event-manager/protocol"
import { createHash } from "node:crypto"
import { isSignedBy } from "./ed25519.ts"
import { drawn } from "./secrets.ts"

type Bytes = Uint8Array<ArrayBuffer>

export async function sha256(data: Bytes): Promise<Bytes> {
  return new Uint8Array(createHash("sha256").update(data).digest())
}

export async function sha512(data: Bytes): Promise<Bytes> {
  return new Uint8Array(createHash("sha512").update(data).digest())
}

/** Nothing is lacking here. */
export function substituted(): object {
  return {}
}

export function substitutePrimitives(): void {}

export async function verifyEd25519(publicKey: Bytes, data: Bytes, signature: Bytes): Promise<boolean> {
  return isSignedBy(partyKey(publicKey), data, signature)
}

export function randomBytes(length: number): Bytes {
  return drawn(length)
}
