/* In place of the client's `webCrypto.ts`: the same hashes, from node:crypto and at once; randomness from the run's seed. */
import { createHash } from "node:crypto"
import { drawn } from "./secrets.ts"

type Bytes = Uint8Array<ArrayBuffer>

export async function sha256(data: Bytes): Promise<Bytes> {
  return new Uint8Array(createHash("sha256").update(data).digest())
}

export async function sha512(data: Bytes): Promise<Bytes> {
  return new Uint8Array(createHash("sha512").update(data).digest())
}

export function randomBytes(length: number): Bytes {
  return drawn(length)
}
