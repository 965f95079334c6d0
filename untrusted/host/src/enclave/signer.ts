import { createHash, createPrivateKey, createPublicKey } from "node:crypto"
import { join } from "node:path"
import { openSecret } from "../secretFile.ts"
import { stateFolder } from "../stateFolder.ts"

/** RFC 8410 section 7: what stands before an Ed25519 seed in PKCS#8. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex")

export interface Signer {
  readonly seed: Uint8Array<ArrayBuffer>
  /** SHA-256 of the raw public key, in hexadecimal, as a constraint names it. */
  readonly hash: string
}

export function defaultSimulationKey(): string {
  return join(stateFolder(), "simulation.key")
}

/** The machine's simulated attestation key, made at its first use. Throws HostError (SIMULATION_KEY). */
export async function openSigner(path: string): Promise<Signer> {
  const seed = await openSecret({ path, what: "simulation key", code: "SIMULATION_KEY" })
  return { seed, hash: publicKeyHash(seed) }
}

function publicKeyHash(seed: Uint8Array): string {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" })
  const { x = "" } = createPublicKey(key).export({ format: "jwk" })
  return createHash("sha256").update(Buffer.from(x, "base64url")).digest("hex")
}
