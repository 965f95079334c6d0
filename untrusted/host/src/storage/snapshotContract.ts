/*
 * The half of the contract that is about snapshots.
 */
import type { Store } from "@event-manager/protocol/frame"
import assert from "node:assert/strict"
import { test } from "node:test"
import { PART_BYTES_MAX } from "./rules.ts"
import { appendSamples, assertRecords, assertSnapshot, isSame, marked, putSamples, samplePart } from "./samples.ts"
import type { MakeSubject } from "./subject.ts"

const MIB = 1_048_576

export function snapshotContract(name: string, make: MakeSubject): void {
  stateContract(name, make)
  partContract(name, make)
  commitContract(name, make)
}

function stateContract(name: string, make: MakeSubject): void {
  test(`${name}: a snapshot takes the place of the records below it, also after reopening`, async (t) => {
    const subject = await make(t)
    await appendSamples(subject.store, 0, 10)
    await putSamples(subject.store, 7, 3)
    await subject.store.commitSnapshot(7, 3)
    const check = async (store: Store): Promise<void> => {
      await assertSnapshot(store, 7, 3)
      await assertRecords(store, 7, 10)
      assert.equal((await store.records(9)).length, 1)
      await assert.rejects(store.snapshotPart(3), { code: "NO_SUCH_PART" })
    }
    await check(subject.store)
    await check(await subject.reopen())
  })

  test(`${name}: after a snapshot of everything, records go on`, async (t) => {
    const subject = await make(t)
    await appendSamples(subject.store, 0, 5)
    await putSamples(subject.store, 5, 1)
    await subject.store.commitSnapshot(5, 1)
    assert.deepEqual(await subject.store.records(0), [])
    const store = await subject.reopen()
    await appendSamples(store, 5, 8)
    await assertRecords(store, 5, 8)
    await putSamples(store, 6, 1)
    await store.commitSnapshot(6, 1)
    await assertSnapshot(store, 6, 1)
    await assertRecords(store, 6, 8)
  })

  test(`${name}: a snapshot being made is invisible, also after reopening, and can then be finished`, async (t) => {
    const subject = await make(t)
    await appendSamples(subject.store, 0, 4)
    await putSamples(subject.store, 2, 1)
    await subject.store.commitSnapshot(2, 1)
    await putSamples(subject.store, 4, 2)
    await assertSnapshot(subject.store, 2, 1)
    const store = await subject.reopen()
    await assertSnapshot(store, 2, 1)
    await assertRecords(store, 2, 4)
    await assert.rejects(store.snapshotPart(1), { code: "NO_SUCH_PART" })
    await store.commitSnapshot(4, 2)
    await assertSnapshot(store, 4, 2)
    assert.deepEqual(await store.records(0), [])
  })
}

function partContract(name: string, make: MakeSubject): void {
  test(`${name}: parts of 1 MiB, and of the most that a part has, are kept; a larger one is refused`, async (t) => {
    const { store } = await make(t)
    await appendSamples(store, 0, 1)
    for (let part = 0; part < 3; part++) await store.putSnapshotPart(1, part, marked(`part ${part}`, MIB))
    await store.putSnapshotPart(1, 3, marked("most", PART_BYTES_MAX))
    const tooLarge = new Uint8Array(PART_BYTES_MAX + 1)
    await assert.rejects(store.putSnapshotPart(1, 4, tooLarge), { code: "TOO_LARGE" })
    await store.commitSnapshot(1, 4)
    for (let part = 0; part < 3; part++)
      assert.ok(isSame(await store.snapshotPart(part), marked(`part ${part}`, MIB)), `part ${part}`)
    assert.ok(isSame(await store.snapshotPart(3), marked("most", PART_BYTES_MAX)))
  })

  test(`${name}: a part goes over one of its number from a snapshot that was not finished`, async (t) => {
    const { store } = await make(t)
    await appendSamples(store, 0, 6)
    await putSamples(store, 3, 3)
    await store.putSnapshotPart(5, 0, Uint8Array.of(1))
    await putSamples(store, 5, 2)
    await assert.rejects(store.commitSnapshot(5, 3), { code: "ORDER" }, "its third part was put for another")
    await assert.rejects(store.commitSnapshot(3, 3), { code: "ORDER" }, "two of its parts are gone")
    await store.commitSnapshot(5, 2)
    await assertSnapshot(store, 5, 2)
    await assertRecords(store, 5, 6)
    await putSamples(store, 6, 2)
    await assert.rejects(store.commitSnapshot(6, 3), { code: "ORDER" }, "what was left over is gone")
    await assert.rejects(store.commitSnapshot(5, 3), { code: "ORDER" })
  })
}

function commitContract(name: string, make: MakeSubject): void {
  test(`${name}: a commit that is refused changes nothing`, async (t) => {
    const { store } = await make(t)
    await appendSamples(store, 0, 6)
    await putSamples(store, 4, 2)
    await store.commitSnapshot(4, 2)
    await store.putSnapshotPart(5, 1, samplePart(5, 1))
    await assert.rejects(store.commitSnapshot(5, 2), { code: "ORDER" }, "a part is missing")
    await assert.rejects(store.commitSnapshot(5, 1), { code: "ORDER" }, "the part is another")
    await assert.rejects(store.commitSnapshot(5, 0), { code: "ORDER" }, "it has no parts")
    await assert.rejects(store.commitSnapshot(6, 2), { code: "ORDER" }, "nothing was put for it")
    await assertSnapshot(store, 4, 2)
    await assertRecords(store, 4, 6)
    await store.putSnapshotPart(5, 0, samplePart(5, 0))
    await store.commitSnapshot(5, 2)
    await assertSnapshot(store, 5, 2)
  })

  test(`${name}: snapshots go forward, and not beyond the records`, async (t) => {
    const { store } = await make(t)
    await appendSamples(store, 0, 6)
    await putSamples(store, 4, 1)
    await store.commitSnapshot(4, 1)
    await putSamples(store, 3, 1)
    await assert.rejects(store.commitSnapshot(3, 1), { code: "ORDER" }, "it is older")
    await putSamples(store, 7, 1)
    await assert.rejects(store.commitSnapshot(7, 1), { code: "ORDER" }, "record 6 is yet to come")
    await assertSnapshot(store, 4, 1)
    await assertRecords(store, 4, 6)
    await putSamples(store, 4, 3)
    await store.commitSnapshot(4, 3)
    await assertSnapshot(store, 4, 3)
    await putSamples(store, 6, 1)
    await store.commitSnapshot(6, 1)
    await assertSnapshot(store, 6, 1)
  })

  test(`${name}: a snapshot is committed once`, async (t) => {
    const { store } = await make(t)
    await appendSamples(store, 0, 2)
    await putSamples(store, 2, 1)
    await store.commitSnapshot(2, 1)
    await assert.rejects(store.commitSnapshot(2, 1), { code: "ORDER" })
    await assertSnapshot(store, 2, 1)
  })

  test(`${name}: many snapshots follow one another`, async (t) => {
    const subject = await make(t)
    for (let upTo = 1; upTo <= 12; upTo++) {
      await appendSamples(subject.store, upTo - 1, upTo)
      await putSamples(subject.store, upTo, 1 + (upTo % 3))
      await subject.store.commitSnapshot(upTo, 1 + (upTo % 3))
      await assertSnapshot(subject.store, upTo, 1 + (upTo % 3))
    }
    await assertSnapshot(await subject.reopen(), 12, 1)
  })
}
