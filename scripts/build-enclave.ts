/** Builds the measured enclave bundle: one file, the same bytes wherever and whenever it is built. */
import { build } from "esbuild"
import { createHash } from "node:crypto"
import { mkdirSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

const BUNDLE = "trusted/enclave/dist/event-enclave.mjs"

/**
 * Answers with the bundle's code hash, as constraints name it: the SHA-256 of its bytes in lower-case hexadecimal. `root`
 * is the folder of the repository.
 */
export async function buildEnclave(root = join(import.meta.dirname, "..")): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["trusted/enclave/src/shell/main.ts"],
    outfile: BUNDLE,
    write: false,
    bundle: true,
    platform: "node",
    target: "node26",
    format: "esm",
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  })
  const bundle = outputFiles.map(({ contents }) => contents)[0] ?? new Uint8Array()
  replaceFile(join(root, BUNDLE), bundle)
  return createHash("sha256").update(bundle).digest("hex")
}

/** In one step, so that a host that starts meanwhile reads the old bundle or the new one, and never a part. */
function replaceFile(file: string, bytes: Uint8Array): void {
  const aside = `${file}.${process.pid}`
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(aside, bytes)
  renameSync(aside, file)
}

if (import.meta.main) process.stdout.write(`${await buildEnclave()}  ${BUNDLE}\n`)
