/** Which folder a release may be made in, as whatever is in it goes. */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs"
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path"

export const SUMS = "SHA256SUMS"
export const BUNDLE = "event-enclave.mjs"

/**
 * Throws TypeError where `out` is, or holds, one of `kept`, of which undefined is a file that there is none of; or where it
 * holds what no release has left there, unless it is a folder for releases alone, where one may have ended half-way.
 */
export function checkOut(out: string, kept: readonly (string | undefined)[], isOurs: boolean): void {
  for (const each of kept) {
    if (each !== undefined && holds(out, each)) throw new TypeError(`--out ${out} would delete ${resolve(each)}`)
  }
  if (!isOurs && !isFree(out)) {
    throw new TypeError(`--out ${out} has something in it that is no release: empty it, or name another folder`)
  }
}

function holds(folder: string, path: string): boolean {
  const way = relative(real(folder), real(path))
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way))
}

/** Without symbolic links, so far as the path is there. */
function real(path: string): string {
  const full = resolve(path)
  if (existsSync(full)) return realpathSync(full)
  return join(real(dirname(full)), relative(dirname(full), full))
}

/** Whether it is not there, is empty, or is a release. */
function isFree(out: string): boolean {
  if (!existsSync(out) || readdirSync(out).length === 0) return true
  const sums = join(out, SUMS)
  return existsSync(sums) && readFileSync(sums, "utf8").includes(`  ${BUNDLE}\n`)
}
