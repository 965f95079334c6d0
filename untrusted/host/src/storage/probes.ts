/*
 * Programs that a test starts, listens to and kills. They say what they have done in lines on their standard output.
 */
import assert from "node:assert/strict"
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { TestContext } from "node:test"

export class Probe {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #closed: Promise<unknown>
  #errors = ""
  /** All that it has said. After `ended`, nothing is still under way. */
  readonly lines: string[] = []
  #onLine: (line: string) => void = () => {}

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child
    const output = createInterface({ input: child.stdout })
    output.on("line", (line) => {
      this.lines.push(line)
      this.#onLine(line)
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#errors += text))
    this.#closed = Promise.all([once(child, "close"), once(output, "close")])
  }

  /** Resolves when a line begins with `start` for the `times`th time from now on. Rejects where it ends before. */
  async said(start: string, times = 1): Promise<void> {
    let left = times
    const heard = new Promise<"heard">((resolve) => {
      this.#onLine = (line) => {
        if (line.startsWith(start)) left -= 1
        if (left === 0) resolve("heard")
      }
    })
    const first = await Promise.race([heard, this.#closed])
    assert.equal(first, "heard", `it ended without saying ${start}: ${this.#errors}`)
  }

  /** As `kill -9`, and resolves when all it had said before is in `lines`. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL")
    assert.equal(await this.ended(), "SIGKILL", this.#errors)
  }

  /** What it ended by: a signal's name or its exit status. */
  async ended(): Promise<string | number | null> {
    await this.#closed
    return this.#child.signalCode ?? this.#child.exitCode
  }

  /** The numbers behind the lines that begin with `start`. */
  numbers(start: string): number[] {
    return this.lines.filter((line) => line.startsWith(start)).map((line) => Number(line.slice(start.length)))
  }
}

/** A probe of this folder. It is gone after the test, if not before. `shell` runs before it, in its process. */
export function startProbe(t: TestContext, name: string, args: readonly string[], shell = ":"): Probe {
  const program = ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, name), ...args]
  const child = spawn("sh", ["-c", `${shell}; exec "$0" "$@"`, process.execPath, ...program])
  t.after(() => child.kill("SIGKILL"))
  return new Probe(child)
}
