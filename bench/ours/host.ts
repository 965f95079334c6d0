/** A real host in a process of its own, and below it the enclave, locked down, in another. */
import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { BenchError } from "../benchError.ts"

const main = join(import.meta.dirname, "../../untrusted/host/src/main.ts")
const READY = /listening on (http:\S+?),.*code hash ([0-9a-f]{64})/
const READY_MS = 600_000
const BYTES_PER_KIB = 1_024
const TICKS_PER_SECOND = 100

export interface Host {
  readonly url: string
  /** What participants hold the enclave's evidence against. */
  readonly constraint: string
  /** Resident memory of the enclave's process, in bytes, garbage included. */
  enclaveBytes(): number
  processorSeconds(): ProcessorSeconds
  /** Ends it as its operator would, and waits until it is gone. */
  stop(): Promise<void>
}

/** Processor time taken so far, in seconds. */
interface ProcessorSeconds {
  readonly clients: number
  readonly host: number
  readonly enclave: number
}

/** Runs something in a folder of its own on the disk, which is gone afterwards. */
export async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "event-manager-bench-"))
  try {
    return await run(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Runs something against a new host that keeps its state on the disk, or nowhere. */
export async function withHost<T>(isDurable: boolean, run: (host: Host) => Promise<T>): Promise<T> {
  return inFolder((folder) => withHostIn(folder, run, isDurable))
}

/** Runs something against a host whose state is in the folder. */
export async function withHostIn<T>(folder: string, run: (host: Host) => Promise<T>, isDurable = true): Promise<T> {
  const host = await startHost(folder, isDurable)
  try {
    return await run(host)
  } finally {
    await host.stop()
  }
}

/** Starts a host on a free port. Throws BenchError where it does not say that it is ready. */
export async function startHost(folder: string, isDurable = true): Promise<Host> {
  const kept = isDurable ? ["--data", join(folder, "data")] : ["--ephemeral"]
  const options = ["--port", "0", "--enclave-mode", "simulation", "--rate-limit", "0", "--log-level", "error", ...kept]
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...options], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, XDG_STATE_HOME: folder },
  })
  const gone = once(child, "close")
  const [, url, codeHash] = READY.exec(await firstLine(child)) ?? []
  if (url === undefined || codeHash === undefined) throw new BenchError("the host did not say that it is ready")
  child.stdout.resume()
  const pid = child.pid ?? 0
  return {
    url,
    constraint: `C:${codeHash} SEC:INSECURE`,
    enclaveBytes: () => residentBytes(innermostChild(pid)),
    processorSeconds: () => ({
      clients: processorSeconds(process.pid),
      host: processorSeconds(pid),
      enclave: processorSeconds(innermostChild(pid)),
    }),
    async stop() {
      child.kill("SIGTERM")
      await gone
    },
  }
}

/** Where the processor time went since a moment before: this process runs every client. */
export function processorFigures(host: Host, before: ProcessorSeconds): Readonly<Record<string, number>> {
  const after = host.processorSeconds()
  return {
    "clients, CPU s": after.clients - before.clients,
    "host, CPU s": after.host - before.host,
    "enclave, CPU s": after.enclave - before.enclave,
  }
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) return ""
  for await (const line of createInterface({ input: stdout, signal: AbortSignal.timeout(READY_MS) })) return line
  return ""
}

/** Below the host may stand unshare(1), and below that the enclave. */
function innermostChild(pid: number): number {
  const [first = ""] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")
  return first === "" ? pid : innermostChild(Number(first))
}

function residentBytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
  return Number(kibibytes) * BYTES_PER_KIB
}

/** User and system time are the 14th and 15th field, in hundredths of a second (proc_pid_stat(5)). */
function processorSeconds(pid: number): number {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")
  const [user, system] = fields.split(" ").slice(11, 13)
  return (Number(user) + Number(system)) / TICKS_PER_SECOND
}
