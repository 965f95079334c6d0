import { limits, type KeyText } from "@event-manager/client"
import { normalisations, normalisers, type KeyFault, type Normalisation } from "@event-manager/client/keys"

export { normalisations, type Normalisation }

/** A table that was pasted or dropped, cut into cells; what they mean is not decided yet. */
export interface KeyTable {
  readonly source: "pasted" | "csv" | "xlsx"
  /** Rows of cells, the first one included; a row without cells could not be read. */
  readonly rows: readonly (readonly string[])[]
  /** The most cells that a row has. */
  readonly columns: number
  /** What the reading would do by itself. */
  readonly guess: Pick<TableChoice, "keyColumn" | "messageColumn" | "header">
  /** What the user should know of it before anything is sent. */
  readonly warnings: readonly TableWarning[]
  /** Of a workbook: its sheets, and which one this is. */
  readonly sheets: readonly string[]
  readonly sheet: number
}

export type TableWarning =
  /** So many cells hold formulas; what they last came to is taken. */
  | { readonly kind: "FORMULAS"; readonly cells: number }
  /** So many cells hold a number or date; it is taken as it is stored, not as it is shown. */
  | { readonly kind: "NUMBERS"; readonly cells: number }
  /** So many rows are hidden, and taken like all others. */
  | { readonly kind: "HIDDEN_ROWS"; readonly rows: number }
  /** Rows that could not be cut into cells; they are left out. */
  | { readonly kind: "BROKEN_ROWS"; readonly rows: number }

export const tableWarnings = [
  "FORMULAS",
  "NUMBERS",
  "HIDDEN_ROWS",
  "BROKEN_ROWS",
] as const satisfies readonly TableWarning["kind"][]

/** What the user says a table means. */
export interface TableChoice {
  /** From 0. */
  readonly keyColumn: number
  readonly messageColumn: number | undefined
  /** The first row names the columns. */
  readonly header: boolean
  readonly normalise: Normalisation
}

/** Why a row is left out. */
export const rowProblems = [
  "EMPTY",
  "BROKEN",
  "NOT_TEXT",
  "KEY_TOO_LONG",
  "MESSAGE_TOO_LONG",
  "VIN_LENGTH",
  "VIN_LETTERS",
  "VIN_CHECK_DIGIT",
  "EMAIL",
  "REPEATED",
] as const
type RowProblem = (typeof rowProblems)[number]

/** The keys of a table. */
export interface CheckedKeys {
  /** What would be submitted, each key once with each message. */
  readonly keys: readonly (KeyText & { readonly row: number })[]
  /** Rows that are left out, from 1 as a spreadsheet numbers them, with the cell's text as it came. */
  readonly problems: readonly { readonly row: number; readonly problem: RowProblem; readonly text: string }[]
}

/** Rows and bytes that the page takes: beyond, event-client submits files of any size. */
export const ROWS_MAX = 200_000
export const TABLE_BYTES_MAX = 32 * 1_024 * 1_024

/** Of a cell that is told of as a problem. */
const SHOWN_CHARACTERS_MAX = 100

/** What a table comes to under a choice. */
export function checkKeys({ rows }: KeyTable, choice: TableChoice): CheckedKeys {
  const keys: (KeyText & { row: number })[] = []
  const problems: CheckedKeys["problems"][number][] = []
  const seen = new Set<string>()
  for (const [index, cells] of rows.entries()) {
    if (index === 0 && choice.header) continue
    const row = index + 1
    const read = readRow(cells, choice)
    const text = cells[choice.keyColumn] ?? ""
    if (typeof read === "string") problems.push({ row, problem: read, text: text.slice(0, SHOWN_CHARACTERS_MAX) })
    else if (seen.has(identityOf(read))) problems.push({ row, problem: "REPEATED", text })
    else {
      seen.add(identityOf(read))
      keys.push({ ...read, row })
    }
  }
  return { keys, problems }
}

/** Neither a key nor a message has a line break that the other could be taken for: JSON tells them apart. */
function identityOf({ key, message }: KeyText): string {
  return message === undefined ? key : JSON.stringify([key, message])
}

function readRow(cells: readonly string[], choice: TableChoice): KeyText | RowProblem {
  if (cells.length === 0) return "BROKEN"
  const cell = cells[choice.keyColumn] ?? ""
  const message = cells[choice.messageColumn ?? -1] ?? ""
  if (!cell.isWellFormed() || !message.isWellFormed()) return "NOT_TEXT"
  const { apply, faultOf } = normalisers[choice.normalise]
  const key = apply(cell).normalize("NFC")
  if (key === "") return "EMPTY"
  if (bytesOf(key) > limits.keyBytesMax) return "KEY_TOO_LONG"
  if (bytesOf(message) > limits.messageBytesMax) return "MESSAGE_TOO_LONG"
  const fault: KeyFault | undefined = faultOf(key)
  return fault ?? (message === "" ? { key } : { key, message })
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}
