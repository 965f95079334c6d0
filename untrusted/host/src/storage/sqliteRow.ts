/*
 * SQLite's rows are as typed as whoever wrote the file wished, so each column is checked as it is read.
 */
import type { SQLOutputValue } from "node:sqlite"
import { corrupt } from "./sqliteError.ts"

export type Row = Readonly<Record<string, SQLOutputValue>>

/** Throws StoreError (STORE_CORRUPT), as all of these do. */
export function integerIn(row: Row | undefined, column: string, path: string): number {
  const value = row?.[column]
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw corrupt(path)
  return value
}

export function integerOrNullIn(row: Row | undefined, column: string, path: string): number | undefined {
  return row?.[column] === null ? undefined : integerIn(row, column, path)
}

export function bytesIn(row: Row | undefined, column: string, path: string): Uint8Array {
  const value = row?.[column]
  if (!(value instanceof Uint8Array)) throw corrupt(path)
  return value
}
