import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs"
import { randomUUID } from "node:crypto"
import { dirname } from "node:path"
import { UserError } from "../errors.ts"

const CHUNK_BYTES = 65_536

/** Whether an error of node:fs carries this code (errno(3)). */
export function isFileError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code
}

/** The text of a file of at most `bytesMax` bytes, or undefined where there is none. Throws UserError. */
export function readText(path: string, bytesMax: number): string | undefined {
  const bytes = readBytes(path, bytesMax)
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8")
}

/** A file of at most `bytesMax` bytes, or undefined where there is none. Throws UserError (FILE_UNREADABLE). */
export function readBytes(path: string, bytesMax: number): Uint8Array<ArrayBuffer> | undefined {
  const bytes = readStart(path, bytesMax + 1)
  if (bytes === undefined || bytes.length <= bytesMax) return bytes
  throw new UserError("FILE_UNREADABLE", `${path} is longer than ${bytesMax} bytes, so it cannot be what its name says`)
}

/** At most so many bytes of a file: what is no plain file, such as a pipe or a device, need not have an end. */
function readStart(path: string, bytesMax: number): Uint8Array<ArrayBuffer> | undefined {
  let file: number | undefined
  try {
    file = openSync(path, "r")
    const chunks: Buffer[] = []
    for (let left = bytesMax, read = 1; left > 0 && read > 0; left -= read) {
      const chunk = Buffer.allocUnsafe(Math.min(left, CHUNK_BYTES))
      read = readSync(file, chunk)
      chunks.push(chunk.subarray(0, read))
    }
    return new Uint8Array(Buffer.concat(chunks))
  } catch (cause) {
    if (isFileError(cause, "ENOENT")) return undefined
    throw new UserError("FILE_UNREADABLE", `${path} cannot be read: ${reasonOf(cause)}`, { cause })
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** The names of what is in a folder, in order. Throws UserError (FILE_UNREADABLE). */
export function readFolder(path: string): readonly string[] {
  try {
    return readdirSync(path).toSorted()
  } catch (cause) {
    throw new UserError("FILE_UNREADABLE", `the folder ${path} cannot be read: ${reasonOf(cause)}`, { cause })
  }
}

/**
 * Puts `text` in place of the file, whole or not at all, and durable when it returns: a crash leaves the old file or
 * the new one. With `exclusive`, an existing file is kept and UserError thrown. Throws UserError (FILE_UNWRITABLE).
 */
export function writeText(path: string, text: string, mode: number, exclusive = false): void {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    writeDurably(temporary, text, mode)
    if (exclusive) linkSync(temporary, path)
    else renameSync(temporary, path)
    syncFolder(dirname(path))
  } catch (cause) {
    throw new UserError("FILE_UNWRITABLE", `${path} cannot be written: ${reasonOf(cause)}`, {
      cause,
    })
  } finally {
    removeFile(temporary)
  }
}

/** Removes a file if there is one. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path)
  } catch (cause) {
    if (!isFileError(cause, "ENOENT")) throw cause
  }
}

function writeDurably(path: string, text: string, mode: number): void {
  const file = openSync(path, "wx", mode)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** A rename is durable once its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, "r")
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function reasonOf(cause: unknown): string {
  if (isFileError(cause, "EACCES") || isFileError(cause, "EPERM")) return "permission denied"
  if (isFileError(cause, "ENOSPC")) return "the disk is full"
  if (isFileError(cause, "EROFS")) return "the file system is read-only"
  if (isFileError(cause, "EISDIR")) return "it is a folder"
  if (isFileError(cause, "ENOENT")) return "its folder does not exist"
  if (isFileError(cause, "EEXIST")) return "it exists already"
  return cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error"
}
