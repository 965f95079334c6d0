/**
 * Builds what is published, and checks it: publint on manifests, Are the Types Wrong on the tarballs as those see them who
 * import modules, and the API reports, which say what the packages promise, in the folder `api` of each. `--update` writes the reports.
 */
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core"
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { buildPackages } from "./build-packages.ts"
import { writeApiReports } from "./packages/apiReport.ts"
import { pack } from "./packages/npm.ts"
import { published } from "./packages/published.ts"

const root = join(import.meta.dirname, "..")

/** The packages are modules alone: how they look to require() of old is nothing that they promise. */
const MODULES_ONLY = ["node16-esm", "bundler"]
/** A program to start, and not to import. */
const PROGRAM = "./event-enclave.mjs"

const temporary = mkdtempSync(join(tmpdir(), "event-manager-packages-"))
try {
  const faults = await check()
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  process.exitCode = faults.length === 0 ? 0 : 1
} finally {
  rmSync(temporary, { recursive: true })
}

async function check(): Promise<readonly string[]> {
  const folders = await buildPackages(root)
  const packages = join(root, "dist/packages")
  const faults = [...writeApiReports(root, packages, temporary)]
  if (process.argv.includes("--update")) update()
  faults.push(...differences())
  for (const [i, tarball] of pack(folders, temporary).entries()) {
    faults.push(...(await manifestFaults(folders[i] ?? "")))
    // What was built already is served, and never imported.
    if (published[i]?.isBuilt !== true) faults.push(...(await typeFaults(tarball)))
  }
  return faults
}

/** Each report that was made or is kept: where it is kept, and where it was made. */
function reports(): readonly (readonly [kept: string, made: string])[] {
  return published.flatMap(({ name, folder }) => {
    const made = globSync(`${name}{,-*}.api.md`, { cwd: temporary })
    const files = new Set([...made, ...globSync("*.api.md", { cwd: join(root, folder, "api") })])
    return [...files].map((file) => [join(folder, "api", file), join(temporary, file)] as const)
  })
}

function update(): void {
  for (const [kept, made] of reports()) {
    rmSync(join(root, kept), { force: true })
    if (existsSync(made)) cpSync(made, join(root, kept))
  }
}

function differences(): readonly string[] {
  const changed = reports().filter(([kept, made]) => textOf(join(root, kept)) !== textOf(made))
  const advice = "if that is meant, run npm run api:update, and say so in the changelog"
  return changed.map(([kept]) => `${kept}: what the package promises has changed; ${advice}`)
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined
}

async function manifestFaults(folder: string): Promise<readonly string[]> {
  const { messages, pkg } = await publint({ pkgDir: folder, strict: true })
  return messages.map((message) => `${String(pkg["name"])}: ${formatMessage(message, pkg) ?? message.code}`)
}

async function typeFaults(tarball: string): Promise<readonly string[]> {
  const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))))
  if (checked.types === false) return [`${checked.packageName}: there are no types`]
  return checked.problems.flatMap((problem) => {
    const entry = "entrypoint" in problem ? problem.entrypoint : ""
    if (entry === PROGRAM) return []
    if ("resolutionKind" in problem && !MODULES_ONLY.includes(problem.resolutionKind)) return []
    return [`${checked.packageName} ${entry}: ${problem.kind}`]
  })
}
