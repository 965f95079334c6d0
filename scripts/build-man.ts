/** Writes the manual page and the scripts for completion, as they go into the package of the command: dist/man, dist/completions. */
import { spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { manualPage } from "../user/cli/src/manual.ts"

/** Names that each shell looks for, where its scripts for completion are. */
const SHELLS = { bash: "event-client", zsh: "_event-client", fish: "event-client.fish" } as const

/** Writes them below `out`. Throws TypeError where the client prints no script. */
export function buildManual(root = join(import.meta.dirname, ".."), out = join(root, "dist")): void {
  for (const folder of ["man", "completions"]) mkdirSync(join(out, folder), { recursive: true })
  writeFileSync(join(out, "man/event-client.1"), manualPage())
  for (const [shell, file] of Object.entries(SHELLS)) writeFileSync(join(out, "completions", file), script(root, shell))
}

function script(root: string, shell: string): string {
  const main = join(root, "user/cli/src/main.ts")
  const { status, stdout } = spawnSync(process.execPath, [main, "complete", shell], { encoding: "utf8" })
  if (status !== 0 || stdout === "") throw new TypeError(`event-client complete ${shell} printed nothing`)
  return stdout
}

if (import.meta.main) {
  buildManual()
  process.stdout.write("dist/man/event-client.1 and dist/completions\n")
}
