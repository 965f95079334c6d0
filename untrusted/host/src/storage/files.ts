/*
 * Folders and files of tests.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TestContext } from "node:test"

/** A path at which there is nothing yet, in a folder that is removed after the test. */
export function newPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "event-manager-store-"))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, "store")
}

export function logPath(path: string): string {
  return `${path}-wal`
}

/** How long a file is; 0 where there is none. */
export function bytesOn(path: string): number {
  return existsSync(path) ? statSync(path).size : 0
}

/** Those of the marks that stand in the store's file or log. */
export function marksOn(path: string, marks: readonly string[]): string[] {
  const files = [path, logPath(path)].filter((file) => existsSync(file))
  return isAnyIn(files, marks) ? marks.filter((mark) => isAnyIn(files, [mark])) : []
}

/** By another process: see sqliteFile.ts. */
function isAnyIn(files: readonly string[], marks: readonly string[]): boolean {
  const patterns = marks.flatMap((mark) => ["-e", mark])
  const { status, stderr } = spawnSync("grep", ["-q", "-a", "-F", ...patterns, ...files])
  if (status !== 0 && status !== 1) throw new TypeError(`grep failed: ${stderr.toString()}`)
  return status === 0
}
