import { execFile } from "node:child_process"
import { randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { errorLabel, HostError } from "./errors.ts"
import { openSecret, readSecret, SECRET_BYTES, type SecretFile } from "./secretFile.ts"
import { engines, memoryStore, StoreError, type ClosableStore } from "./storage/index.ts"

/** What lasts of an enclave between two starts, and what unseals it. */
export interface KeptState {
  readonly store: ClosableStore
  /** 32 bytes; undefined where the enclave has its own. */
  readonly sealingKey: Uint8Array<ArrayBuffer> | undefined
}

export interface StateOptions {
  /** The folder in which state is kept; without one it is gone when the host ends. */
  readonly data?: string
  /** A command that prints the 32 bytes of the sealing key, in place of a file beside the state. */
  readonly sealingKeyCommand?: string
}

/** Opens the state in a folder, or a new one in memory, without a key where `hasKey` is false. Throws HostError. */
export async function openState({ data, sealingKeyCommand }: StateOptions, hasKey = true): Promise<KeptState> {
  if (!hasKey && sealingKeyCommand !== undefined) {
    const advice = "give --sealing-key-command to event-enclave, inside the TEE"
    throw new HostError("SEALING_KEY", `an enclave in a TEE takes no sealing key from its host: ${advice}`)
  }
  if (data === undefined) {
    return { store: memoryStore(), sealingKey: hasKey ? new Uint8Array(randomBytes(SECRET_BYTES)) : undefined }
  }
  await makeFolder(data)
  const path = join(data, "state.sqlite")
  const sealingKey = hasKey ? await keyFor(path, data, sealingKeyCommand) : undefined
  return { store: await openStore(path), sealingKey }
}

/** The key of a state that was opened with one. */
export function sealingKeyOf({ sealingKey }: KeptState): Uint8Array<ArrayBuffer> {
  if (sealingKey !== undefined) return sealingKey
  throw new HostError("SEALING_KEY", "this state was opened without its sealing key")
}

function keyFor(path: string, data: string, command: string | undefined): Promise<Uint8Array<ArrayBuffer>> {
  return command === undefined ? keyBeside(path, data) : keyFromCommand(command)
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new HostError("DATA", `cannot use the folder ${folder} (${errorLabel(cause)})`, { cause })
  }
}

async function openStore(path: string): Promise<ClosableStore> {
  try {
    return await engines.sqlite.open(path)
  } catch (cause) {
    if (cause instanceof StoreError) throw new HostError("DATA", cause.message, { cause })
    throw cause
  }
}

/** A new key is made only where there is nothing yet that another key has sealed. */
async function keyBeside(state: string, folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const file: SecretFile = { path: join(folder, "sealing.key"), what: "sealing key", code: "SEALING_KEY" }
  if (!existsSync(state)) return openSecret(file)
  const key = await readSecret(file)
  if (key !== undefined) return key
  throw new HostError("SEALING_KEY", `${state} is sealed, and its key ${file.path} is missing; restore it from a copy`)
}

async function keyFromCommand(command: string): Promise<Uint8Array<ArrayBuffer>> {
  const { stdout } = await run(command)
  if (stdout.length === SECRET_BYTES) return new Uint8Array(stdout)
  throw new HostError(
    "SEALING_KEY",
    `the sealing key command printed ${stdout.length} bytes; it must print ${SECRET_BYTES}`,
  )
}

async function run(command: string): Promise<{ stdout: Buffer }> {
  try {
    return await promisify(execFile)("/bin/sh", ["-c", command], { encoding: "buffer", maxBuffer: 2 * SECRET_BYTES })
  } catch (cause) {
    throw new HostError("SEALING_KEY", `the sealing key command failed (${errorLabel(cause)})`, { cause })
  }
}
