import type { Roots } from "@event-manager/client"
import { readCommandLine, type CommandLine } from "./commandLine.ts"
import type { Desk } from "./context.ts"
import { escapeLines, exitStatusOf, Voice, type Report, type Streams } from "./report.ts"
import { UsageError } from "./usageError.ts"

const EXIT_FAILURE = 1
const EXIT_USAGE = 2

/**
 * Runs one command line. Returns the exit status; whatever goes wrong, one line says so. `roots` are whom evidence must
 * lead to, the makers' own by default: no option and no file can put others in their place. The library is loaded once a
 * command needs it: help, completion and wrong usage are to be there at once.
 */
export async function run(args: readonly string[], streams: Streams, roots?: Roots): Promise<number> {
  const voice = new Voice(streams, args.includes("--json"))
  const desk = { roots, voice, now: () => Math.floor(Date.now() / 1_000) }
  try {
    const line = readCommandLine(args, streams)
    if (line.kind === "shown") return 0
    const report = line.kind === "tool" ? await use(line, desk) : await act(line, desk)
    voice.finish(report)
    return exitStatusOf(report)
  } catch (error) {
    return fail(voice, error)
  }
}

async function use({ tool, parameters, flags }: Extract<CommandLine, { kind: "tool" }>, desk: Desk): Promise<Report> {
  return (await tool.load()).run(desk, parameters, flags)
}

async function act(line: Extract<CommandLine, { kind: "command" }>, desk: Desk): Promise<Report> {
  const [{ openContext }, { readName }] = await Promise.all([import("./context.ts"), import("./parameters.ts")])
  const context = await openContext(readName(line.name, "participant"), line.options, desk)
  try {
    const command = await line.command.load()
    return await command.run(context, line.parameters, line.flags)
  } finally {
    context.unlock()
  }
}

async function fail(voice: Voice, error: unknown): Promise<number> {
  if (error instanceof UsageError) {
    voice.fail(error.code, error.message)
    return EXIT_USAGE
  }
  const { CodedError } = await import("@event-manager/client")
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
