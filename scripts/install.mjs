/*
 * Installs what package-lock.json names, if it is not already there. Plain JavaScript without dependencies: it runs
 * before anything is installed, on whatever Node the machine came with. It is a `pre` script, so that the main script,
 * which npm starts in a shell of its own, finds the Node 26 that this has installed first in its PATH.
 */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const NODE_MAJOR_MIN = 20
const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const runtime = join(root, "node_modules/node/bin/node")

if (Number(process.versions.node.split(".")[0]) < NODE_MAJOR_MIN) {
  stop(`Node ${NODE_MAJOR_MIN} or newer is needed to install; this is ${process.versions.node}`)
}
if (!isInstalled()) install()

function isInstalled() {
  const wanted = packagesOf(join(root, "package-lock.json"))
  if (wanted === undefined) stop("package-lock.json is missing or cannot be read: get a whole clone")
  const present = packagesOf(join(root, "node_modules/.package-lock.json"))
  return present !== undefined && existsSync(runtime) && agree(wanted, present)
}

/** npm writes what it installed to node_modules/.package-lock.json, in the form of the lockfile but without the root. */
function packagesOf(file) {
  try {
    const { packages } = JSON.parse(readFileSync(file, "utf8"))
    delete packages[""]
    return packages
  } catch {
    return undefined
  }
}

/** Only an optional package may be absent: those for other systems always are. */
function agree(wanted, present) {
  return (
    Object.keys(present).every((path) => path in wanted) &&
    Object.entries(wanted).every(([path, entry]) =>
      path in present ? isSame(entry, present[path]) : entry.optional === true,
    )
  )
}

function isSame(one, other) {
  return ["version", "integrity", "link", "resolved"].every((field) => one[field] === other[field])
}

function install() {
  process.stderr.write("Installing what package-lock.json names (npm ci); this takes a minute the first time.\n")
  const [command, ...first] = npmCommand()
  const asked = ["ci", "--include=dev", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
  const run = spawnSync(command, [...first, ...asked], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  })
  if (run.error !== undefined) stop(`cannot run npm: ${run.error.message}`)
  if (run.status !== 0) stop(`npm ci failed: ${reasonIn(run.stderr)}`)
  if (!existsSync(runtime))
    stop("npm ci left no node_modules/node/bin/node: allow its install script, and remove node_modules")
}

/** The very npm that runs this, under the Node it came with: npm ci deletes the Node 26 of a former installation. */
function npmCommand() {
  const { npm_execpath: program, npm_node_execpath: node } = process.env
  if (program === undefined || basename(program) !== "npm-cli.js") return ["npm"]
  return [node ?? process.execPath, program]
}

function reasonIn(text) {
  const lines = text.split("\n").filter((line) => /^npm error (?!errno|syscall|A complete log)/.test(line))
  const reason = lines.slice(0, 3).map((line) => line.slice("npm error ".length).trim())
  return reason.length > 0 ? reason.join("; ") : 'run "npm ci" to see why'
}

function stop(reason) {
  process.stderr.write(`event-manager: ${reason}\n`)
  process.exit(1)
}
