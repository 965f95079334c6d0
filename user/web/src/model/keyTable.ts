import type { KeyText } from "@event-manager/client"

/** A table that was pasted or dropped, cut into cells; what they mean is not decided yet. */
export interface KeyTable {
  readonly source: "pasted" | "csv" | "xlsx"
  /** Rows of cells, the first one included. */
  readonly rows: readonly (readonly string[])[]
  /** The most cells that a row has. */
  readonly columns: number
  /** What the reading would do by itself: which column is the key, and whether the first row names the columns. */
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

export const normalisations = ["none", "trim", "upper", "vin", "email"] as const
export type Normalisation = (typeof normalisations)[number]

/** What the user says a table means. */
export interface TableChoice {
  /** From 0. */
  readonly keyColumn: number
  readonly messageColumn: number | undefined
  /** The first row names the columns. */
  readonly header: boolean
  readonly normalise: Normalisation
}

export type RowProblem =
  | "EMPTY"
  | "NOT_TEXT"
  | "KEY_TOO_LONG"
  | "MESSAGE_TOO_LONG"
  | "VIN_LENGTH"
  | "VIN_LETTERS"
  | "VIN_CHECK_DIGIT"
  | "EMAIL"
  | "REPEATED"

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

/** Cuts pasted text: tab-separated as spreadsheets copy it, else lines. Throws PageError (TABLE_*). */
export declare function readPasted(text: string): KeyTable

/** Reads a dropped file: XLSX by its first bytes, anything else as CSV or lines. Rejects with PageError (TABLE_*, SPREADSHEET_*). */
export declare function readDropped(file: Blob, sheet?: number): Promise<KeyTable>

/** What a table comes to under a choice. */
export declare function checkKeys(table: KeyTable, choice: TableChoice): CheckedKeys
