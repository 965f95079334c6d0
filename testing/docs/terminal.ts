/** A shell that stays open, as a reader's does: folder, aliases and variables of one command line hold for the next. */
import assert from "node:assert/strict"
import { spawn, type ChildProcessByStdio } from "node:child_process"
import { once } from "node:events"
import type { Readable, Writable } from "node:stream"

const COMMAND_MS = 60_000
/** Printed by the shell behind each command, with its status; nothing else prints it. */
const END = "\u0001end of command\u0001"

export interface Ran {
  readonly status: number
  /** Both streams, as they come in a terminal. */
  readonly output: string
}

export class Terminal {
  readonly #shell: ChildProcessByStdio<Writable, Readable, null>
  #said = ""

  constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.#shell = spawn("bash", ["--noprofile", "--norc"], {
      cwd: folder,
      env: environment,
      stdio: ["pipe", "pipe", "ignore"],
      detached: true,
    })
    this.#shell.stdout.setEncoding("utf8").on("data", (text: string) => (this.#said += text))
    this.#shell.stdin.write("exec 2>&1; shopt -s expand_aliases\n")
  }

  /** Runs one command line to its end, as if nothing were typed while it runs. `$?` stays for the next. */
  async run(command: string): Promise<Ran> {
    this.#said = ""
    const tell = `{ status=$?; printf '${END}%s\\n' $status; (exit $status); }`
    this.#shell.stdin.write(`{ ${command}\n} </dev/null\n${tell}\n`)
    const signal = AbortSignal.timeout(COMMAND_MS)
    while (!/\u0001end of command\u0001\d+\n/.test(this.#said)) {
      assert.equal(this.#shell.exitCode, null, `the shell ended in ${command}: ${this.#said}`)
      await once(this.#shell.stdout, "data", { signal })
    }
    const [output = "", status = ""] = this.#said.split(END)
    return { status: Number(status), output }
  }

  /** Ends it, and what still runs in it. */
  close(): void {
    if (this.#shell.exitCode === null) endGroup(this.#shell.pid)
  }
}

/** Ends a process that was started detached, and all that it started. */
export function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL")
  } catch {
    // It has ended by itself.
  }
}
