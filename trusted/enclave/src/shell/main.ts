#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
/*
 * event-enclave: the enclave as a process of its own, which speaks the crossing's packets with its host on standard input
 * and output, or on the one connection that it accepts. It ends when that does. options.ts says what it can be told.
 * Exit status: 0 at its end, 2 for wrong usage, 1 where it cannot listen, 70 for a fault.
 */
import { acceptOne, type Channel } from "./listen.ts"
import { readOptions, type Options } from "./options.ts"
import { serve } from "./service.ts"
import { start } from "./start.ts"
import { StartError } from "./startError.ts"

process.on("uncaughtException", (error) => die(error))
process.on("unhandledRejection", (error) => die(error))

const options = readOptions(process.argv.slice(2))
if (!needsFiles(options)) {
  // The bundle has been read; from here on nothing may be. (Node's --permission; absent where the process runs without.)
  process.permission?.drop("fs.read")
}
const channel = await openChannel(options)
serve(channel, (simulation, store) => start(options, simulation, store))
channel.input.on("end", () => process.exit(0))
channel.input.on("close", () => process.exit(0))

/** A real platform's evidence and a TPM are files; a simulated one has neither. */
function needsFiles({ platform, anchor }: Options): boolean {
  return platform.kind !== "simulation" || anchor.kind === "device"
}

async function openChannel({ listen }: Options): Promise<Channel> {
  if (listen === "stdio") return { input: process.stdin, output: process.stdout }
  return acceptOne(listen, (where) => say(`listening on ${where}`))
}

/** Only the name and code of an error leave, for its message might quote an input. A StartError is for whoever starts this. */
function die(error: unknown): never {
  if (error instanceof StartError) {
    say(error.message)
    process.exit(error.code === "OPTIONS" ? 2 : 1)
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "UNKNOWN"
  const name = error instanceof Error ? error.name : "thrown value"
  say(`stopped: ${name} ${code}`)
  process.exit(70)
}

function say(line: string): void {
  process.stderr.write(`event-enclave: ${line}\n`)
}
