/**
 * The demo from end to end: starts a host, runs the five scripts against it as four people, stops it, and says what was
 * seen. `--enclave-mode mock` runs the enclave inside the host; the default is simulation. Exit status: 0 where all was
 * as it must be, 2 for wrong usage, 1 for anything else.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { constants, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { buildEnclave } from "./build-enclave.ts"
import { Children } from "./demo/children.ts"
import { DemoError } from "./demo/demoError.ts"
import { factsOf, type Fact } from "./demo/facts.ts"
import { startHost } from "./demo/host.ts"

const MODES = ["simulation", "mock"]
const root = join(import.meta.dirname, "..")
const mode = modeAsked()
const children = new Children()
const folder = mkdtempSync(join(tmpdir(), "event-manager-demo-"))

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    process.exitCode = 128 + constants.signals[signal]
    void leave().finally(() => process.exit())
  })
}
try {
  process.exitCode = await demo()
} catch (error) {
  if (!(error instanceof DemoError)) throw error
  say(`\nThe demo stopped: ${error.message}`)
  process.exitCode ??= 1
} finally {
  await leave()
}

function modeAsked(): string {
  try {
    const { values } = parseArgs({ options: { "enclave-mode": { type: "string", default: "simulation" } } })
    if (MODES.includes(values["enclave-mode"])) return values["enclave-mode"]
  } catch {}
  process.stderr.write(`usage: npm run demo [-- --enclave-mode ${MODES.join("|")}]\n`)
  process.exit(2)
}

async function demo(): Promise<number> {
  if (mode === "simulation") await trustOwnBundle()
  const url = await startHost(children, { root, folder, mode })
  say(`A host in ${mode} mode listens on ${url}`)
  const scripts = readdirSync(join(root, "demo")).filter((file) => /^\d\..*\.sh$/.test(file))
  let transcript = ""
  for (const script of scripts.sort()) transcript += await runScript(script, url)
  await children.stop()
  return conclude(factsOf(transcript))
}

/** The clients will accept the bundle just built and no other, whatever the host says that it runs. */
async function trustOwnBundle(): Promise<void> {
  const constraint = `C:${await buildEnclave()} SEC:INSECURE`
  writeFileSync(join(folder, "EventManagerClient.properties"), `constraint=${constraint}\n`)
  say(`The clients demand: ${constraint}`)
}

/** Shows what the script says as it says it, and answers with all of it. Throws DemoError where it fails. */
function runScript(script: string, url: string): Promise<string> {
  say(`\n== demo/${script}`)
  const env = { ...process.env, EVENT_MANAGER_DEMO_DIR: folder, EVENT_MANAGER_SERVER: url }
  const child = children.start(join(root, "demo", script), [], { env, stdio: ["ignore", "pipe", "inherit"] })
  let output = ""
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text
    process.stdout.write(text)
  })
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new DemoError(`cannot run demo/${script}: ${error.message}`)))
    child.on("close", (status) => {
      if (status === 0) resolve(output)
      else reject(new DemoError(`demo/${script} ended with ${status ?? "a signal"}`))
    })
  })
}

function conclude(facts: readonly Fact[]): number {
  say("\n== What was seen")
  for (const { claim, differences } of facts) {
    say(`${differences.length === 0 ? "yes" : "NO "}  ${claim}`)
    for (const difference of differences) say(`     ${difference}`)
  }
  const failed = facts.filter(({ differences }) => differences.length > 0).length
  say(failed === 0 ? "All as it must be." : `${failed} of ${facts.length} not as they must be.`)
  return failed === 0 ? 0 : 1
}

async function leave(): Promise<void> {
  await children.stop()
  rmSync(folder, { recursive: true, force: true })
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
