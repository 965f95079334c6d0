/** How a file is cut into records. */
export type Syntax =
  /** RFC 4180, with line ends of LF too: fields, perhaps quoted, with commas between them. */
  | "csv"
  /** The same with semicolons, as spreadsheets write it where the comma is for decimals. */
  | "semicolons"
  /** The same with tabs, as spreadsheets copy cells: there a quote within a field is only a quote. */
  | "tabs"
  /** Each line is one field, whatever stands in it. */
  | "lines"

/** Why a line is no record. */
export type RecordFault =
  /** A quote where none may be, or one that is not closed; or a bare carriage return. */
  "QUOTES" | "RECORD_TOO_LONG"

/** No record is longer, in bytes: an unclosed quote must not swallow a file. */
export const RECORD_BYTES_MAX = 65_536

const LF = 10
const CR = 13
const QUOTE = 34
const COMMA = 44
const TAB = 9
const SEMICOLON = 59

const delimiters: Readonly<Record<Syntax, number>> = { csv: COMMA, semicolons: SEMICOLON, tabs: TAB, lines: LF }

const INCOMPLETE = -1
const FAULTY = -2

/**
 * Reads records from text that comes in pieces, of which each character stands for one byte (ISO 8859-1): all that
 * matters to the syntax is ASCII, and positions in the text are positions in the file. What is no record costs its
 * first line alone; reading goes on with the line after it. Where pieces begin and end makes no difference.
 */
export class RecordReader {
  /** Of the record that `next` found: the number of its first line from 1, and where it begins and ends in the file. */
  line = 0
  start = 0
  fault: RecordFault | undefined
  /** Valid until the next call; empty where there is a fault. */
  readonly fields: string[] = []
  readonly #syntax: Syntax
  readonly #delimiter: number
  /** The highest character that matters to the syntax. */
  readonly #highest: number
  #text = ""
  #at = 0
  #isLast = false
  /** Where the text begins in the file. */
  #base: number
  #nextLine: number
  /** Whether the rest of a line is skipped that was too long. */
  #isSkipping = false
  /** Line ends within the quotes of the record that is being read. */
  #linesWithin = 0
  /** Where in the text the syntax is broken. */
  #brokenAt = 0

  /** Begins at a position where a record begins, in a line of this number. */
  constructor(syntax: Syntax, position = 0, line = 1) {
    this.#syntax = syntax
    this.#delimiter = delimiters[syntax]
    this.#highest = Math.max(QUOTE, this.#delimiter)
    this.#base = position
    this.#nextLine = line
  }

  /** Where in the file reading goes on, and in which line. */
  get end(): number {
    return this.#base + this.#at
  }

  get nextLine(): number {
    return this.#nextLine
  }

  /** The record's bytes, or of a faulty one its first line's, as characters. */
  get raw(): string {
    const start = this.start - this.#base
    return this.#text.slice(start, Math.min(this.#at, start + RECORD_BYTES_MAX)).replace(/\r?\n$/, "")
  }

  /** Takes the next piece. `next` must have returned false. */
  feed(text: string, isLast: boolean): void {
    this.#base += this.#at
    this.#text = this.#text.slice(this.#at) + text
    this.#at = 0
    this.#isLast = isLast
  }

  /** Whether another record, or a line that is none, could be read; otherwise the next piece is needed. */
  next(): boolean {
    if (this.#isSkipping && !this.#skip()) return false
    if (this.#at >= this.#text.length) return false
    this.fields.length = 0
    this.fault = undefined
    this.#linesWithin = 0
    const end = this.#syntax === "lines" ? this.#readLine() : this.#readFields()
    if (end === INCOMPLETE && this.#text.length - this.#at <= RECORD_BYTES_MAX) return false
    this.line = this.#nextLine
    this.start = this.#base + this.#at
    if (end < 0 || end - this.#at > RECORD_BYTES_MAX) this.#refuse(end)
    else {
      this.#at = end
      this.#nextLine += 1 + this.#linesWithin
    }
    return true
  }

  #refuse(end: number): void {
    this.fields.length = 0
    // A fault so far behind might lie in a piece that is yet to come.
    const isNear = end === FAULTY && this.#brokenAt - this.#at < RECORD_BYTES_MAX
    this.fault = isNear ? "QUOTES" : "RECORD_TOO_LONG"
    const lineEnd = this.#text.indexOf("\n", this.#at)
    this.#isSkipping = lineEnd < 0
    this.#at = lineEnd < 0 ? this.#text.length : lineEnd + 1
    this.#nextLine += 1
  }

  /** Whether the line that is skipped has ended. */
  #skip(): boolean {
    const lineEnd = this.#text.indexOf("\n", this.#at)
    this.#isSkipping = lineEnd < 0
    this.#at = lineEnd < 0 ? this.#text.length : lineEnd + 1
    return lineEnd >= 0
  }

  /** Where the line ends whose one field this is, its line end included. */
  #readLine(): number {
    const found = this.#text.indexOf("\n", this.#at)
    if (found < 0 && !this.#isLast) return INCOMPLETE
    const end = found < 0 ? this.#text.length : found
    const isCr = end > this.#at && this.#text.charCodeAt(end - 1) === CR
    this.fields.push(this.#text.slice(this.#at, isCr ? end - 1 : end))
    return found < 0 ? end : end + 1
  }

  /** Where the record ends, its line end included. */
  #readFields(): number {
    for (let at = this.#at; ;) {
      const end = this.#text.charCodeAt(at) === QUOTE ? this.#readQuoted(at) : this.#readPlain(at)
      if (end < 0) return end
      if (this.#text.charCodeAt(end) !== this.#delimiter) return this.#lineEnd(end)
      at = end + 1
    }
  }

  /** Where a field without quotes ends: at a delimiter, a line end, or the end of the file. */
  #readPlain(start: number): number {
    const text = this.#text
    const [delimiter, highest] = [this.#delimiter, this.#highest]
    const { length } = text
    let at = start
    for (; at < length; at++) {
      const code = text.charCodeAt(at)
      // Most characters are none of the four that matter, and above them all.
      if (code > highest) continue
      if (code === delimiter || code === LF || code === CR) break
      if (code === QUOTE && delimiter !== TAB) return this.#broken(at)
    }
    if (at === length && !this.#isLast) return INCOMPLETE
    this.fields.push(text.slice(start, at))
    return at
  }

  /** Where a quoted field ends, its closing quote included. */
  #readQuoted(start: number): number {
    const text = this.#text
    let hasDoubled = false
    for (let at = start + 1; ; at += 2) {
      at = text.indexOf('"', at)
      if (at < 0) return this.#isLast ? this.#broken(text.length) : INCOMPLETE
      if (text.charCodeAt(at + 1) === QUOTE) hasDoubled = true
      else {
        const inner = text.slice(start + 1, at)
        this.#linesWithin += linesIn(inner)
        this.fields.push(hasDoubled ? inner.replaceAll('""', '"') : inner)
        return at + 1
      }
    }
  }

  /** Where the line ends that must end here. */
  #lineEnd(at: number): number {
    const text = this.#text
    if (at === text.length) return this.#isLast ? at : INCOMPLETE
    if (text.charCodeAt(at) === LF) return at + 1
    if (text.charCodeAt(at) !== CR) return this.#broken(at)
    if (at + 1 === text.length) return this.#isLast ? at + 1 : INCOMPLETE
    return text.charCodeAt(at + 1) === LF ? at + 2 : this.#broken(at)
  }

  #broken(at: number): number {
    this.#brokenAt = at
    return FAULTY
  }
}

function linesIn(text: string): number {
  let lines = 0
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1
  return lines
}
