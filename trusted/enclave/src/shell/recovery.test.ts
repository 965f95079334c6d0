import { RecoveryError } from "@event-manager/enclave"
import { decimalText, type StoredRecord } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import { newPeople, Pair, type People } from "../../../../testing/src/people.ts"
import { RawStore } from "../../../../testing/src/rawStore.ts"
import { openTestEnclave, SEALING_KEY } from "../../../../testing/src/testEnclave.ts"
import { testPlatform } from "../../../../testing/src/testPlatform.ts"
import { answerIn, number } from "../../../../testing/src/world.ts"

const OTHER_KEY = new Uint8Array(32).fill(0x07)

let people: People
/** Six records: the first one, a computation, two submissions, the first again, and the result. */
let good: RawStore
/** The same state to its fourth record, and then another past. */
let forked: RawStore

before(async () => {
  people = await newPeople()
  good = new RawStore()
  const pair = await Pair.connect(await openTestEnclave({ store: good }), people)
  await pair.create("It")
  await pair.submit(pair.alice, "It", number("1"))
  await pair.submit(pair.bob, "It", number("3"))
  forked = good.fork()
  await pair.submit(pair.alice, "It", number("5"))
  await pair.result(pair.bob, "It")
  const other = await openTestEnclave({ store: forked, platform: testPlatform("fork") })
  const twin = await Pair.connect(other, people, 100)
  await twin.submit(twin.alice, "It", number("7"))
  await twin.submit(twin.alice, "It", number("9"))
})

/** Asserts that an enclave does not start on this, that it says why in one line, and that nothing is changed. */
async function assertRefused(
  store: RawStore,
  code: RecoveryError["code"],
  says: RegExp,
  sealingKey = SEALING_KEY,
): Promise<void> {
  const before = store.fork()
  await assert.rejects(openTestEnclave({ store, sealingKey, platform: testPlatform("later") }), (error) => {
    assert.ok(error instanceof RecoveryError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, says)
    assert.doesNotMatch(error.message, /\n/)
    return true
  })
  assert.deepEqual(store, before, "nothing was stored")
}

/** With another record in the place of one. */
function withRecord(at: number, change: (record: Uint8Array) => Uint8Array, from = good): RawStore {
  const store = from.fork()
  store.stored = store.stored.map((each, i) => (i === at ? { ...each, record: change(each.record) } : each))
  return store
}

function withRecords(...places: readonly (StoredRecord | undefined)[]): RawStore {
  const store = new RawStore()
  store.stored = places.filter((each) => each !== undefined)
  return store
}

test("fault 6: an enclave that is started again is the same one, and goes on where it was", async () => {
  assert.equal(good.stored.length, 6)
  const store = good.fork()
  const again = await openTestEnclave({ store, platform: testPlatform("later") })
  const pair = await Pair.connect(again, people, 200)
  assert.deepEqual(answerIn((await pair.result(pair.alice, "It")).response), { kind: "number", value: "4" })
  await pair.create("Another")
  assert.equal(store.stored.length, 7)
})

describe("a record that was changed", () => {
  test("at any one byte", async () => {
    const [record = new Uint8Array(0)] = good.stored.map((each) => each.record).slice(1)
    assert.equal(record.length, 2_048)
    for (let at = 0; at < record.length; at++) {
      const store = withRecord(1, (right) => {
        const copy = right.slice()
        copy[at] = (copy[at] ?? 0) ^ 0x80
        return copy
      })
      // The format, and which sealing key it was, stand in the clear.
      const code = at < 2 ? "FORMAT_NEWER" : at < 10 ? "RECORD_FOREIGN" : "RECORD_CHANGED"
      await assertRefused(store, code, /^record 1 /)
    }
  })
  test("cut short anywhere, or longer", async () => {
    for (let length = 0; length < 2_048; length++) {
      await assertRefused(
        withRecord(1, (right) => right.subarray(0, length)),
        "RECORD_CHANGED",
        /^record 1 was changed or cut short/,
      )
    }
    const longer = withRecord(1, (right) => new Uint8Array([...right, 0]))
    await assertRefused(longer, "RECORD_CHANGED", /^record 1 /)
  })
  test("the first and the last one too", async () => {
    for (const at of [0, 5]) {
      const store = withRecord(at, (right) => right.slice().fill(0, 1_000, 1_001))
      await assertRefused(store, "RECORD_CHANGED", new RegExp(`^record ${at} `))
    }
  })
})

