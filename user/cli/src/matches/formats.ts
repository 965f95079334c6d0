import { escapeText, type Match } from "@event-manager/client"
import { partyData } from "../commands/command.ts"
import type { Context } from "../context.ts"
import { jsonLine, type Report } from "../report.ts"
import { UsageError } from "../usageError.ts"
import { formats, type Format } from "./format.ts"

/** How many of a participant's own keys have matched in a computation that tells no more. */
export interface Count {
  readonly computation: string
  readonly keys: number
}

/** Where matches go as they are read, so many at a time. */
export interface Sink {
  matches(matches: readonly Match[]): void
  count(count: Count): void
}

/** Throws UsageError. */
export function readFormat(written: unknown, isJson: boolean): Format | undefined {
  if (typeof written !== "string") return undefined
  const found = formats.find((each) => each === written)
  if (found === undefined) {
    throw new UsageError(`'${escapeText(written)}' is no format: give one of ${formats.join(", ")}`)
  }
  if (isJson) throw new UsageError("--json and --format exclude one another; --format jsonl prints an object a line")
  return found
}

/** With `isTerminal`, what others wrote is escaped where a terminal could act on it. */
export function openSink(context: Context, format: Format, isTerminal: boolean): Sink {
  if (format === "jsonl") return jsonLines(context)
  return format === "csv" ? csv(context, isTerminal) : table(context)
}

/** A match as scripts read it. */
export function matchData(context: Context, match: Match): Report["data"] {
  const { computation, key, position, party, message } = match
  return {
    computation,
    key,
    position,
    party: partyData(context, party),
    ...(message === undefined ? {} : { message }),
  }
}

/** A count as a person reads it. */
export function countLine({ computation, keys }: Count): string {
  return `Computation: ${escapeText(computation)}; ${keys} of your keys ${keys === 1 ? "has" : "have"} matched`
}

/** Matches with those of one computation and key together, as they are printed where no format is asked for. */
export function matchLines(context: Context, matches: readonly Match[]): readonly string[] {
  return groupByKey(matches).flatMap((group) => linesOf(context, group))
}

/** Matches of one computation and key, in the order of submission. */
function groupByKey(matches: readonly Match[]): readonly (readonly Match[])[] {
  const groups = Map.groupBy(matches, (match) => `${match.computation} ${match.key}`)
  return [...groups.values()].map((group) => group.toSorted((a, b) => a.position - b.position))
}

function linesOf(context: Context, group: readonly Match[]): readonly string[] {
  const [first] = group
  if (first === undefined) return []
  const title = `Computation: ${first.computation}; Matched key: ${escapeText(first.key)}`
  return [
    title,
    ...group.map((match) => `   ${context.show(match.party)} Message: ${escapeText(match.message ?? "")}`.trimEnd()),
  ]
}

function jsonLines(context: Context): Sink {
  const { voice } = context
  return {
    matches: (matches) => voice.print(matches.map((match) => jsonLine(matchData(context, match))).join("")),
    count: (count) => voice.print(jsonLine({ computation: count.computation, matchedKeys: count.keys })),
  }
}

function csv(context: Context, isTerminal: boolean): Sink {
  const { voice, show } = context
  const cell = (text: string): string => csvCell(isTerminal ? escapeText(text) : text)
  voice.print("computation,position,key,participant,party,message\n")
  return {
    matches(matches) {
      const rows = matches.map(({ computation, position, key, party, message = "" }) =>
        [cell(computation), position, cell(key), cell(show(party)), party, cell(message)].join(","),
      )
      voice.print(rows.map((row) => `${row}\n`).join(""))
    },
    // A number for a computation is no row among its matches.
    count: (count) => voice.note(countLine(count)),
  }
}

/** What a spreadsheet might take for a formula (OWASP, "CSV Injection"), and what has an apostrophe before it already. */
const FORMULA = /^[=+\-@\uff1d\uff0b\uff0d\uff20'\s]/u
/** What must stand in quotes (RFC 4180 section 2.6), and white space that some programs would drop. */
const NEEDS_QUOTES = /[",\r\n]|\s$/

/**
 * Text as a field of CSV. Before what a spreadsheet might run as a formula stands an apostrophe, and before what begins
 * with an apostrophe another, so that taking one away gives the text back.
 */
export function csvCell(text: string): string {
  const guarded = FORMULA.test(text) ? `'${text}` : text
  return NEEDS_QUOTES.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

const HEADINGS = ["COMPUTATION", "KEY", "PARTICIPANT", "MESSAGE"] as const
const COLUMN_LETTERS_MAX = 40

/** Columns are as wide as the first rows need, since later ones are not known yet. */
function table(context: Context): Sink {
  const { voice, show } = context
  let widths: readonly number[] | undefined
  return {
    matches(matches) {
      const rows = matches.map(({ computation, key, party, message = "" }) => [
        computation,
        escapeText(key),
        show(party),
        escapeText(message),
      ])
      const all = widths === undefined && rows.length > 0 ? [[...HEADINGS], ...rows] : rows
      widths ??= rows.length === 0 ? undefined : HEADINGS.map((_, column) => widthOf(all, column))
      voice.print(all.map((row) => `${padded(row, widths ?? [])}\n`).join(""))
    },
    count: (count) => voice.say(countLine(count)),
  }
}

function widthOf(rows: readonly (readonly string[])[], column: number): number {
  const longest = rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0)
  return Math.min(longest, COLUMN_LETTERS_MAX)
}

function padded(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join("  ")
    .trimEnd()
}
