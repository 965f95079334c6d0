/** The processes that the demo starts, so that none outlives it. */
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process"
import { once } from "node:events"

const STOP_MS = 5_000

export class Children {
  readonly #running = new Set<ChildProcess>()

  /** Each in a process group of its own: an interrupt from the terminal reaches the demo alone, which stops the rest. */
  start(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    const child = spawn(command, args, { ...options, detached: true })
    this.#running.add(child)
    child.on("close", () => this.#running.delete(child))
    return child
  }

  /** Asks each to stop, the last started first, and after a while stops it with all that it has started. */
  async stop(): Promise<void> {
    for (const child of [...this.#running].toReversed()) {
      // One may have ended meanwhile because another did.
      if (this.#running.has(child)) await stopOne(child)
    }
  }
}

async function stopOne(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return
  const closed = once(child, "close")
  child.kill("SIGTERM")
  const timer = setTimeout(() => process.kill(-(child.pid ?? 0), "SIGKILL"), STOP_MS)
  await closed
  clearTimeout(timer)
}
