import { createHash } from "node:crypto"
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { errorLabel, HostError } from "../errors.ts"

/** Where the enclave's package has its bundle; in the repository, `npm run build:enclave` puts it there. */
export const defaultBundle = fileURLToPath(import.meta.resolve("@event-manager/enclave/event-enclave.mjs"))

export interface Bundle {
  /** A private copy of the bytes that were hashed. */
  readonly file: string
  /** SHA-256. */
  readonly codeHash: Uint8Array<ArrayBuffer>
  /** Removes the copy. */
  discard(): Promise<void>
}

/**
 * Reads the bundle once, hashes what was read, and puts just that into a fresh folder that only this user can enter:
 * between measuring and starting, nobody can put another program in its place. Throws HostError (BUNDLE_MISSING).
 */
export async function takeBundle(path: string): Promise<Bundle> {
  const code = await read(path)
  // Real, because Node compares a permitted path with where symbolic links lead.
  const folder = await realpath(await mkdtemp(join(tmpdir(), "event-enclave-")))
  const file = join(folder, "event-enclave.mjs")
  await writeFile(file, code, { mode: 0o400, flag: "wx" })
  const codeHash = new Uint8Array(createHash("sha256").update(code).digest())
  return { file, codeHash, discard: () => rm(folder, { recursive: true, force: true }) }
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    const why = `cannot read the enclave bundle ${path} (${errorLabel(cause)})`
    throw new HostError("BUNDLE_MISSING", `${why}; run npm run build:enclave`, { cause })
  }
}