describe("records that are missing, repeated or in another order", () => {
  const cases: readonly [string, readonly number[], RecoveryError["code"], RegExp][] = [
    ["the first is missing", [1, 2, 3, 4, 5], "RECORD_MISSING", /^record 0 is missing; record 1 stands in its place/],
    ["one in the middle", [0, 1, 3, 4, 5], "RECORD_MISSING", /^record 2 is missing; record 3 stands/],
    ["all but the last", [5], "RECORD_MISSING", /^record 0 is missing/],
    ["two exchanged", [0, 1, 3, 2, 4, 5], "RECORD_MISSING", /^record 2 is missing; record 3 stands/],
    ["one twice", [0, 1, 2, 2, 3, 4, 5], "RECORD_OUT_OF_ORDER", /^record 2 stands in the place of record 3/],
    ["the first again at the end", [0, 1, 2, 3, 4, 5, 0], "RECORD_OUT_OF_ORDER", /^record 0 stands .* record 6/],
  ]
  for (const [what, order, code, says] of cases) {
    test(what, () => assertRefused(withRecords(...order.map((each) => good.stored[each])), code, says))
  }
})

describe("records from elsewhere", () => {
  test("of another past of the same state: the first that does not follow is named", async () => {
    const [a, b] = [good.stored, forked.stored]
    const mixed = withRecords(a[0], a[1], a[2], a[3], a[4], b[5])
    await assertRefused(mixed, "RECORD_FOREIGN", /^record 5 does not follow the record before it/)
    await assertRefused(withRecords(b[0], b[1], b[2], b[3], b[4], a[5]), "RECORD_FOREIGN", /^record 5 /)
    // Either past alone is whole: only a freshness anchor tells which is the latest.
    for (const past of [good, forked]) await openTestEnclave({ store: past.fork() })
  })
  test("of another state under the same sealing key", async () => {
    const other = new RawStore()
    const enclave = await openTestEnclave({ store: other, platform: testPlatform("other") })
    await (await Pair.connect(enclave, people)).create("It")
    const mixed = withRecords(good.stored[0], other.stored[1])
    await assertRefused(mixed, "RECORD_FOREIGN", /^record 1 does not follow/)
  })
  test("sealed under another key, behind records of the right one", async () => {
    const other = new RawStore()
    const enclave = await openTestEnclave({ store: other, sealingKey: OTHER_KEY })
    await (await Pair.connect(enclave, people)).create("It")
    const mixed = withRecords(good.stored[0], other.stored[1])
    await assertRefused(mixed, "RECORD_FOREIGN", /^record 1 was sealed under another key than those before/)
  })
  test("the wrong sealing key for the whole state", async () => {
    await assertRefused(good.fork(), "SEALING_KEY_WRONG", /^record 0 was sealed under another sealing key/, OTHER_KEY)
  })
  test("no sealing key, or one of another length, is a fault of the caller", async () => {
    for (const length of [0, 31, 33]) {
      const opening = openTestEnclave({ store: good.fork(), sealingKey: new Uint8Array(length) })
      await assert.rejects(opening, { name: "InvariantError" })
    }
  })
  test("of a newer format: which, and what this version reads", async () => {
    const newer = (record: Uint8Array): Uint8Array => {
      const copy = record.slice()
      new DataView(copy.buffer).setUint16(0, 3)
      return copy
    }
    await assertRefused(withRecord(3, newer), "FORMAT_NEWER", /^record 3 has format 3, of a newer .* reads 2$/)
  })
})

test("a value is read back as it was written", async () => {
  const store = new RawStore()
  const pair = await Pair.connect(await openTestEnclave({ store }), people)
  await pair.create("Same", { type: "max" })
  await pair.submit(pair.alice, "Same", { kind: "number", value: decimalText("-0.10") })
  await pair.submit(pair.bob, "Same", { kind: "number", value: decimalText("-0.1") })
  const later = await Pair.connect(await openTestEnclave({ store, platform: testPlatform("later") }), people, 50)
  const { alice, bob } = people
  const answer = answerIn((await later.result(later.bob, "Same")).response)
  assert.deepEqual(answer, { kind: "parties", parties: [alice.party, bob.party] })
})
