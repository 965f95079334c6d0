/** A copy of the sources, for a document that changes them: what is installed stays where it is, and is linked to. */
import { cpSync, globSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from "node:fs"
import { join, relative } from "node:path"
import { root } from "./blocks.ts"

const NOT_COPIED = /(?:^|\/)(?:node_modules|dist|\.git|coverage)(?:\/|$)/
const OURS = "@event-manager"

/** Makes it in a folder that is not there yet. */
export function copySources(clone: string): void {
  cpSync(root, clone, { recursive: true, filter: (from) => !NOT_COPIED.test(relative(root, from)) })
  const [installed, linked] = [join(root, "node_modules"), join(clone, "node_modules")]
  mkdirSync(join(linked, OURS), { recursive: true })
  for (const name of readdirSync(installed)) {
    if (name !== OURS) symlinkSync(join(installed, name), join(linked, name))
  }
  // The packages of this repository are those of the copy.
  for (const workspace of globSync("node_modules/@event-manager/*", { cwd: root })) {
    symlinkSync(join(clone, relative(root, realpathSync(join(root, workspace)))), join(clone, workspace))
  }
}
