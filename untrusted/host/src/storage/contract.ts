/*
 * The contract of `Store` as tests, for every engine. What only a crash shows is in crashContract.ts.
 */
import { PAGE_BYTES_MAX, RECORD_BYTES_MAX } from "@event-manager/protocol/frame"
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  allRecords,
  appendSamples,
  assertRecords,
  assertSnapshot,
  isSame,
  marked,
  samplePart,
  sampleRecord,
} from "./samples.ts"
import { snapshotContract } from "./snapshotContract.ts"
import type { MakeSubject } from "./subject.ts"

const MIB = 1_048_576
const notNatural = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]

export function storeContract(name: string, make: MakeSubject): void {
  recordContract(name, make)
  orderContract(name, make)
  pageContract(name, make)
  snapshotContract(name, make)
  callContract(name, make)
}

function recordContract(name: string, make: MakeSubject): void {
  test(`${name}: where nothing is stored, nothing is found`, async (t) => {
    const { store } = await make(t)
    assert.deepEqual(await store.records(0), [])
    assert.deepEqual(await store.records(7), [])
    assert.equal(await store.snapshot(), undefined)
    await assert.rejects(store.snapshotPart(0), { code: "NO_SUCH_PART" })
  })

  test(`${name}: records come back in order and whole, from any number on, and after reopening`, async (t) => {
    const subject = await make(t)
    await appendSamples(subject.store, 0, 20)
    await assertRecords(subject.store, 0, 20)
    const store = await subject.reopen()
    await assertRecords(store, 0, 20)
    assert.deepEqual(
      (await store.records(18)).map(({ index }) => index),
      [18, 19],
    )
    assert.deepEqual(await store.records(20), [])
    await appendSamples(store, 20, 22)
    await assertRecords(store, 0, 22)
  })

  test(`${name}: records of every size are kept`, async (t) => {
    const { store } = await make(t)
    const sizes = [0, 1, 2_048, RECORD_BYTES_MAX - 1, RECORD_BYTES_MAX]
    for (const [index, size] of sizes.entries()) await store.append(index, marked(`${size}!`, size))
    const records = await allRecords(store)
    assert.equal(records.length, sizes.length)
    for (const { index, record } of records) {
      const size = sizes[index] ?? 0
      assert.ok(isSame(record, marked(`${size}!`, size)))
    }
  })

  test(`${name}: bytes are copied in and out, and a view is only what it shows`, async (t) => {
    const { store } = await make(t)
    const buffer = new Uint8Array(12).map((_, at) => at)
    await store.append(0, buffer.subarray(4, 8))
    await store.putSnapshotPart(0, 0, buffer.subarray(8))
    buffer.fill(99)
    for (let times = 0; times < 2; times++) {
      const [stored] = await store.records(0)
      assert.deepEqual(stored?.record, Uint8Array.of(4, 5, 6, 7))
      stored.record.fill(99)
    }
    await store.commitSnapshot(0, 1)
    const part = await store.snapshotPart(0)
    assert.deepEqual(part, Uint8Array.of(8, 9, 10, 11))
    part.fill(99)
    assert.deepEqual(await store.snapshotPart(0), Uint8Array.of(8, 9, 10, 11))
  })
}

