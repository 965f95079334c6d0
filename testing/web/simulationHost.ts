/*
 * A real host in a process of its own, with the enclave in another, whose operator does what it likes with its state.
 */
import { strict as assert } from "node:assert"
import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"

const MAIN = join(import.meta.dirname, "../../untrusted/host/src/main.ts")
const READY = /listening on (http:\S+?),.*code hash ([0-9a-f]{64})/
const READY_MS = 120_000

export class SimulationHost {
  readonly #folder = mkdtempSync(join(tmpdir(), "event-host-"))
  readonly #options: readonly string[]
  #child: ChildProcess | undefined
  #url = ""
  #constraint = ""
  #state = "data"

  private constructor(options: readonly string[]) {
    this.#options = options
  }

  /** Starts on a free port, which it keeps from then on. `options` are the host's own. */
  static async start(...options: readonly string[]): Promise<SimulationHost> {
    const host = new SimulationHost(options)
    await host.start()
    return host
  }

  get url(): string {
    return this.#url
  }

  /** What participants hold the enclave against. */
  get constraint(): string {
    return this.#constraint
  }

  /** Starts again on a state: the one that it had, or the one of this name, which may be new. */
  async start(state = this.#state): Promise<void> {
    this.#state = state
    const port = this.#url === "" ? "0" : new URL(this.#url).port
    const kept = ["--data", join(this.#folder, state), "--simulation-key", join(this.#folder, "simulation.key")]
    const options = ["--port", port, "--enclave-mode", "simulation", "--rate-limit", "0", "--log-level", "error"]
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", MAIN, ...options, ...kept, ...this.#options],
      { stdio: ["ignore", "pipe", "inherit"] },
    )
    this.#child = child
    const [, url, codeHash] = READY.exec(await firstLine(child)) ?? []
    assert.ok(url !== undefined && codeHash !== undefined, "the host says that it is ready")
    child.stdout.resume()
    this.#url = url
    this.#constraint = `C:${codeHash} SEC:INSECURE`
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null) return
    const gone = once(child, "close")
    child.kill("SIGTERM")
    await gone
  }

  /** Stops, and starts on the state of that name. */
  async restart(state?: string): Promise<void> {
    await this.stop()
    await this.start(state)
  }

  /** Keeps a copy of the state as it is now under another name; the host is stopped meanwhile. */
  async copyState(to: string): Promise<void> {
    await this.stop()
    cpSync(join(this.#folder, this.#state), join(this.#folder, to), { recursive: true })
    await this.start()
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) return ""
  for await (const line of createInterface({ input: stdout, signal: AbortSignal.timeout(READY_MS) })) return line
  return ""
}
