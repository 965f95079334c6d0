import { ROWS_MAX } from "./keyTable.ts"
import { PageError } from "./pageError.ts"
import { attribute, xmlTokens, type XmlToken } from "./xml.ts"

/** Columns that are read: a table of keys has a few. */
const COLUMNS_MAX = 256
const LETTERS = 26
/** What a cell can hold (as spreadsheets state it); thousands of cells may share one text. */
const CELL_CHARACTERS_MAX = 32_767

type Open = Extract<XmlToken, { kind: "open" }>

/** The texts that cells share (section 18.4), without what tells how they are pronounced. */
export function readSharedStrings(xml: string): readonly string[] {
  const strings: string[] = []
  const text = new TextOf("si")
  for (const token of xmlTokens(xml)) {
    const whole = text.take(token)
    if (whole !== undefined) strings.push(bounded(whole))
  }
  return strings
}

/** Reads a sheet's cells (section 18.3) as text. */
export class SheetReader {
  readonly rows: string[][] = []
  formulas = 0
  numbers = 0
  hiddenRows = 0
  readonly #strings: readonly string[]
  #row = 0
  #column = 0
  #type = "n"
  #inside: "v" | "f" | "is" | undefined
  #value = ""
  #inline = new TextOf("is")

  constructor(strings: readonly string[]) {
    this.#strings = strings
  }

  /** Throws PageError (SPREADSHEET_MALFORMED, SPREADSHEET_TOO_LARGE, TABLE_TOO_LARGE). */
  read(xml: string): void {
    for (const token of xmlTokens(xml)) {
      if (this.#inside === "is" || (token.kind === "open" && token.name === "is")) this.#readInline(token)
      else if (token.kind === "open") this.#open(token)
      else if (token.kind === "close") this.#close(token.name)
      else if (this.#inside === "v") this.#value += token.text
    }
  }

  #readInline(token: XmlToken): void {
    this.#inside = "is"
    const whole = this.#inline.take(token)
    if (whole === undefined) return
    this.#value = whole
    this.#inside = undefined
  }

  #open(token: Open): void {
    const { name, isEmpty } = token
    if (name === "row") this.#openRow(token)
    else if (name === "c") this.#openCell(token)
    else if (name === "f") this.formulas += 1
    if (!isEmpty && (name === "v" || name === "f")) this.#inside = name
    if (isEmpty && name === "c") this.#closeCell()
  }

  #close(name: string): void {
    if (name === this.#inside) this.#inside = undefined
    if (name === "c") this.#closeCell()
  }

  #openRow({ attributes }: Open): void {
    const number = attribute(attributes, "r")
    this.#row = number === undefined ? this.#row + 1 : Number(number)
    if (!Number.isSafeInteger(this.#row) || this.#row < 1) throw malformed()
    if (this.#row > ROWS_MAX) throw new PageError("TABLE_TOO_LARGE", `the page takes ${ROWS_MAX} rows`)
    this.#column = 0
    if (attribute(attributes, "hidden") === "1") this.hiddenRows += 1
  }

  #openCell({ attributes }: Open): void {
    const letters = /^[A-Z]{1,3}(?=[0-9]*$)/.exec(attribute(attributes, "r") ?? "")?.[0]
    this.#column = letters === undefined ? this.#column + 1 : columnOf(letters)
    if (this.#column > COLUMNS_MAX)
      throw new PageError("SPREADSHEET_TOO_LARGE", `the page takes ${COLUMNS_MAX} columns`)
    this.#type = attribute(attributes, "t") ?? "n"
    this.#value = ""
  }

  #closeCell(): void {
    const text = bounded(this.#text())
    this.#value = ""
    if (text === "") return
    while (this.rows.length < this.#row) this.rows.push([""])
    const cells = this.rows[this.#row - 1] ?? []
    while (cells.length < this.#column) cells.push("")
    cells[this.#column - 1] = text
  }

  #text(): string {
    switch (this.#type) {
      case "s":
        return this.#shared()
      case "str":
      case "inlineStr":
        return this.#value
      case "b":
        if (this.#value === "") return ""
        return this.#value === "1" ? "TRUE" : "FALSE"
      // An error, such as #N/A, is no key.
      case "e":
        return ""
      default:
        if (this.#value !== "") this.numbers += 1
        return this.#value
    }
  }

  #shared(): string {
    const text = /^[0-9]{1,9}$/.test(this.#value) ? this.#strings[Number(this.#value)] : undefined
    if (text === undefined) throw malformed()
    return text
  }
}

/** Collects the text of each element of one name: of its `t`, but not those of its `rPh`. */
class TextOf {
  readonly #name: string
  #isWithin = false
  #isText = false
  #isPhonetic = false
  #text = ""

  constructor(name: string) {
    this.#name = name
  }

  /** The whole text, once the element has ended. */
  take(token: XmlToken): string | undefined {
    if (token.kind === "text") {
      if (this.#isText && !this.#isPhonetic) this.#text += token.text
      return undefined
    }
    const isOpen = token.kind === "open" && !token.isEmpty
    if (token.name === "t") this.#isText = isOpen && this.#isWithin
    else if (token.name === "rPh") this.#isPhonetic = isOpen
    else if (token.name === this.#name) return this.#bound(token, isOpen)
    return undefined
  }

  #bound(token: XmlToken, isOpen: boolean): string | undefined {
    this.#isWithin = isOpen
    if (isOpen) {
      this.#text = ""
      return undefined
    }
    return token.kind === "open" ? "" : this.#text
  }
}

/** Throws PageError (SPREADSHEET_TOO_LARGE). */
function bounded(text: string): string {
  if (text.length <= CELL_CHARACTERS_MAX) return text
  throw new PageError("SPREADSHEET_TOO_LARGE", `a cell has at most ${CELL_CHARACTERS_MAX} characters`)
}

/** A is 1 (section 18.18.7). */
function columnOf(letters: string): number {
  return [...letters].reduce((number, letter) => number * LETTERS + letter.charCodeAt(0) - 64, 0)
}

function malformed(): PageError {
  return new PageError("SPREADSHEET_MALFORMED", "the sheet's cells cannot be read")
}
