/** Programs in documents, typed as strictly as the sources and against the packages as they are. */
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { root, type Block } from "./blocks.ts"

/** Returns what the compiler says of them, and nothing where it finds no fault. Those of one document may import others. */
export function faultsIn(programs: readonly Block[]): string {
  const folder = mkdtempSync(join(tmpdir(), "event-manager-docs-"))
  try {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
    writeFileSync(join(folder, "package.json"), '{"type":"module"}')
    for (const { path, line, text, mark } of programs) {
      const name = mark?.kind === "file" ? mark.name : `block-${line}.ts`
      const file = join(folder, path.replaceAll("/", "-"), name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
    const options = { extends: join(root, "tsconfig.json"), compilerOptions: { rootDir: "/" }, include: ["."] }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(options))
    const tsc = join(root, "node_modules/.bin/tsc")
    const { status, stdout } = spawnSync(tsc, ["--pretty", "false", "-p", folder], { encoding: "utf8" })
    return status === 0 ? "" : stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}
