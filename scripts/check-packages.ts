/**
 * Builds what is published, and checks it: publint on manifests, Are the Types Wrong on the tarballs as those see them who
 * import modules, and the API reports in docs/api, which say what the packages promise. `--update` writes the reports.
 */
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { buildPackages } from "./build-packages.ts"
import { writeApiReports } from "./packages/apiReport.ts"
import { pack } from "./packages/npm.ts"

const root = join(import.meta.dirname, "..")
const REPORTS = join(root, "docs/api")

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
  if (process.argv.includes("--update")) return writeApiReports(root, packages, REPORTS)
  const faults = [...writeApiReports(root, packages, temporary), ...differences()]
  for (const [i, tarball] of pack(folders, temporary).entries()) {
    faults.push(...(await manifestFaults(folders[i] ?? "")), ...(await typeFaults(tarball)))
  }
  return faults
}

function differences(): readonly string[] {
  const reports = (folder: string): readonly string[] => readdirSync(folder).filter((each) => each.endsWith(".api.md"))
  const names = new Set([...reports(temporary), ...reports(REPORTS)])
  const changed = [...names].filter((name) => textOf(temporary, name) !== textOf(REPORTS, name))
  const advice = "if that is meant, run npm run api:update, and say so in the changelog"
  return changed.map((name) => `docs/api/${name}: what the package promises has changed; ${advice}`)
}

function textOf(folder: string, name: string): string | undefined {
  return readdirSync(folder).includes(name) ? readFileSync(join(folder, name), "utf8") : undefined
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
