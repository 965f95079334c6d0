/*
 * Bytes that say what they are, so that a test can tell whether they are whole, and where they are left over. For tests.
 */
import type { Store, StoredRecord } from "@event-manager/protocol/frame"
import assert from "node:assert/strict"

const RECORD_BYTES = [2_048, 2_048, 2_048, 8_192, 2_048, 32_768, 100] as const
const PART_BYTES = 65_536

export function recordMark(index: number): string {
  return `<record ${index}>`
}

export function partMark(upTo: number, part: number): string {
  return `<part ${part} up to ${upTo}>`
}

/** The record that the samples have under this number: its mark, over and over. */
export function sampleRecord(index: number): Uint8Array {
  return marked(recordMark(index), RECORD_BYTES[index % RECORD_BYTES.length] ?? 0)
}

export function samplePart(upTo: number, part: number): Uint8Array {
  return marked(partMark(upTo, part), PART_BYTES)
}

export function marked(mark: string, bytes: number): Uint8Array {
  return new Uint8Array(Buffer.alloc(bytes, mark))
}

export async function appendSamples(store: Store, from: number, to: number): Promise<void> {
  for (let index = from; index < to; index++) await store.append(index, sampleRecord(index))
}

export async function putSamples(store: Store, upTo: number, parts: number): Promise<void> {
  for (let part = 0; part < parts; part++) await store.putSnapshotPart(upTo, part, samplePart(upTo, part))
}

/** Every record from `from`, page by page. */
export async function allRecords(store: Store, from = 0): Promise<StoredRecord[]> {
  const all: StoredRecord[] = []
  for (let next = from; ;) {
    const page = await store.records(next)
    const last = page.at(-1)
    if (last === undefined) return all
    all.push(...page)
    next = last.index + 1
  }
}

/** Fails unless the store has exactly the sample records from `from` to before `to`. */
export async function assertRecords(store: Store, from: number, to: number): Promise<void> {
  const records = await allRecords(store)
  assert.deepEqual(
    records.map(({ index }) => index),
    Array.from({ length: to - from }, (_, at) => from + at),
  )
  for (const { index, record } of records) assert.ok(isSame(record, sampleRecord(index)), `record ${index} is changed`)
}

/** Fails unless the committed snapshot is the sample up to `upTo`. */
export async function assertSnapshot(store: Store, upTo: number, parts: number): Promise<void> {
  assert.deepEqual(await store.snapshot(), { upTo, parts })
  for (let part = 0; part < parts; part++)
    assert.ok(isSame(await store.snapshotPart(part), samplePart(upTo, part)), `part ${part} is changed`)
}

/** As assert.deepEqual, which is slow for a MiB. */
export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}
