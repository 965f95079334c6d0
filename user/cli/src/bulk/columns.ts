import { UserError } from "@event-manager/client"
import type { Syntax } from "@event-manager/client/keys"

/** What the user said of a file's columns. */
export interface ColumnOptions {
  /** A column's name, or its number from 1. */
  readonly key: string | undefined
  readonly message: string | undefined
  /** The first line names the columns, also where they are given by number. */
  readonly header: boolean
  /** Every line is a key, whatever stands in it. */
  readonly lines: boolean
}

/** Where in a record the key and its message are, from 0, and how many fields each record has. */
export interface Columns {
  readonly key: number
  readonly message: number | undefined
  readonly count: number
}

/** What the first record says. */
export interface Layout {
  readonly columns: Columns
  /** Whether the record names the columns, and is none of the keys. */
  readonly isHeader: boolean
}

export function syntaxOf({ lines }: ColumnOptions): Syntax {
  return lines ? "lines" : "csv"
}

/** Whether the columns must be looked up in the first line. */
export function needsHeader({ key, message, header }: ColumnOptions): boolean {
  return header || [key, message].some((each) => each !== undefined && numberOf(each) === undefined)
}

/**
 * Without a column named or numbered, a file has a header of `key`, perhaps with `message`, or it has one column and
 * none. Throws UserError (INVALID_VALUE).
 */
export function layoutOf(fields: readonly string[], options: ColumnOptions): Layout {
  const count = fields.length
  if (options.lines) return { columns: { key: 0, message: undefined, count }, isHeader: false }
  if (options.key === undefined && options.message === undefined) return usualLayout(fields, options)
  const key = options.key === undefined ? indexOf("key", fields) : indexOf(options.key, fields)
  const message = options.message === undefined ? undefined : indexOf(options.message, fields)
  return { columns: { key, message, count }, isHeader: needsHeader(options) }
}

function usualLayout(fields: readonly string[], { header }: ColumnOptions): Layout {
  const names = fields.map((field) => field.trim().toLowerCase())
  const [key, message] = [names.indexOf("key"), names.indexOf("message")]
  const count = fields.length
  const isUsual = key >= 0 && count === (message < 0 ? 1 : 2)
  if (isUsual) return { columns: { key, message: message < 0 ? undefined : message, count }, isHeader: true }
  if (count === 1) return { columns: { key: 0, message: undefined, count }, isHeader: header }
  const advice = "say which is the key with --key-column, or with --lines that every line is a key as it stands"
  throw new UserError("INVALID_VALUE", `the first line has ${count} columns; ${advice}`)
}

function indexOf(column: string, fields: readonly string[]): number {
  const number = numberOf(column)
  if (number !== undefined) {
    if (number <= fields.length) return number - 1
    throw new UserError("INVALID_VALUE", `there is no column ${number}: the first line has ${fields.length}`)
  }
  const index = fields.indexOf(column)
  if (index >= 0 && fields.indexOf(column, index + 1) < 0) return index
  const found = index < 0 ? "no column" : "more than one column"
  throw new UserError("INVALID_VALUE", `the first line names ${found} '${column}'; it says: ${fields.join(", ")}`)
}

function numberOf(column: string): number | undefined {
  return /^[1-9][0-9]{0,3}$/.test(column) ? Number(column) : undefined
}
