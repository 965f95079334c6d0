/** Starts the host with the arguments given, after building what they ask for: the enclave's bundle, the page. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"

const root = join(import.meta.dirname, "..")
const args = process.argv.slice(2)

/** The mode of the last `--enclave-mode MODE` or `--enclave-mode=MODE`; the host itself says what it cannot understand. */
function modeIn(options: readonly string[]): string {
  const at = options.findLastIndex((option) => option.startsWith("--enclave-mode"))
  return options[at]?.split("=")[1] ?? options[at + 1] ?? "mock"
}

function build(script: string): void {
  const run = spawnSync(process.execPath, [join(root, "scripts", script)], { stdio: ["ignore", "ignore", "inherit"] })
  if (run.status !== 0) process.exit(1)
}

if (modeIn(args) !== "mock") build("build-enclave.ts")
if (args.some((arg) => /^--serve-ui\b/.test(arg))) build("build-web.ts")

// The host takes this process over, so that signals, standard streams and the exit status are its own.
const host = [
  process.execPath,
  "--disable-warning=ExperimentalWarning",
  join(root, "untrusted/host/src/main.ts"),
  ...args,
]
process.execve?.(process.execPath, host, process.env)
