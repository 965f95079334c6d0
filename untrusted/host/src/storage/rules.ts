/*
 * The contract of `Store` as far as it is the same for every engine: what may be asked, and how much makes a page.
 */
import { PAGE_BYTES_MAX, RECORD_BYTES_MAX, type StoredRecord } from "@event-manager/protocol/frame"
import { StoreError } from "./storeError.ts"

/** The most bytes that a part of a snapshot has. */
export const PART_BYTES_MAX = PAGE_BYTES_MAX

/** Throws StoreError (ORDER, TOO_LARGE). `last` is the number of the last record. */
export function checkAppend(last: number | undefined, index: number, record: Uint8Array): void {
  checkNatural("a record's number", index)
  if (last !== undefined && index !== last + 1) throw order(`record ${index} does not follow record ${last}`)
  checkSize(`record ${index}`, record, RECORD_BYTES_MAX)
}

/** Throws StoreError (ORDER, TOO_LARGE). */
export function checkPut(upTo: number, part: number, bytes: Uint8Array): void {
  checkNatural("a snapshot's extent", upTo)
  checkNatural("a part's number", part)
  checkSize(`part ${part}`, bytes, PART_BYTES_MAX)
}

/** Throws StoreError (ORDER). */
export function checkFrom(from: number): void {
  checkNatural("a record's number", from)
}

/** Throws StoreError (NO_SUCH_PART). `parts` is how many the committed snapshot has. */
export function checkPart(part: number, parts: number): void {
  if (Number.isSafeInteger(part) && part >= 0 && part < parts) return
  throw new StoreError("NO_SUCH_PART", `the snapshot has ${parts} parts, and part ${part} was asked for`)
}

export interface Progress {
  /** The number of the last record, where there is one. */
  readonly last: number | undefined
  /** How many records the committed snapshot stands for, where there is one. */
  readonly upTo: number | undefined
  /** How many parts numbered below `parts` were put for this snapshot. */
  readonly put: number
}

/**
 * A snapshot has at least one part, all of them put for it. It stands for no fewer records than the one before, for
 * then those between the two would be missing, and for none that are yet to come. Throws StoreError (ORDER).
 */
export function checkCommit(upTo: number, parts: number, { last, upTo: before, put }: Progress): void {
  checkNatural("a snapshot's extent", upTo)
  checkNatural("a snapshot's number of parts", parts)
  if (before !== undefined && upTo < before) throw order(`a snapshot up to ${upTo} follows one up to ${before}`)
  if (last !== undefined && upTo > last + 1) throw order(`a snapshot up to ${upTo} is ahead of record ${last}`)
  if (parts === 0 || put !== parts) throw order(`a snapshot of ${parts} parts has ${put} of them`)
}

/** As many of the records, in order, as make a page: always the first, and no more than PAGE_BYTES_MAX beyond it. */
export function pageOf(records: Iterable<StoredRecord>): StoredRecord[] {
  const page: StoredRecord[] = []
  let bytes = 0
  for (const stored of records) {
    bytes += stored.record.length
    if (page.length > 0 && bytes > PAGE_BYTES_MAX) break
    page.push(stored)
  }
  return page
}

function checkNatural(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw order(`${what} is ${value}, which counts nothing`)
}

function checkSize(what: string, bytes: Uint8Array, bytesMax: number): void {
  if (bytes.length <= bytesMax) return
  throw new StoreError("TOO_LARGE", `${what} has ${bytes.length} bytes, and the most is ${bytesMax}`)
}

function order(message: string): StoreError {
  return new StoreError("ORDER", message)
}
