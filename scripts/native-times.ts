/**
 * How long commands take: the native client beside the sources run on Node, and beside Node doing nothing, by turns in one
 * run against one host. Prints a table of medians. `-- --runs N`; 15 by default.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { buildNative } from "./build-native.ts"
import { Children } from "./demo/children.ts"
import { DemoError } from "./demo/demoError.ts"
import { startHost } from "./demo/host.ts"

const root = join(import.meta.dirname, "..")
const node = [process.execPath, "--disable-warning=ExperimentalWarning"]
const names = ["ALICE", "BOB", "CHARLEY"]

/** In the order in which each works: what is submitted is there to be asked for. */
const commands = [
  "--version",
  "--help",
  "complete -- ALICE sub",
  "ALICE whoami",
  "ALICE list-computations",
  "ALICE submit-value Salaries 4100.50",
  "ALICE submit-value Claims KEYABC",
  "ALICE get-matches",
  "ALICE get-result Sales",
  "ALICE verify-result Sales.result",
]

const { values } = parseArgs({ options: { runs: { type: "string", default: "15" } } })
const runs = Number(values.runs)
const folder = mkdtempSync(join(tmpdir(), "event-manager-times-"))
const children = new Children()
const clients = {
  native: [buildNative().file],
  sources: [...node, join(root, "user/cli/src/main.ts")],
}

try {
  await prepare()
  for (const line of table()) process.stdout.write(`${line}\n`)
} finally {
  await children.stop()
  rmSync(folder, { recursive: true })
}

async function prepare(): Promise<void> {
  const url = await startHost(children, { root, folder, mode: "mock", more: ["--rate-limit", "0"] })
  const constraint = `S:${"0".repeat(64)} PROD:1 SEC:INSECURE`
  writeFileSync(join(folder, "EventManagerClient.properties"), `constraint=${constraint}\nserver=${url}\n`)
  for (const name of names) timed(clients.native, `${name} share-identity`)
  for (const terms of ["Salaries avg 3", "Sales max 3", "Claims key 2"]) {
    timed(clients.native, `ALICE create-computation ${terms} ${names.join(",")}`)
  }
  for (const name of names) timed(clients.native, `${name} submit-value Sales 1`)
  timed(clients.native, "BOB submit-value Claims KEYABC")
  timed(clients.native, "ALICE get-result Sales --save Sales.result")
}

/** All by turns, run after run, so that whatever else the machine does falls on all alike. */
function table(): readonly string[] {
  const nothing: number[] = []
  const rows = commands.map((command) => newRow(command))
  for (let i = 0; i < runs; i++) {
    nothing.push(timed([...node, "-e", "0"], ""))
    for (const { command, native, sources } of rows) {
      native.push(timed(clients.native, command))
      sources.push(timed(clients.sources, command))
    }
  }
  return [
    `node -e 0: ${median(nothing)} ms`,
    "",
    "| command | native | sources on Node |",
    "|---|---|---|",
    ...rows.map(({ command, native, sources }) => `| \`${command}\` | ${median(native)} ms | ${median(sources)} ms |`),
  ]
}

function newRow(command: string): { command: string; native: number[]; sources: number[] } {
  return { command, native: [], sources: [] }
}

function median(numbers: readonly number[]): string {
  return (numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? Number.NaN).toFixed(0)
}

/** Milliseconds. Throws DemoError where the command fails. */
function timed([program = "", ...first]: readonly string[], command: string): number {
  const args = command === "" ? first : [...first, ...command.split(" ")]
  const started = performance.now()
  const { status, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8" })
  const milliseconds = performance.now() - started
  if (status !== 0) throw new DemoError(`${command} ended with ${status}: ${stderr}`)
  return milliseconds
}
