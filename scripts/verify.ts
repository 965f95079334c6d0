/**
 * Everything that is checked, in one run: a line for each check of the sources, with what it said where it failed, and
 * then the tests, whose summary comes last. A failed check does not keep the others from running.
 */
import { spawn } from "node:child_process"
import { join } from "node:path"
import { runTests } from "./test.ts"

const root = join(import.meta.dirname, "..")
const bin = join(root, "node_modules/.bin")

/** As the scripts of the same meaning in package.json, but with output that reads well in a log. */
const checks = {
  format: [join(bin, "oxfmt"), "--check"],
  lint: [join(bin, "oxlint"), "--type-aware", "--deny-warnings", "--format=unix"],
  types: [join(bin, "tsc"), "--pretty", "false"],
  "import rules": [process.execPath, join(root, "scripts/check-imports.ts")],
  "unused code": [join(bin, "knip")],
  page: [process.execPath, join(root, "scripts/build-web.ts")],
  "a browser": [process.execPath, join(root, "scripts/install-chromium.ts")],
  components: [
    join(root, "user/web/node_modules/.bin/svelte-check"),
    "--tsconfig",
    "user/web/tsconfig.json",
    "--fail-on-warnings",
  ],
  "enclave bundle": [process.execPath, join(root, "scripts/build-enclave.ts")],
  packages: [process.execPath, join(root, "scripts/check-packages.ts")],
  "native client": [process.execPath, "--disable-warning=ExperimentalWarning", join(root, "scripts/test-native.ts")],
}

interface Outcome {
  readonly name: string
  readonly passed: boolean
}

async function check(name: string, [command, ...args]: readonly string[]): Promise<Outcome> {
  const started = performance.now()
  const { passed, output } = await run(command ?? "", args)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(passed ? `ok      ${name} (${seconds} s)\n` : `FAILED  ${name} (${seconds} s)\n${output}\n`)
  return { name, passed }
}

function run(command: string, args: readonly string[]): Promise<{ passed: boolean; output: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: "1" }
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] })
    const chunks: string[] = []
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => chunks.push(text))
    child.on("error", (error) => resolve({ passed: false, output: error.message }))
    child.on("close", (status) => resolve({ passed: status === 0, output: chunks.join("") }))
  })
}

const outcomes: Outcome[] = []
for (const [name, command] of Object.entries(checks)) outcomes.push(await check(name, command))
const failed = outcomes.filter(({ passed }) => !passed).map(({ name }) => name)

process.exitCode = runTests([])
if (failed.length > 0) {
  process.stdout.write(`\nFAILED before the tests: ${failed.join(", ")}\n`)
  process.exitCode = 1
}
