import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"

const root = join(import.meta.dirname, "../..")

/** A real host in a process of its own, with its enclave in another. */
export interface HostProcess {
  readonly url: string
  /** Ends the host without warning, or the enclave below it, and waits until the host is gone. */
  kill(victim: "host" | "enclave"): Promise<void>
  /** Ends it as its operator would. */
  stop(): Promise<void>
}

/** Starts a host on `folder`; `port` 0 is any. Rejects where it does not start. */
export async function startHostProcess(folder: string, port: number): Promise<HostProcess> {
  const args = ["--port", `${port}`, "--enclave-mode", "simulation", "--data", folder, "--rate-limit", "0"]
  const main = join(root, "untrusted/host/src/main.ts")
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", main, ...args, "--log-level", "silent"],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, XDG_STATE_HOME: folder },
    },
  )
  const gone = once(child, "close")
  const ready = /listening on (\S+),/.exec(await firstLine(child))
  if (ready?.[1] === undefined) throw new RangeError("the host did not say that it is ready")
  return {
    url: ready[1],
    async kill(victim) {
      process.kill(victim === "host" ? pidOf(child) : lastChildOf(pidOf(child)), "SIGKILL")
      await gone
    },
    async stop() {
      child.kill("SIGTERM")
      await gone
    },
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) return ""
  for await (const line of createInterface({ input: child.stdout })) return line
  return ""
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new RangeError("the host has no process")
  return child.pid
}

/** The innermost child: below the host stands unshare(1), and below that the enclave. */
function lastChildOf(pid: number): number {
  const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")
  return first === undefined || first === "" ? pid : lastChildOf(Number(first))
}
