import { CodedError } from "@event-manager/client"
import { readCommandLine } from "./commandLine.ts"
import { openContext } from "./context.ts"
import { readName } from "./parameters.ts"
import { escapeLines, exitStatusOf, Voice, type Streams } from "./report.ts"
import { UsageError } from "./usageError.ts"

const EXIT_FAILURE = 1
const EXIT_USAGE = 2

/** Runs one command line. Returns the exit status; whatever goes wrong, one line says so. */
export async function run(args: readonly string[], streams: Streams): Promise<number> {
  const isJson = args.includes("--json")
  const voice = new Voice(streams, isJson)
  try {
    const line = readCommandLine(args, streams)
    if (line.kind === "shown") return 0
    const { command, parameters, flags } = line.chosen
    const context = await openContext(readName(line.name, "participant"), line.options, voice)
    try {
      const report = await command.run(context, parameters, flags)
      voice.finish(report)
      return exitStatusOf(report)
    } finally {
      context.unlock()
    }
  } catch (error) {
    return fail(voice, error)
  }
}

function fail(voice: Voice, error: unknown): number {
  if (error instanceof UsageError) {
    voice.fail(error.code, error.message)
    return EXIT_USAGE
  }
  if (error instanceof CodedError) {
    voice.fail(String(error.code), escapeLines(error.message))
    return EXIT_FAILURE
  }
  // A fault of this program: its kind and place help its maintainers; its message might quote what was typed.
  const kind = error instanceof Error ? error.name : "thrown value"
  const place = error instanceof Error ? (/\(?([\w.-]+:\d+):\d+\)?$/m.exec(error.stack ?? "")?.[1] ?? "") : ""
  voice.fail("INTERNAL", `event-client itself failed (${kind} at ${place}); nothing more was sent. Please report it`)
  return EXIT_FAILURE
}
