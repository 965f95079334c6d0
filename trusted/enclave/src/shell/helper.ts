import { execFile } from "node:child_process"

/** A minute: a TPM or a cloud's key service can be slow, and whoever waits has nothing without its answer. */
const HELPER_MS_MAX = 60_000

/** How a helper ended that did not do what it should. */
interface HelperFailure {
  readonly why: string
}

/**
 * Runs a command of the operator's in a shell, with `input` on its standard input, and answers with what it printed.
 * Its standard error is thrown away, and nothing that it printed stands in a failure: either may hold a secret.
 */
export function runHelper(
  command: string,
  input: string,
  bytesMax: number,
  timeout: number = HELPER_MS_MAX,
): Promise<Uint8Array<ArrayBuffer> | HelperFailure> {
  return new Promise((resolve) => {
    const bounds = { encoding: "buffer", maxBuffer: bytesMax, timeout, killSignal: "SIGKILL" } as const
    const child = execFile("/bin/sh", ["-c", command], bounds, (error, stdout) => {
      if (error === null) resolve(new Uint8Array(stdout))
      else resolve({ why: reasonOf(error.code, error.killed) })
    })
    // Not every helper reads what it is told.
    child.stdin?.on("error", () => {})
    child.stdin?.end(input)
  })
}

function reasonOf(code: string | number | null | undefined, killed: boolean | undefined): string {
  if (code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return "it printed too much"
  if (killed === true) return "it took too long"
  return typeof code === "number" ? `exit status ${code}` : (code ?? "a signal ended it")
}
