#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
/*
 * event-host: starts the host, says on one line of standard output that it is ready, and runs until it is told to stop.
 * Exit status: 0 where it was told to stop, 2 for wrong usage, 1 for anything else.
 */
import { readArguments, type Arguments } from "./command.ts"
import { errorLabel, HostError } from "./errors.ts"
import { join } from "node:path"
import { startHost, type Host } from "./host.ts"
import { openLog } from "./log.ts"
import { pageFolder } from "./page.ts"
import { stateFolder } from "./stateFolder.ts"

const terminal = {
  out: (text: string): void => void process.stdout.write(text),
  error: (text: string): void => void process.stderr.write(text),
}

process.on("uncaughtException", (error) => fail(error))
process.on("unhandledRejection", (error) => fail(error))

const args = readArguments(process.argv.slice(2), terminal)
if (typeof args === "number") process.exit(args)
await run(args).catch(fail)

async function run({ host: address, logLevel, data, ephemeral, serveUi, ...rest }: Arguments): Promise<void> {
  const folder = ephemeral === true ? {} : { data: data ?? join(stateFolder(), rest.enclaveMode) }
  const page = serveUi === undefined ? {} : { page: pageFolder(rest.enclaveMode, serveUi) }
  const host = await startHost({ ...rest, ...folder, ...page, address, log: openLog(logLevel) })
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop(host))
  // Not restarted: why it ended is for the operator to see; what it had acknowledged is kept.
  void host.gone.then((error) => host.close().finally(() => fail(error)))
  terminal.out(`${readyLine(host)}\n`)
}

function readyLine({ url, enclaveMode, identity, platform }: Host): string {
  const ready = `event-host: listening on ${url}, enclave mode ${enclaveMode}`
  if (platform !== undefined) return `${ready}, platform ${platform}`
  return identity === undefined ? ready : `${ready}, code hash ${identity.codeHash}, signer ${identity.signer}`
}

async function stop(host: Host): Promise<void> {
  await host.close().catch(fail)
  process.exit(0)
}

/** One line. A HostError was written for the operator; of anything else only its kind is told. */
function fail(error: unknown): never {
  const said = error instanceof HostError ? error.message : `internal error (${errorLabel(error)})`
  terminal.error(`event-host: ${said}\n`)
  process.exit(1)
}
