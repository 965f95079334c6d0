/** Builds the measured enclave bundle: one file, the same bytes wherever and whenever it is built. */
import { build } from "esbuild"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dirname, "..")
const outfile = join(root, "trusted/enclave/dist/event-enclave.mjs")

await build({
  absWorkingDir: root,
  entryPoints: ["trusted/enclave/src/shell/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  target: "node26",
  format: "esm",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
})
const hash = createHash("sha256").update(readFileSync(outfile)).digest("hex")
process.stdout.write(`${hash}  trusted/enclave/dist/event-enclave.mjs\n`)
