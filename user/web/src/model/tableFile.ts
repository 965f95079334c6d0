import { RecordReader, type Syntax } from "@event-manager/client/keys"
import { ROWS_MAX, TABLE_BYTES_MAX, type KeyTable, type TableWarning } from "./keyTable.ts"
import { PageError } from "./pageError.ts"

/** Cuts pasted text: tab-separated as spreadsheets copy it, else lines. Throws PageError (TABLE_*). */
export function readPasted(text: string): KeyTable {
  requireSize(text.length)
  return tableOf("pasted", cut(text, text.includes("\t") ? "tabs" : "lines"))
}

/**
 * Reads a dropped file: a workbook by its first bytes, anything else as text with commas, semicolons or tabs. Rejects with
 * PageError (TABLE_*, SPREADSHEET_*).
 */
export async function readDropped(file: Blob, sheet = 0): Promise<KeyTable> {
  requireSize(file.size)
  const bytes = new Uint8Array(await file.arrayBuffer())
  if (startsWith(bytes, OLE_MARK)) {
    const why = "it is a workbook of the old kind, or one with a password: save it as .xlsx without, or as CSV"
    throw new PageError("SPREADSHEET_UNSUPPORTED", why)
  }
  if (!startsWith(bytes, ZIP_MARK)) return readCsv(bytes)
  const { readSpreadsheet } = await import("./spreadsheet.ts")
  const { rows, sheets, warnings } = await readSpreadsheet(bytes, sheet)
  return tableOf("xlsx", { rows, warnings }, { sheets, sheet })
}

const ZIP_MARK = [0x50, 0x4b, 0x03, 0x04]
const OLE_MARK = [0xd0, 0xcf, 0x11, 0xe0]
const UTF16_MARK = [0xff, 0xfe]

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, i) => bytes[i] === byte)
}

function readCsv(bytes: Uint8Array): KeyTable {
  const text = textIn(bytes)
  return tableOf("csv", cut(text, syntaxOf(text)))
}

/** UTF-8, or UTF-16 as spreadsheets write their "Unicode text". */
function textIn(bytes: Uint8Array): string {
  const encoding = startsWith(bytes, UTF16_MARK) ? "utf-16le" : "utf-8"
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
    if (!text.includes("\0")) return text
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
  }
  throw new PageError("TABLE_NOT_TEXT", "the file is no text in UTF-8: save it as 'CSV UTF-8'")
}

/** The delimiter that the first line has most of, and commas where it has none. */
function syntaxOf(text: string): Syntax {
  const [line = ""] = text.split("\n", 1)
  const outside = line.replaceAll(/"[^"]*"/g, "")
  const count = (delimiter: string): number => outside.split(delimiter).length - 1
  const [commas, semicolons, tabs] = [count(","), count(";"), count("\t")]
  // Seldom does a text have a tab in it.
  if (tabs > 0 && tabs >= Math.max(commas, semicolons)) return "tabs"
  return semicolons > commas ? "semicolons" : "csv"
}

interface Cut {
  readonly rows: readonly (readonly string[])[]
  readonly warnings: readonly TableWarning[]
}

function cut(text: string, syntax: Syntax): Cut {
  const reader = new RecordReader(syntax)
  reader.feed(text.replace(/^\ufeff/, ""), true)
  const rows: string[][] = []
  let broken = 0
  while (reader.next()) {
    if (rows.length >= ROWS_MAX) throw tooLarge()
    if (reader.fault !== undefined) broken += 1
    rows.push([...reader.fields])
  }
  return { rows, warnings: broken === 0 ? [] : [{ kind: "BROKEN_ROWS", rows: broken }] }
}

function tableOf(
  source: KeyTable["source"],
  { rows, warnings }: Cut,
  { sheets, sheet }: Pick<KeyTable, "sheets" | "sheet"> = { sheets: [], sheet: 0 },
): KeyTable {
  const last = rows.findLastIndex((cells) => cells.some((cell) => cell.trim() !== ""))
  const used = rows.slice(0, last + 1)
  if (used.length === 0) throw new PageError("TABLE_EMPTY", "there is nothing in it")
  const columns = used.reduce((most, { length }) => Math.max(most, length), 0)
  return { source, rows: used, columns, guess: guessOf(used[0] ?? []), warnings, sheets, sheet }
}

/** Columns that people name so hold keys. */
const KEY_NAMES = ["key", "vin", "email", "e-mail", "iban", "id", "schlüssel", "kennung"]
const MESSAGE_NAMES = ["message", "nachricht", "note", "comment"]

function guessOf(first: readonly string[]): KeyTable["guess"] {
  const names = first.map((cell) => cell.trim().toLowerCase())
  const find = (known: readonly string[]): number => names.findIndex((name) => known.includes(name))
  const [key, message] = [find(KEY_NAMES), find(MESSAGE_NAMES)]
  if (key < 0) return { keyColumn: 0, messageColumn: undefined, header: false }
  return { keyColumn: key, messageColumn: message < 0 ? undefined : message, header: true }
}

function requireSize(length: number): void {
  if (length > TABLE_BYTES_MAX) throw tooLarge()
}

function tooLarge(): PageError {
  const most = `the page takes ${ROWS_MAX} rows and ${TABLE_BYTES_MAX / 1_024 / 1_024} MiB`
  return new PageError("TABLE_TOO_LARGE", `${most}; event-client submits files of any size ('submit-keys')`)
}
