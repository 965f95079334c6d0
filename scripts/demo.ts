/**
 * The demo from end to end: starts a host, runs the five scripts against it as four people, stops it, and says what was
 * seen. `--enclave-mode mock` runs the enclave inside the host; the default is simulation. `--enclave-mode release` runs
 * it in a test TEE, which signs evidence of the exact form under a root of its own: the people's clients refuse it, unless
 * `--test-root` runs clients that know that root. Exit status: 0 where all was as it must be, 2 for wrong usage, 1 for
 * anything else.
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
import { startTestTee, TEST_CLIENT, type TestTeeHost } from "./demo/testTee.ts"

const MODES = ["simulation", "mock", "release"]
const root = join(import.meta.dirname, "..")
const { mode, isTestRoot } = asked()
const children = new Children()
const folder = mkdtempSync(join(tmpdir(), "event-manager-demo-"))
let tee: TestTeeHost | undefined

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

function asked(): { mode: string; isTestRoot: boolean } {
  try {
    const options = {
      "enclave-mode": { type: "string", default: "simulation" },
      "test-root": { type: "boolean", default: false },
    } as const
    const { values } = parseArgs({ options })
    const mode = values["enclave-mode"]
    const isTestRoot = values["test-root"]
    if (MODES.includes(mode) && (mode === "release" || !isTestRoot)) return { mode, isTestRoot }
  } catch {}
  process.stderr.write(
    `usage: npm run demo [-- --enclave-mode ${MODES.join("|")}], and with release perhaps --test-root\n`,
  )
  process.exit(2)
}

async function demo(): Promise<number> {
  if (mode === "simulation") await trustOwnBundle()
  if (mode === "release") await trustTestTee()
  const url = await startHost(children, { root, folder, mode, more: tee?.hostOptions ?? [] })
  say(`A host in ${mode} mode listens on ${url}`)
  const client = isTestRoot && tee !== undefined ? { EVENT_CLIENT: TEST_CLIENT, ...tee.clientEnvironment } : {}
  const scripts = readdirSync(join(root, "demo")).filter((file) => /^\d\..*\.sh$/.test(file))
  let transcript = ""
  for (const script of scripts.sort()) transcript += await runScript(script, url, client)
  await children.stop()
  return conclude(factsOf(transcript))
}

/** The clients will accept the bundle just built and no other, whatever the host says that it runs. */
async function trustOwnBundle(): Promise<void> {
  trust(`C:${await buildEnclave()} SEC:INSECURE`)
}

function trust(constraint: string): void {
  writeFileSync(join(folder, "EventManagerClient.properties"), `constraint=${constraint}\n`)
  say(`The clients demand: ${constraint}`)
}

/** They will accept what the release's signer says is the bundle just built, in a TEE, and nothing INSECURE. */
async function trustTestTee(): Promise<void> {
  tee = await startTestTee(children, { root, folder, codeHash: await buildEnclave() })
  trust(tee.constraint)
}

/** Shows what the script says as it says it, and answers with all of it. Throws DemoError where it fails. */
function runScript(script: string, url: string, client: Readonly<Record<string, string>>): Promise<string> {
  say(`\n== demo/${script}`)
  const env = { ...process.env, ...client, EVENT_MANAGER_DEMO_DIR: folder, EVENT_MANAGER_SERVER: url }
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
  await tee?.close()
  rmSync(folder, { recursive: true, force: true })
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
