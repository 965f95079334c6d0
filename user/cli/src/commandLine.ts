import { escapeText } from "@event-manager/client/display"
import { Command as Program, CommanderError } from "commander"
import type { Command, Flags, Tool, Usage } from "./commands/command.ts"
import { commands, tools } from "./commands/index.ts"
import type { CommonOptions } from "./context.ts"
import { DEFAULT_CONFIG_FILE, DEFAULT_SERVER } from "./defaults.ts"
import type { Streams } from "./report.ts"
import { UsageError } from "./usageError.ts"
import { version } from "./version.ts"

/** What the user asked for. */
export type CommandLine =
  | (Given & {
      readonly kind: "command"
      readonly name: string
      readonly command: Command
      readonly options: CommonOptions
    })
  | (Given & { readonly kind: "tool"; readonly tool: Tool })
  /** Help or the version was asked for, and shown. */
  | { readonly kind: "shown" }

interface Given {
  readonly parameters: readonly (string | undefined)[]
  readonly flags: Flags
}

type Chosen = Given &
  ({ readonly kind: "command"; readonly command: Command } | { readonly kind: "tool"; readonly tool: Tool })

/** Options that every command has: on either side of NAME. */
export const commonFlags = [
  ["-s, --server <url>", `the host's address (default: ${DEFAULT_SERVER})`],
  ["-c, --config-file <file>", `which enclave to trust (default: ${DEFAULT_CONFIG_FILE})`],
  ["--json", "print one JSON object, for scripts"],
  ["--accept-new-enclave <fingerprint>", "use an enclave that is not the one used before"],
  ["--passphrase-file <file>", "take the identity's passphrase from a file's first line"],
] as const

/** Options that every tool has. */
export const toolFlags = commonFlags.filter(([flags]) => flags === "--json")

/** Reads the arguments after the program's name. Shows help and version itself. Throws UsageError. */
export function readCommandLine(args: readonly string[], streams: Streams): CommandLine {
  const split = splitName(args)
  let chosen: Chosen | undefined
  const program = buildProgram(streams, (each) => (chosen = each))
  try {
    program.parse(split.rest, { from: "user" })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { kind: "shown" }
    // Where there is no command, commander would show its help; what follows says what is missing.
    if (error.code !== "commander.help") throw new UsageError(usageText(error))
  }
  if (chosen?.kind === "tool") return chosen
  if (split.name === undefined) throw new UsageError("say who you act for, and a command: event-client NAME COMMAND …")
  if (chosen === undefined) {
    const hint = `'${escapeText(split.name)}' is taken as the NAME you act for; which command? See event-client --help`
    throw new UsageError(hint)
  }
  return { ...chosen, name: split.name, options: { ...program.opts(), ...chosen.flags } }
}

/**
 * Takes NAME, the first word that is neither an option nor an option's value, out of the arguments. A word that is a
 * tool's is nobody's name.
 */
export function splitName(args: readonly string[]): { name: string | undefined; rest: string[] } {
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? ""
    if (takesValue(word)) i += 1
    else if (isTool(word)) break
    else if (!word.startsWith("-")) return { name: word, rest: args.toSpliced(i, 1) }
  }
  return { name: undefined, rest: [...args] }
}

function isTool(word: string): boolean {
  return tools.some(({ name, aliases }) => name === word || aliases.includes(word))
}

function takesValue(word: string): boolean {
  return commonFlags.some(([flags]) => flags.includes("<") && flags.split(/[ ,]+/).includes(word))
}

/** commander's view of the commands; `choose` is told of the one that was asked for. */
function buildProgram(streams: Streams, choose: (chosen: Chosen) => void): Program {
  const program = new Program("event-client")
    .usage("[options] NAME COMMAND …")
    .description("Compute something together; learn the answer and nothing else. NAME is who you act for.")
    .version(version, "-V, --version")
    .helpOption("-h, --help")
    .helpCommand(false)
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => streams.out(text), writeErr: () => undefined })
  for (const [flags, description] of commonFlags) program.option(flags, description)
  program.addHelpText("after", afterHelp)
  for (const command of commands) {
    addUsage(program, "NAME ", command, commonFlags, (given) => choose({ kind: "command", command, ...given }))
  }
  for (const tool of tools) {
    addUsage(program, "", tool, toolFlags, (given) => choose({ kind: "tool", tool, ...given }))
  }
  return program
}

const afterHelp = `
Also: event-client complete bash|zsh|fish prints a script for shell completion.
Exit status: 0 for an answer, 1 for a refusal or failure, 2 for wrong usage, 130 where you interrupted it.`

export type FlagTable = readonly (readonly [flags: string, description: string])[]

function addUsage(
  program: Program,
  before: "NAME " | "",
  usage: Usage,
  shared: FlagTable,
  choose: (given: Given) => void,
): void {
  const sub = program
    .command(usage.name)
    .aliases([...usage.aliases])
    .summary(usage.summary)
  sub.description(usage.summary).exitOverride().helpOption("-h, --help").allowExcessArguments(false)
  sub.configureHelp({ commandUsage: (each) => `event-client ${before}${each.name()} ${each.usage()}` })
  for (const [syntax, description] of usage.parameters) sub.argument(syntax, description)
  for (const [flags, description] of [...usage.flags, ...shared]) sub.option(flags, description)
  const examples = usage.examples.map((example) => `  event-client ${example}`).join("\n")
  sub.addHelpText("after", `\nExample${usage.examples.length === 1 ? "" : "s"}:\n${examples}`)
  sub.action((...given: unknown[]) => {
    const parameters = given.slice(0, usage.parameters.length)
    choose({
      parameters: parameters.map((each) => (typeof each === "string" ? each : undefined)),
      flags: sub.opts(),
    })
  })
}

/** commander's message in one line, with where to look. */
function usageText(error: CommanderError): string {
  const text = escapeText(error.message.replace(/^error: /, "").replaceAll("\n", " "))
  const dash = error.code === "commander.unknownOption" ? "; a word that begins with '-' stands after '--'" : ""
  return `${text}${dash}; see event-client --help`
}
