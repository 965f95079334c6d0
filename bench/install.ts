/** Installs the peers, in a folder of their own and without running their scripts, if they are not already there. */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { BenchError } from "./benchError.ts"

const folder = join(import.meta.dirname, "peers")

/** Throws BenchError where npm cannot install them. */
export function installPeers(): void {
  if (isInstalled()) return
  process.stderr.write("Installing the peers that bench/peers/package-lock.json names\n")
  const [command, ...first] = npmCommand()
  const run = spawnSync(command, [...first, "ci", "--ignore-scripts", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  })
  if (run.error !== undefined) throw new BenchError(`cannot run npm: ${run.error.message}`)
  if (run.status !== 0) throw new BenchError("npm ci failed in bench/peers; what it said stands above")
}

/** npm leaves a copy of the lockfile in what it has installed, without the package itself. */
function isInstalled(): boolean {
  const copy = join(folder, "node_modules/.package-lock.json")
  if (!existsSync(copy)) return false
  const there = hashesIn(copy)
  return [...hashesIn(join(folder, "package-lock.json"))].every(([path, integrity]) => there.get(path) === integrity)
}

/** The hash of each package that every system gets. */
function hashesIn(file: string): Map<string, unknown> {
  const packages = [...fields(fields(JSON.parse(readFileSync(file, "utf8"))).get("packages"))]
  const entries = packages.map(([path, entry]) => [path, fields(entry)] as const)
  const always = entries.filter(([path, entry]) => path !== "" && entry.get("optional") !== true)
  return new Map(always.map(([path, entry]) => [path, entry.get("integrity")]))
}

function fields(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : [])
}

/** The very npm that runs this, if one does. */
function npmCommand(): [string, ...string[]] {
  const program = process.env["npm_execpath"]
  if (program === undefined || basename(program) !== "npm-cli.js") return ["npm"]
  return [process.env["npm_node_execpath"] ?? process.execPath, program]
}
