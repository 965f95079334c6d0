/** Hosts that a document starts: each on a free port, with a state of its own. */
import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { endGroup } from "./terminal.ts"

const READY_MS = 60_000
const READY = /listening on http:\/\/127\.0\.0\.1:(\d+)/

export interface RunningHost {
  readonly port: string
  /** What it has printed until it was ready. */
  readonly output: string
  close(): Promise<void>
}

/** Where the document says nothing of port and state, readers have the default ones; a test must not. */
export async function startHost(
  command: string,
  { cwd, env, data }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly data: string },
): Promise<RunningHost> {
  const dashes = command.startsWith("npm ") && !command.includes(" -- ") ? " --" : ""
  const more = [["--port", "0"], ...(/--(?:data|ephemeral)/.test(command) ? [] : [["--data", data]])]
  const line = `${command.replace(/\s+#.*$/, "")}${dashes} ${more.flat().join(" ")}`
  const shell = spawn("bash", ["-c", `exec 2>&1; exec ${line}`], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  })
  const signal = AbortSignal.timeout(READY_MS)
  let output = ""
  shell.stdout.setEncoding("utf8").on("data", (text: string) => (output += text))
  const ended = once(shell, "close").then(() => "ended" as const)
  try {
    while (!READY.test(output)) {
      const said = await Promise.race([once(shell.stdout, "data", { signal }), ended])
      assert.notEqual(said, "ended", `${line}\nended, and said: ${output}`)
    }
  } catch (error) {
    endGroup(shell.pid)
    throw error
  }
  const [before = ""] = output.split(/(?<=listening on [^\n]*\n)/)
  const close = async (): Promise<void> => {
    endGroup(shell.pid)
    await ended
  }
  return { port: READY.exec(output)?.[1] ?? "", output: before, close }
}
