import { UserError } from "../errors.ts"
import { isFileError, readText, removeFile, writeText } from "./files.ts"

const LOCK_BYTES_MAX = 32

export interface Lock {
  /** May be called again. */
  release(): void
}

/**
 * Takes `path` as a lock held by this process; one whose process is gone is taken over. Throws UserError
 * (IDENTITY_IN_USE) where a living process holds it.
 */
export function takeLock(path: string, holder: string): Lock {
  if (!tryTake(path)) {
    const pid = holderOf(path)
    if (isAlive(pid)) throw inUse(path, holder, pid)
    breakLock(path, pid)
    if (!tryTake(path)) throw inUse(path, holder, holderOf(path))
  }
  let isHeld = true
  const release = (): void => {
    // Once released, the file may be another client's lock.
    if (isHeld) removeFile(path)
    isHeld = false
    process.off("exit", release)
  }
  process.once("exit", release)
  return { release }
}

function tryTake(path: string): boolean {
  try {
    writeText(path, `${process.pid}`, 0o600, true)
    return true
  } catch (error) {
    if (error instanceof UserError && isFileError(error.cause, "EEXIST")) return false
    throw error
  }
}

function holderOf(path: string): number {
  return Number(readText(path, LOCK_BYTES_MAX))
}

/**
 * Removes the lock of a process that is gone. Of several clients that find it, the one that holds `claim` does so, if
 * it still stands there: any other might remove the lock that the next one has just taken.
 */
function breakLock(path: string, pid: number): void {
  const claim = `${path}.${pid}`
  if (!tryTake(claim)) return
  try {
    if (holderOf(path) === pid) removeFile(path)
  } finally {
    removeFile(claim)
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isFileError(error, "EPERM")
  }
}

function inUse(path: string, holder: string, pid: number): UserError {
  const advice = `wait until it has finished; if process ${pid} is no event-client, remove ${path}`
  return new UserError("IDENTITY_IN_USE", `${holder} is in use by another event-client (process ${pid}); ${advice}`)
}
