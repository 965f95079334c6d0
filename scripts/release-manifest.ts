/**
 * Makes a signed release manifest: `npm run release-manifest -- --launches FILE --key FILE [--out FILE]`. What the file of
 * launches is, and the key, release/ says. The code is the bundle that is built here and now.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { buildEnclave } from "./build-enclave.ts"
import { isForeseen } from "./release/foreseen.ts"
import { readKey } from "./release/key.ts"
import { signManifest } from "./release/manifest.ts"

const USAGE = "usage: npm run release-manifest -- --launches FILE --key FILE [--out FILE]"
const OUT_DEFAULT = "event-enclave.release"

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { launches: { type: "string" }, key: { type: "string" }, out: { type: "string", default: OUT_DEFAULT } },
  })
  const { launches, key, out } = values
  if (launches === undefined || key === undefined) throw new TypeError(USAGE)
  const codeHash = await buildEnclave()
  const signed = signManifest(readFileSync(launches, "utf8"), codeHash, readKey(key))
  writeFileSync(out, signed.text)
  process.stdout.write(
    [
      `${out}: release ${signed.version}, ${signed.launches} launches, code hash ${codeHash}`,
      `Clients accept it by: ${signed.constraint}`,
      "",
    ].join("\n"),
  )
}

try {
  await main()
} catch (error) {
  if (!isForeseen(error)) throw error
  process.stderr.write(`release-manifest: ${error.message}\n`)
  process.exitCode = 1
}
