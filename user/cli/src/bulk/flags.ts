import { escapeText } from "@event-manager/client"
import { normalisations, type Normalisation } from "@event-manager/client/keys"
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
