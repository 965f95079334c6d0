import { limits, UserError } from "@event-manager/client"
import {
  normalisers,
  RecordReader,
  type KeyFault,
  type Normalisation,
  type RecordFault,
} from "@event-manager/client/keys"
import { layoutOf, needsHeader, syntaxOf, type ColumnOptions, type Columns } from "./columns.ts"

/** How a file is read. */
export interface Reading extends ColumnOptions {
  readonly normalise: Normalisation
}

/** Why a line is left out. */
export type Rejection = RecordFault | KeyFault | "EMPTY" | "NOT_UTF8" | "COLUMNS" | "KEY_TOO_LONG" | "MESSAGE_TOO_LONG"

/** A place in a file where a record begins. */
export interface Place {
  readonly position: number
  readonly line: number
  /** What the first line has said; undefined before it. */
  readonly columns: Columns | undefined
}

export const BEGINNING: Place = { position: 0, line: 1, columns: undefined }

const UTF8_MARK = "\u00ef\u00bb\u00bf"
const UTF16_MARK = /^(\u00ff\u00fe|\u00fe\u00ff)/
/** A text of fewer UTF-16 code units cannot have more bytes of UTF-8 than a key may. */
const SURELY_SHORT = limits.keyBytesMax / 3

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** Reads keys and their messages from the pieces of a file. Throws UserError where its first line makes no sense. */
export class KeyReader {
  /** Of the line that `next` found: its key and message, or why it has none. */
  key = ""
  message: string | undefined
  rejection: Rejection | undefined
  readonly #reading: Reading
  readonly #records: RecordReader
  #columns: Columns | undefined

  constructor(reading: Reading, { position, line, columns }: Place) {
    this.#reading = reading
    this.#records = new RecordReader(syntaxOf(reading), position, line)
    this.#columns = columns
  }

  /** Where the line that `next` found begins. */
  get place(): Place {
    const { start: position, line } = this.#records
    return { position, line, columns: this.#columns }
  }

  /** Where reading goes on after the line that `next` found. */
  get end(): Place {
    const { end: position, nextLine: line } = this.#records
    return { position, line, columns: this.#columns }
  }

  get line(): number {
    return this.#records.line
  }

  /** The line's bytes, as characters. */
  get raw(): string {
    return this.#records.raw
  }

  /** Takes the next piece. `next` must have returned false. */
  feed(text: string, isLast: boolean): void {
    this.#records.feed(text, isLast)
  }

  /** Whether another line with a key, or without one, could be read; otherwise the next piece is needed. */
  next(): boolean {
    while (this.#records.next()) {
      if (this.#columns === undefined && this.#isHeader()) continue
      this.rejection = this.#read()
      return true
    }
    return false
  }

  /** Learns from the first record that can tell it where the key is. */
  #isHeader(): boolean {
    const { fault, fields } = this.#records
    const isBlank = fault !== undefined || (fields.length === 1 && fields[0] === "")
    if (isBlank && !needsHeader(this.#reading)) return false
    if (isBlank) throw new UserError("INVALID_VALUE", "the first line names no columns")
    const names = fields.map((field) => textOf(field) ?? field)
    const { columns, isHeader } = layoutOf(names, this.#reading)
    this.#columns = columns
    return isHeader
  }

  #read(): Rejection | undefined {
    const { fault, fields } = this.#records
    if (fault !== undefined) return fault
    if (fields.length === 1 && fields[0] === "") return "EMPTY"
    const columns = this.#columns
    if (columns === undefined || fields.length !== columns.count) return "COLUMNS"
    return this.#readKey(fields[columns.key] ?? "") ?? this.#readMessage(fields[columns.message ?? -1] ?? "")
  }

  #readKey(field: string): Rejection | undefined {
    const text = textOf(field)
    if (text === undefined) return "NOT_UTF8"
    const { apply, faultOf } = normalisers[this.#reading.normalise]
    const key = apply(text).normalize("NFC")
    if (key === "") return "EMPTY"
    if (key.length > SURELY_SHORT && Buffer.byteLength(key) > limits.keyBytesMax) return "KEY_TOO_LONG"
    this.key = key
    return faultOf(key)
  }

  #readMessage(field: string): Rejection | undefined {
    const text = textOf(field)
    if (text === undefined) return "NOT_UTF8"
    this.message = text === "" ? undefined : text
    return field.length > limits.messageBytesMax ? "MESSAGE_TOO_LONG" : undefined
  }
}

/** Begins to read a file with its first piece, at the beginning or where an earlier run stopped. Throws UserError. */
export function beginReading(reading: Reading, from: Place, text: string): KeyReader {
  if (from.position > 0) return begun(new KeyReader(reading, from), text)
  if (UTF16_MARK.test(text)) {
    throw new UserError("INVALID_VALUE", "the file is in UTF-16: save it as UTF-8, and send that")
  }
  const mark = text.startsWith(UTF8_MARK) ? UTF8_MARK.length : 0
  return begun(new KeyReader(reading, { ...from, position: mark }), text.slice(mark))
}

function begun(reader: KeyReader, text: string): KeyReader {
  reader.feed(text, false)
  return reader
}

/** The text whose bytes of UTF-8 these characters stand for, or undefined where they are none. */
function textOf(bytes: string): string | undefined {
  if (!/[\u0080-\u00ff]/.test(bytes)) return bytes
  try {
    return decoder.decode(Buffer.from(bytes, "latin1"))
  } catch {
    return undefined
  }
}
