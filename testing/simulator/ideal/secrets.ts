/*
 * What the ideal primitives know and the parties do not: the secret behind each public key. Whoever has a public key
 * can have something made or checked with it, as mathematics would allow; nobody is handed the secret.
 */
import { Dice } from "../dice.ts"

const KEY_BYTES = 32
let dice = new Dice(0)
const byPublicKey = new Map<string, Uint8Array>()

/** Before each run. */
export function resetSecrets(seed: number): void {
  dice = new Dice(seed)
  byPublicKey.clear()
}

export function drawn(length: number): Uint8Array<ArrayBuffer> {
  return dice.bytes(length)
}

/** Remembers the secret of a public key, by the first 32 bytes of that key. */
export function keep(publicKey: Uint8Array, secret: Uint8Array): void {
  byPublicKey.set(publicKey.subarray(0, KEY_BYTES).toHex(), secret)
}

export function secretOf(publicKey: Uint8Array): Uint8Array | undefined {
  return byPublicKey.get(publicKey.subarray(0, KEY_BYTES).toHex())
}
