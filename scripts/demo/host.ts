/** Starts a host on a free port for the demo. */
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Children } from "./children.ts"
import { DemoError } from "./demoError.ts"

const READY_MS = 30_000
const READY = /^event-host: listening on (http:\/\/\S+?), enclave mode (\w+)/

export interface HostOptions {
  readonly root: string
  /** Where the host runs and keeps its key. */
  readonly folder: string
  readonly mode: string
  /** What else the mode needs. */
  readonly more: readonly string[]
}

/** Answers with the URL once the host says that it is ready. Throws DemoError where it ends, or stays silent. */
export async function startHost(children: Children, { root, folder, mode, more }: HostOptions): Promise<string> {
  const main = join(root, "untrusted/host/src/main.ts")
  const simulationKey = mode === "simulation" ? ["--simulation-key", join(folder, "simulation.key")] : []
  const options = ["--port", "0", "--enclave-mode", mode, ...simulationKey, ...more]
  const child = children.start(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", main, ...options, "--ephemeral", "--log-level", "warn"],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  )
  if (child.stdout === null) throw new DemoError("the host has no standard output")
  const line = await firstLine(child.stdout)
  child.stdout.resume()
  const [, url, spoken] = READY.exec(line) ?? []
  if (url === undefined || spoken !== mode) throw new DemoError(`the host did not start; it said: ${line || "nothing"}`)
  return url
}

/** Empty where the stream ends before a line, or nothing comes for too long. */
async function firstLine(input: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input, signal: AbortSignal.timeout(READY_MS) })) return line
  return ""
}
