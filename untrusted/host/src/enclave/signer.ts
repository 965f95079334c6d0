import { createHash, createPrivateKey, createPublicKey, randomBytes } from "node:crypto"
import { link, mkdir, open, rm, writeFile } from "node:fs/promises"
import { homedir } from "node:os"
import { dirname, isAbsolute, join } from "node:path"
import { errorLabel, HostError, systemCode } from "../errors.ts"

const SEED_BYTES = 32
const OTHERS_MODE = 0o077
/** RFC 8410 section 7: what stands before an Ed25519 seed in PKCS#8. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex")

export interface Signer {
  readonly seed: Uint8Array<ArrayBuffer>
  /** SHA-256 of the raw public key, in hexadecimal, as a constraint names it. */
  readonly hash: string
}

/** The user's own state directory: XDG Base Directory Specification, where a relative path counts as none. */
export function defaultSimulationKey(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment["XDG_STATE_HOME"] ?? ""
  const state = isAbsolute(given) ? given : join(homedir(), ".local/state")
  return join(state, "event-manager/simulation.key")
}

/** The machine's simulated attestation key, made at its first use. Throws HostError (SIMULATION_KEY). */
export async function openSigner(path: string): Promise<Signer> {
  try {
    const seed = (await readSeed(path)) ?? (await makeSeed(path))
    return { seed, hash: publicKeyHash(seed) }
  } catch (cause) {
    if (cause instanceof HostError) throw cause
    throw new HostError("SIMULATION_KEY", `cannot use the simulation key ${path} (${errorLabel(cause)})`, { cause })
  }
}

async function readSeed(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const file = await open(path).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return undefined
    throw error
  })
  if (file === undefined) return undefined
  try {
    const { mode, size } = await file.stat()
    if ((mode & OTHERS_MODE) !== 0) throw keyError(path, "can be read by others: chmod 600 it")
    if (size !== SEED_BYTES) throw keyError(path, `has ${size} bytes where an Ed25519 seed has ${SEED_BYTES}`)
    return new Uint8Array(await file.readFile())
  } finally {
    await file.close()
  }
}

/** Written aside and then linked into place, so that of two hosts that start at once both use one whole key. */
async function makeSeed(path: string): Promise<Uint8Array<ArrayBuffer>> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const aside = `${path}.${randomBytes(8).toString("hex")}`
  await writeFile(aside, randomBytes(SEED_BYTES), { mode: 0o600, flag: "wx", flush: true })
  try {
    await link(aside, path)
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error
  } finally {
    await rm(aside, { force: true })
  }
  const seed = await readSeed(path)
  if (seed === undefined) throw keyError(path, "went away as it was made")
  return seed
}

function publicKeyHash(seed: Uint8Array): string {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" })
  const { x = "" } = createPublicKey(key).export({ format: "jwk" })
  return createHash("sha256").update(Buffer.from(x, "base64url")).digest("hex")
}

function keyError(path: string, what: string): HostError {
  return new HostError("SIMULATION_KEY", `the simulation key ${path} ${what}`)
}
