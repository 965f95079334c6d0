/**
 * Runs the test files: all of them, or those whose paths start with an argument. `--coverage` reports, after the run,
 * which lines of the sources no test reached.
 */
import { spawnSync } from "node:child_process"
import { globSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"

const TESTS = "{trusted,untrusted,user,testing,scripts,bench}/**/*.test.ts"
const NOT_TESTS = ["**/node_modules", "**/dist"]
const COVERAGE = [
  "--experimental-test-coverage",
  "--test-coverage-exclude=**/*.test.ts",
  "--test-coverage-exclude=testing/**",
]

/** A test that hangs fails; a process that a test leaves open ends with the whole run, which names its file. */
const TEST_MS = 5 * 60_000
const RUN_MS = 30 * 60_000

/** Answers with the exit status of the run: 1 where a test failed, or where there was none to run. */
export function runTests(args: readonly string[]): number {
  const root = join(import.meta.dirname, "..")
  const starts = args.filter((arg) => !arg.startsWith("-"))
  const found = globSync(TESTS, { cwd: root, exclude: NOT_TESTS }).sort()
  const files = starts.length === 0 ? found : found.filter((file) => starts.some((start) => file.startsWith(start)))
  if (files.length === 0) {
    process.stderr.write(`There is no test file whose path starts with ${starts.join(" or ")}\n`)
    return 1
  }
  const options = [
    "--disable-warning=ExperimentalWarning",
    "--test-reporter=spec",
    `--test-concurrency=${availableParallelism()}`,
    `--test-timeout=${TEST_MS}`,
    ...(args.includes("--coverage") ? COVERAGE : []),
  ]
  const run = spawnSync(process.execPath, [...options, "--test", ...files], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    timeout: RUN_MS,
  })
  return run.status ?? 1
}

if (import.meta.main) process.exitCode = runTests(process.argv.slice(2))
