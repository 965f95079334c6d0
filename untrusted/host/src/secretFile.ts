import { randomBytes } from "node:crypto"
import { link, mkdir, open, rm, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { errorLabel, HostError, systemCode, type HostCode } from "./errors.ts"

export const SECRET_BYTES = 32
const OTHERS_MODE = 0o077

/** A file of 32 secret bytes that only its owner can read. */
export interface SecretFile {
  readonly path: string
  /** What it is, for messages. */
  readonly what: string
  readonly code: HostCode
}

/** The secret; undefined where there is no file. Throws HostError. */
export async function readSecret(file: SecretFile): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return guarded(file, () => read(file))
}

/** The secret, made where there is no file. Throws HostError. */
export async function openSecret(file: SecretFile): Promise<Uint8Array<ArrayBuffer>> {
  return guarded(file, async () => (await read(file)) ?? (await make(file)))
}

async function read(file: SecretFile): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const handle = await open(file.path).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return undefined
    throw error
  })
  if (handle === undefined) return undefined
  try {
    const { mode, size } = await handle.stat()
    if ((mode & OTHERS_MODE) !== 0) throw unusable(file, "can be read by others: chmod 600 it")
    if (size !== SECRET_BYTES) throw unusable(file, `has ${size} bytes where it should have ${SECRET_BYTES}`)
    return new Uint8Array(await handle.readFile())
  } finally {
    await handle.close()
  }
}

/** Written aside and then linked into place, so that of two hosts that start at once both use one whole secret. */
async function make(file: SecretFile): Promise<Uint8Array<ArrayBuffer>> {
  await mkdir(dirname(file.path), { recursive: true, mode: 0o700 })
  const aside = `${file.path}.${randomBytes(8).toString("hex")}`
  await writeFile(aside, randomBytes(SECRET_BYTES), { mode: 0o600, flag: "wx", flush: true })
  try {
    await link(aside, file.path)
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error
  } finally {
    await rm(aside, { force: true })
  }
  const secret = await read(file)
  if (secret === undefined) throw unusable(file, "went away as it was made")
  return secret
}

async function guarded<T>(file: SecretFile, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (cause) {
    if (cause instanceof HostError) throw cause
    throw new HostError(file.code, `cannot use the ${file.what} ${file.path} (${errorLabel(cause)})`, { cause })
  }
}

function unusable({ code, what, path }: SecretFile, why: string): HostError {
  return new HostError(code, `the ${what} ${path} ${why}`)
}