function orderContract(name: string, make: MakeSubject): void {
  test(`${name}: a record that is not the next is refused, and nothing is stored`, async (t) => {
    const { store } = await make(t)
    await appendSamples(store, 0, 3)
    for (const index of [0, 1, 2, 4, 100]) {
      await assert.rejects(store.append(index, sampleRecord(index)), { code: "ORDER" }, `record ${index}`)
    }
    await assertRecords(store, 0, 3)
    await appendSamples(store, 3, 4)
    await assertRecords(store, 0, 4)
  })

  test(`${name}: the first record has any number, and the next follows it`, async (t) => {
    const { store } = await make(t)
    await store.append(41, sampleRecord(41))
    await assert.rejects(store.append(0, sampleRecord(0)), { code: "ORDER" })
    await assert.rejects(store.append(43, sampleRecord(43)), { code: "ORDER" })
    await appendSamples(store, 42, 44)
    await assertRecords(store, 41, 44)
  })

  test(`${name}: a record that is too large is refused, and its number is still free`, async (t) => {
    const { store } = await make(t)
    await assert.rejects(store.append(0, new Uint8Array(RECORD_BYTES_MAX + 1)), { code: "TOO_LARGE" })
    await appendSamples(store, 0, 1)
    await assertRecords(store, 0, 1)
  })

  test(`${name}: what counts nothing is refused as a number`, async (t) => {
    const { store } = await make(t)
    const bytes = Uint8Array.of(1)
    for (const number of notNatural) {
      await assert.rejects(store.append(number, bytes), { code: "ORDER" })
      await assert.rejects(store.records(number), { code: "ORDER" })
      await assert.rejects(store.putSnapshotPart(number, 0, bytes), { code: "ORDER" })
      await assert.rejects(store.putSnapshotPart(0, number, bytes), { code: "ORDER" })
      await assert.rejects(store.commitSnapshot(number, 1), { code: "ORDER" })
      await assert.rejects(store.commitSnapshot(0, number), { code: "ORDER" })
      await assert.rejects(store.snapshotPart(number), { code: "NO_SUCH_PART" })
    }
    assert.deepEqual(await store.records(0), [])
  })
}

function pageContract(name: string, make: MakeSubject): void {
  const sizesOf = (records: readonly { record: Uint8Array }[]) => records.map(({ record }) => record.length)

  test(`${name}: a page is full to the byte, and the next begins where it ended`, async (t) => {
    const { store } = await make(t)
    assert.equal(PAGE_BYTES_MAX, 4 * MIB)
    for (const [index, size] of [MIB, MIB, MIB, MIB, 1, MIB, MIB, MIB, MIB].entries())
      await store.append(index, new Uint8Array(size))
    assert.deepEqual(sizesOf(await store.records(0)), [MIB, MIB, MIB, MIB])
    assert.deepEqual(sizesOf(await store.records(1)), [MIB, MIB, MIB, 1])
    assert.deepEqual(sizesOf(await store.records(4)), [1, MIB, MIB, MIB])
    assert.deepEqual(sizesOf(await store.records(8)), [MIB])
    assert.equal((await allRecords(store)).length, 9)
  })

  test(`${name}: a page holds many small records, and paging goes over all of them once`, async (t) => {
    const { store } = await make(t)
    const size = 32_768
    const perPage = PAGE_BYTES_MAX / size
    for (let index = 0; index < 2 * perPage + 1; index++) await store.append(index, new Uint8Array(size))
    assert.equal((await store.records(0)).length, perPage)
    assert.equal((await store.records(perPage)).length, perPage)
    assert.equal((await store.records(2 * perPage)).length, 1)
    assert.deepEqual(
      (await allRecords(store)).map(({ index }) => index),
      Array.from({ length: 2 * perPage + 1 }, (_, index) => index),
    )
  })
}

function callContract(name: string, make: MakeSubject): void {
  test(`${name}: calls made at once are done in their order`, async (t) => {
    const { store } = await make(t)
    const appends = Array.from({ length: 50 }, (_, index) => store.append(index, sampleRecord(index)))
    const put = store.putSnapshotPart(30, 0, samplePart(30, 0))
    const committed = store.commitSnapshot(30, 1)
    await Promise.all([...appends, put, committed])
    await assertSnapshot(store, 30, 1)
    await assertRecords(store, 30, 50)
  })

  test(`${name}: once closed, a store refuses everything but to be closed`, async (t) => {
    const { store } = await make(t)
    await appendSamples(store, 0, 1)
    await store.close()
    await store.close()
    const bytes = Uint8Array.of(1)
    await assert.rejects(store.append(1, bytes), { code: "STORE_CLOSED" })
    await assert.rejects(store.records(0), { code: "STORE_CLOSED" })
    await assert.rejects(store.snapshot(), { code: "STORE_CLOSED" })
    await assert.rejects(store.snapshotPart(0), { code: "STORE_CLOSED" })
    await assert.rejects(store.putSnapshotPart(1, 0, bytes), { code: "STORE_CLOSED" })
    await assert.rejects(store.commitSnapshot(1, 1), { code: "STORE_CLOSED" })
  })
}
