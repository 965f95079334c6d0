#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { EXIT_INTERRUPTED } from "./report.ts"
import { run } from "./run.ts"

const streams = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
}
// A reader that goes away early, such as head(1), is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1))

const args = process.argv.slice(2)
if (!(await isCompleted())) {
  process.exitCode = await run(args, streams)
  // Whoever interrupts does not wait for a host, or a pipe, that was being waited for.
  if (process.exitCode === EXIT_INTERRUPTED) process.exit()
}

/** Only a shell asks for completion, so nobody else loads it. */
async function isCompleted(): Promise<boolean> {
  if (args[0] !== "complete") return false
  const { complete } = await import("./completion.ts")
  return complete(args)
}
