/*
 * Workbooks (ISO/IEC 29500-1 section 18, SpreadsheetML), read for the text of one sheet's cells. Loaded when one is
 * dropped. Formulas are never evaluated: what a cell last came to is taken, and said.
 */
import type { KeyTable, TableWarning } from "./keyTable.ts"
import { PageError } from "./pageError.ts"
import { readSharedStrings, SheetReader } from "./sheet.ts"
import { attribute, xmlTokens } from "./xml.ts"
import { ZipFile } from "./zip.ts"

const SHEETS_MAX = 256
const WORKBOOK = "xl/workbook.xml"
const RELATIONS = "xl/_rels/workbook.xml.rels"
const SHARED_STRINGS = "xl/sharedStrings.xml"

/** Reads the sheet of this number, from 0. Rejects with PageError (SPREADSHEET_*, TABLE_TOO_LARGE). */
export async function readSpreadsheet(
  bytes: Uint8Array<ArrayBuffer>,
  sheet: number,
): Promise<Pick<KeyTable, "rows" | "warnings" | "sheets">> {
  const zip = ZipFile.open(bytes)
  if (!zip.has(WORKBOOK)) throw new PageError("SPREADSHEET_UNSUPPORTED", "the file is no .xlsx workbook")
  const sheets = sheetsIn(await zip.text(WORKBOOK), await zip.text(RELATIONS))
  const chosen = sheets[sheet]
  if (chosen === undefined) throw new PageError("SPREADSHEET_MALFORMED", "the workbook has no such sheet")
  const strings = zip.has(SHARED_STRINGS) ? readSharedStrings(await zip.text(SHARED_STRINGS)) : []
  const reader = new SheetReader(strings)
  reader.read(await zip.text(chosen.path))
  return { rows: reader.rows, warnings: warningsOf(reader), sheets: sheets.map(({ name }) => name) }
}

function warningsOf({ formulas, numbers, hiddenRows }: SheetReader): readonly TableWarning[] {
  const all: readonly TableWarning[] = [
    { kind: "FORMULAS", cells: formulas },
    { kind: "NUMBERS", cells: numbers },
    { kind: "HIDDEN_ROWS", rows: hiddenRows },
  ]
  return all.filter((warning) => ("cells" in warning ? warning.cells : warning.rows) > 0)
}

interface Sheet {
  readonly name: string
  /** Within the ZIP file. */
  readonly path: string
}

/** The sheets that have cells, in their order. */
function sheetsIn(workbook: string, relations: string): readonly Sheet[] {
  const targets = targetsIn(relations)
  const sheets: Sheet[] = []
  for (const attributes of elements(workbook, "sheet")) {
    const target = targets.get(attribute(attributes, "id") ?? "")
    // Charts and dialogs are sheets too; only what has cells lies there.
    if (target?.includes("worksheets/") !== true) continue
    const path = target.startsWith("/") ? target.slice(1) : `xl/${target}`
    sheets.push({ name: attribute(attributes, "name") ?? "", path })
    if (sheets.length > SHEETS_MAX) throw new PageError("SPREADSHEET_TOO_LARGE", `the page takes ${SHEETS_MAX} sheets`)
  }
  return sheets
}

/** A sheet's file is what its relation leads to (ECMA-376 part 2, section 9.3). */
function targetsIn(relations: string): ReadonlyMap<string, string> {
  const all = [...elements(relations, "Relationship")]
  return new Map(all.map((each) => [attribute(each, "Id") ?? "", attribute(each, "Target") ?? ""]))
}

/** The attributes of each element of this name. */
function* elements(xml: string, name: string): Generator<string> {
  for (const token of xmlTokens(xml)) if (token.kind === "open" && token.name === name) yield token.attributes
}
