/*
 * The manual page, in mdoc(7), made of what help is made of.
 */
import { commonFlags, toolFlags, type FlagTable } from "./commandLine.ts"
import type { Usage } from "./commands/command.ts"
import { commands, tools } from "./commands/index.ts"
import { DEFAULT_CONFIG_FILE } from "./defaults.ts"
import { version } from "./version.ts"

/** When what the page says by itself was last changed: the same sources are to give the same page. */
const DATE = "November 24, 2026"

/** Of a line, before anything in it is escaped. */
const COLUMNS = 72

const files = [
  [
    DEFAULT_CONFIG_FILE,
    "which enclave to trust, and perhaps the server; get it from somebody you trust, not from the host",
  ],
  ["NAME.identity.pem", "the key of NAME, which whoever has it acts with: back it up"],
  ["NAME.client.json", "which enclaves and histories NAME has seen, by which a host that goes back is found out"],
  ["NAME.conclave", "a card, by which others know NAME"],
  ["NAME.page.json", "what the page of 'ui' remembers: an accepted enclave, and what was done when, without values"],
  ["NAME.keys-….json", "how far a file of keys was sent, so that the same command goes on there"],
] as const

const statuses = [
  ["0", "an answer"],
  ["1", "a refusal or a failure, and standard error says which"],
  ["2", "wrong usage"],
  ["130", "it was interrupted"],
] as const

/** The page of event-client, section 1. */
export function manualPage(): string {
  const lines = [
    `.Dd ${DATE}`,
    ".Dt EVENT-CLIENT 1",
    `.Os Event Manager ${version}`,
    ".Sh NAME",
    ".Nm event-client",
    ".Nd compute something together; learn the answer and nothing else",
    ".Sh SYNOPSIS",
    ".Nm",
    ".Op Ar options",
    ".Ar NAME",
    ".Ar command",
    ".Op Ar argument ...",
    ...tools.flatMap(({ name }) => [".Nm", ".Op Ar options", `.Cm ${name}`, ".Op Ar argument ..."]),
    ...completionSynopsis,
    ...section("DESCRIPTION", description),
    ...section("OPTIONS", [text("On either side of NAME:"), ...tagged(commonFlags.map(flagItem))]),
    ".Sh COMMANDS",
    ...commands.flatMap((each) => commandLines(each, [".Ar NAME"])),
    ...section(
      "COMMANDS WITHOUT A NAME",
      tools.flatMap((each) => commandLines(each, [], toolFlags)),
    ),
    ...section("FILES", tagged(files.map(([file, meaning]) => [`.It Pa ${word(file)}`, text(meaning)]))),
    ...section("EXIT STATUS", tagged(statuses.map(([status, meaning]) => [`.It ${status}`, text(meaning)]))),
    ...section("EXAMPLES", [".Bd -literal", ...[...commands, ...tools].flatMap(exampleLines), ".Ed"]),
  ]
  return `${lines.join("\n")}\n`
}

const completionSynopsis = [".Nm", ".Cm complete", ".Cm bash | zsh | fish"]

const description = [
  ".Nm",
  text("acts for NAME in computations that an attested enclave carries out."),
  text("Before it sends anything, it holds what the enclave proves against the constraint in its configuration."),
  text("Nobody but the enclave sees what NAME submits: not its host, not the other participants."),
  ".Pp",
  "With",
  ".Cm complete ,",
  text("it prints a script for completion in that shell."),
]

function section(title: string, lines: readonly string[]): readonly string[] {
  return [`.Sh ${title}`, ...lines]
}

function commandLines(usage: Usage, before: readonly string[], own: FlagTable = []): readonly string[] {
  const { name, aliases, summary, parameters, flags } = usage
  const others = aliases.length === 0 ? [] : [".Pp", `Also: ${aliases.map(word).join(", ")}.`]
  const items = [
    ...parameters.map(([syntax, meaning]) => [`.It Ar ${bare(syntax)}`, text(meaning)]),
    ...[...flags, ...own].map(flagItem),
  ]
  return [
    `.Ss ${name}`,
    ".Nm",
    ...before,
    `.Cm ${name}`,
    ...parameters.map(([syntax]) => (syntax.startsWith("[") ? `.Op Ar ${bare(syntax)}` : `.Ar ${bare(syntax)}`)),
    ".Pp",
    text(sentence(summary)),
    ...others,
    ...(items.length === 0 ? [] : tagged(items)),
  ]
}

/** `-s, --server <url>` as an item of a list. */
function flagItem([flags, meaning]: readonly [flags: string, meaning: string]): readonly string[] {
  const [, value] = /<(.*)>/.exec(flags) ?? []
  const names = flags
    .replace(/ <.*/, "")
    .split(", ")
    .map((each) => `Fl ${word(each.slice(1))}`)
  return [`.It ${names.join(" , ")}${value === undefined ? "" : ` Ar ${word(value)}`}`, text(meaning)]
}

function tagged(items: readonly (readonly string[])[]): readonly string[] {
  return [".Bl -tag -width Ds", ...items.flat(), ".El"]
}

function exampleLines({ examples }: Usage): readonly string[] {
  return examples.map((each) => escaped(`event-client ${each}`))
}

function bare(syntax: string): string {
  return word(syntax.slice(1, -1))
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`
}

/**
 * Lines of text. A sentence begins a line, and no line is longer than 80 (mandoc(1), "-W style"), so that the page also reads
 * well as it is.
 */
function text(written: string): string {
  return written
    .split(/(?<=\.) (?=[A-Z])/)
    .flatMap(wrapped)
    .map(escaped)
    .join("\n")
}

function wrapped(sentence: string): readonly string[] {
  const lines: string[] = []
  for (const each of sentence.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${each}`.trimStart()
    if (lines.length > 0 && longer.length <= COLUMNS) lines[lines.length - 1] = longer
    else lines.push(each)
  }
  return lines
}

/** What roff takes for its own is escaped where a line begins with it (roff(7)), and a hyphen can be copied as one. */
function escaped(line: string): string {
  const safe = line.replaceAll("\\", "\\e").replaceAll("-", "\\-")
  return /^[.']/.test(safe) ? `\\&${safe}` : safe
}

/** An argument of a macro: what could be one of its own is escaped (mdoc(7)). */
function word(written: string): string {
  const safe = escaped(written)
  return /[\s"|]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
