/**
 * Makes a release, all but publishing it: `npm run release:dry [-- --launches FILE --key FILE] [--out FOLDER]`, in dist/release
 * by default. Without launches and key, the release manifest has no launches, and the key that signs it is thrown away.
 */
import { createHash, type KeyObject } from "node:crypto"
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import { parseArgs } from "node:util"
import { buildNative } from "./build-native.ts"
import { buildPackages } from "./build-packages.ts"
import { pack } from "./packages/npm.ts"
import { isForeseen } from "./release/foreseen.ts"
import { readKey, throwAwayKey } from "./release/key.ts"
import { signManifest } from "./release/manifest.ts"
import { sbomOf } from "./release/sbom.ts"
import { checkVersions } from "./release/versions.ts"

const ROOT = join(import.meta.dirname, "..")
const BUNDLE = "event-enclave.mjs"
const SUMS = "SHA256SUMS"

interface Signing {
  readonly launches: string
  readonly key: KeyObject
  /** What is to be said of it. */
  readonly note: string
}

/** Makes it in `out`, and says what it makes. Throws TypeError, or what reading and signing throw. */
async function release(out: string, signing: Signing, say: (line: string) => void): Promise<void> {
  const { version, date, faults } = checkVersions(ROOT)
  if (faults.length > 0) throw new TypeError(faults.join("\n"))
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
  writeFileSync(said(join(out, SUMS)), sumsOf(out))

  function said(path: string): string {
    say(relative(process.cwd(), path))
    return path
  }
}

/** Of every file, in the form that `sha256sum --check` reads. */
function sumsOf(folder: string): string {
  const files = readdirSync(folder).filter((each) => each !== SUMS)
  return files
    .toSorted()
    .map((each) => `${hashOf(join(folder, each))}  ${each}\n`)
    .join("")
}

function hashOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex")
}

function signingBy(launches: string | undefined, key: string | undefined): Signing {
  if (launches !== undefined && key !== undefined) {
    return { launches: readFileSync(launches, "utf8"), key: readKey(key), note: `signed with ${key}` }
  }
  if (launches !== undefined || key !== undefined) throw new TypeError("--launches and --key go together")
  const { version } = checkVersions(ROOT)
  return {
    launches: JSON.stringify({ version, productId: 1, revocationLevel: 0, launches: [] }),
    key: throwAwayKey(),
    note: "signed with a key that is thrown away: for practice, and not to be published",
  }
}

try {
  const text = { type: "string" } as const
  const { values } = parseArgs({ options: { launches: text, key: text, out: text } })
  const out = values.out === undefined ? join(ROOT, "dist/release") : resolve(values.out)
  await release(out, signingBy(values.launches, values.key), (line) => void process.stdout.write(`${line}\n`))
} catch (error) {
  if (!isForeseen(error)) throw error
  process.stderr.write(`release: ${error.message}\n`)
  process.exitCode = 1
}
