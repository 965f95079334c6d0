/**
 * Makes a release, all but publishing it: `npm run release:dry [-- --launches FILE --key FILE] [--out FOLDER]`, in dist/release
 * by default. Without launches and key, the release manifest has no launches, and the key that signs it is thrown away.
 */
import { createHash } from "node:crypto"
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import { parseArgs } from "node:util"
import { buildNative } from "./build-native.ts"
import { buildPackages } from "./build-packages.ts"
import { pack } from "./packages/npm.ts"
import { isForeseen } from "./release/foreseen.ts"
import { signManifest } from "./release/manifest.ts"
import { BUNDLE, checkOut, SUMS } from "./release/outFolder.ts"
import { sbomOf } from "./release/sbom.ts"
import { publicKeyText, signatureOf, signingBy, type Signing } from "./release/signing.ts"
import { checkVersions, type Versions } from "./release/versions.ts"

const ROOT = join(import.meta.dirname, "..")
const SIGNATURE = `${SUMS}.sig`

/** Makes it in `out`, in place of what is there, and says what it makes. Throws what building and signing throw. */
async function release(out: string, { version, date }: Versions, signing: Signing): Promise<void> {
  say(`Event Manager ${version}, ${date === undefined ? "not released yet, as CHANGELOG.md says" : `of ${date}`}`)
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  const built = join(out, "built")
  for (const tarball of pack(await buildPackages(ROOT, built), out)) said(tarball)
  renameSync(join(built, "man/event-client.1"), said(join(out, "event-client.1")))
  rmSync(built, { recursive: true })
  buildNative(ROOT, said(join(out, `event-client-${process.platform}-${process.arch}`)))
  copyFileSync(join(ROOT, "trusted/enclave/dist", BUNDLE), said(join(out, BUNDLE)))
  const codeHash = hashOf(join(out, BUNDLE))
  say(`   code hash ${codeHash}`)
  const signed = signManifest(signing.launches, codeHash, signing.key)
  writeFileSync(said(join(out, "event-enclave.release")), signed.text)
  say(`   ${signed.launches} launches; ${signing.note}; accepted by ${signed.constraint}`)
  writeFileSync(said(join(out, `event-manager-${version}.cdx.json`)), sbomOf(ROOT, version))
  writeFileSync(said(join(out, "event-manager-signer.pem")), publicKeyText(signing.key))
  const sums = sumsOf(out)
  writeFileSync(said(join(out, SUMS)), sums)
  writeFileSync(said(join(out, SIGNATURE)), signatureOf(sums, signing.key))

  function said(path: string): string {
    say(relative(process.cwd(), path))
    return path
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Of every file, in the form that `sha256sum --check` reads. */
function sumsOf(folder: string): string {
  return readdirSync(folder)
    .toSorted()
    .map((each) => `${hashOf(join(folder, each))}  ${each}\n`)
    .join("")
}

function hashOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex")
}

try {
  const text = { type: "string" } as const
  const { values } = parseArgs({ options: { launches: text, key: text, out: text } })
  const { out, launches, key } = values
  const versions = checkVersions(ROOT)
  if (versions.faults.length > 0) throw new TypeError(versions.faults.join("\n"))
  const signing = signingBy(versions, launches, key)
  const folder = out === undefined ? join(ROOT, "dist/release") : resolve(out)
  checkOut(folder, [ROOT, process.cwd(), launches, key], out === undefined)
  await release(folder, versions, signing)
} catch (error) {
  if (!isForeseen(error)) throw error
  process.stderr.write(`release: ${error.message}\n`)
  process.exitCode = 1
}
