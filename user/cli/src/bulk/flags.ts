import { escapeText } from "@event-manager/client"
import { normalisations, normalisers, type Normalisation } from "@event-manager/client/keys"
import type { Flags } from "../commands/command.ts"
import { UsageError } from "../usageError.ts"
import type { Reading } from "./keyReader.ts"

/** What the user said of the file, beside its name. */
export interface FileOptions {
  readonly reading: Reading
  /** Where to keep lines that are left out. */
  readonly rejects: string | undefined
  readonly restart: boolean
}

const meanings = normalisations.map((each) => `${each}: ${normalisers[each].meaning}`).join("; ")

/** The options of every command that reads keys from a file. */
export const fileFlags = [
  [
    "--key-column <column>",
    "which column of a CSV file is the key: its name in the first line, or its number (default: key, or the only one)",
  ],
  ["--header", "the first line names the columns, also where you give them by number"],
  ["--lines", "every line is a key as it stands, with whatever commas and quotes are in it"],
  [`--normalise <${normalisations.join("|")}>`, `what to make of each key (default: none). ${meanings}`],
  ["--rejects <file>", "keep the lines that are left out, with the reason for each"],
  ["--restart", "send the file from its beginning, whatever earlier runs have sent of it"],
] as const

/** Reads them. Throws UsageError. */
export function readFileFlags(flags: Flags): FileOptions {
  const text = (name: string): string | undefined => {
    const value = flags[name]
    return typeof value === "string" ? value : undefined
  }
  const [key, message] = [text("keyColumn"), text("messageColumn")]
  const [header, lines] = [flags["header"] === true, flags["lines"] === true]
  if (lines && (key !== undefined || message !== undefined || header)) {
    throw new UsageError(
      "--lines takes each line as it stands; it excludes --key-column, --message-column and --header",
    )
  }
  if (message !== undefined && key === undefined) {
    throw new UsageError("with --message-column, say which column is the key with --key-column")
  }
  const reading = { key, message, header, lines, normalise: readNormalisation(text("normalise") ?? "none") }
  return { reading, rejects: text("rejects"), restart: flags["restart"] === true }
}

function readNormalisation(written: string): Normalisation {
  const found = normalisations.find((each) => each === written)
  if (found !== undefined) return found
  throw new UsageError(`'${escapeText(written)}' is no way to normalise: give one of ${normalisations.join(", ")}`)
}

/** A reading as options: the same for the same reading. */
export function writeReading({ key, message, header, lines, normalise }: Reading): string {
  const column = (flag: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`${flag} ${value}`]
  const words = [
    ...column("--key-column", key),
    ...column("--message-column", message),
    ...(header ? ["--header"] : []),
    ...(lines ? ["--lines"] : []),
    `--normalise ${normalise}`,
  ]
  return words.join(" ")
}
