import { RecoveryError, type Anchor } from "@event-manager/enclave"
import type { EnclaveCrossing } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { before, beforeEach, describe, test } from "node:test"
import { newPeople, Pair, type People } from "../../../../testing/src/people.ts"
import { RawStore } from "../../../../testing/src/rawStore.ts"
import { RecordingStore } from "../../../../testing/src/recordingStore.ts"
import { RegisterAnchor } from "../../../../testing/src/registerAnchor.ts"
import { openTestEnclave } from "../../../../testing/src/testEnclave.ts"
import { testPlatform } from "../../../../testing/src/testPlatform.ts"
import { answerIn, number } from "../../../../testing/src/world.ts"
import { noAnchor } from "./anchor/none.ts"

let people: People
let store: RawStore
let anchor: RegisterAnchor
let pair: Pair
let lives = 0

before(async () => {
  people = await newPeople()
})

/** A state of five records, anchored. */
beforeEach(async () => {
  store = new RawStore()
  anchor = new RegisterAnchor()
  pair = await connect(await open())
  await pair.create("It")
  await pair.submit(pair.alice, "It", number("1"))
  await pair.submit(pair.bob, "It", number("3"))
  await pair.submit(pair.alice, "It", number("5"))
})

function open(from: RawStore | RecordingStore = store, by: Anchor = anchor, snapshotBytesMin = 1e9) {
  lives += 1
  const platform = testPlatform(`life ${lives}`)
  return openTestEnclave({ store: from, anchor: by, platform, snapshotBytesMin })
}

function connect(enclave: EnclaveCrossing): Promise<Pair> {
  return Pair.connect(enclave, people, lives * 100)
}

async function assertRefused(
  code: RecoveryError["code"],
  says: RegExp,
  from: RawStore = store,
  by: Anchor = anchor,
): Promise<void> {
  const [before, value] = [from.fork(), anchor.value]
  await assert.rejects(open(from, by), (error) => {
    assert.ok(error instanceof RecoveryError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, says)
    assert.doesNotMatch(error.message, /\n/)
    return true
  })
  assert.deepEqual([from, anchor.value], [before, value], "nothing was stored, and nothing extended")
}

async function average(from = store): Promise<unknown> {
  const again = await connect(await open(from))
  return answerIn((await again.result(again.alice, "It")).response)
}

describe("fault 6: with a freshness anchor", () => {
  test("the latest state is gone on with, in one life after another", async () => {
    for (let life = 0; life < 3; life++) {
      const again = await connect(await open())
      await again.submit(again.alice, "It", number(`${life}`))
    }
    assert.deepEqual(await average(), { kind: "number", value: "2.5" })
  })
  test("a rewound state is refused, however far", async () => {
    for (let length = 1; length < store.stored.length; length++) {
      const rewound = store.fork()
      rewound.stored = rewound.stored.slice(0, length)
      await assertRefused("ANCHOR_MISMATCH", /not the latest.*restore the latest/, rewound)
    }
    assert.deepEqual(await average(), { kind: "number", value: "4" })
  })
  test("another past of it is refused, though no shorter", async () => {
    const forked = store.fork()
    forked.stored = forked.stored.slice(0, 3)
    const apart = new RegisterAnchor()
    // The host shows a life a register that it has made up.
    apart.value = await registerBefore(forked)
    const twin = await connect(await open(forked, apart))
    await twin.submit(twin.alice, "It", number("100"))
    await twin.submit(twin.alice, "It", number("200"))
    await assertRefused("ANCHOR_MISMATCH", /not the latest/, forked)
  })
  test("a state that was taken away is not begun anew", async () => {
    await assertRefused("ANCHOR_MISMATCH", /nothing is stored, and yet/, new RawStore())
  })
  test("a state that was begun with one is refused without, and the other way round", async () => {
    await assertRefused("ANCHOR_CHANGED", /begun with a freshness anchor/, store, noAnchor)
    const plain = new RawStore()
    await open(plain, noAnchor)
    await assertRefused("ANCHOR_CHANGED", /begun without a freshness anchor/, plain, new RegisterAnchor())
    await assertRefused("ANCHOR_CHANGED", /begun without/, plain, anchor)
  })
})

describe("a crash between the store and the register", () => {
  for (const how of ["failsBefore", "failsAfter"] as const) {
    test(`${how}: nothing is acknowledged, and the next start completes it`, async () => {
      anchor[how] = true
      await assert.rejects(pair.submit(pair.bob, "It", number("7")), RangeError)
      await assert.rejects(pair.submit(pair.bob, "It", number("8")), RangeError)
      assert.equal(store.stored.length, 6)
      anchor[how] = false
      assert.deepEqual(await average(), { kind: "number", value: "6" }, "it was stored, and stays so")
      const rewound = store.fork()
      rewound.stored = rewound.stored.slice(0, 5)
      await assertRefused("ANCHOR_MISMATCH", /not the latest/, rewound)
    })
  }
  test("at the very first record", async () => {
    const [empty, fresh] = [new RawStore(), new RegisterAnchor()]
    fresh.failsBefore = true
    await assert.rejects(open(empty, fresh), RangeError)
    assert.equal(empty.stored.length, 1)
    fresh.failsBefore = false
    await open(empty, fresh)
    assert.equal(empty.stored.length, 1, "gone on with, not begun anew")
  })
})

test("a record that was sealed and never acknowledged is refused in place of the one that followed", async () => {
  const recording = new RecordingStore(() => {}, store)
  const first = await connect(await open(recording))
  recording.before = async () => Promise.reject(new RangeError("nothing was stored"))
  await assert.rejects(first.submit(first.alice, "It", number("1000")))
  const kept = recording.sealed.at(-1) ?? assert.fail()
  // Presented before anything else has taken its place, it is the latest: nobody was told otherwise.
  const early = store.fork()
  early.stored.push({ index: 5, record: kept })
  const before = anchor.value
  assert.deepEqual(await average(early), { kind: "number", value: "501.5" })
  anchor.value = before

  const second = await connect(await open())
  await second.submit(second.alice, "It", number("7"))
  const swapped = store.fork()
  swapped.stored = [...swapped.stored.slice(0, 5), { index: 5, record: kept }]
  await assertRefused("ANCHOR_MISMATCH", /not the latest/, swapped)
  assert.deepEqual(await average(), { kind: "number", value: "5" })
})

test("a snapshot is held against the register too", async () => {
  const again = await connect(await open(store, anchor, 4_000))
  await again.submit(again.alice, "It", number("7"))
  assert.equal(store.kept?.upTo, 6)
  assert.deepEqual(store.stored, [])
  const atSnapshot = store.fork()
  const later = await connect(await open())
  await later.submit(later.alice, "It", number("9"))
  await assertRefused("ANCHOR_MISMATCH", /not the latest/, atSnapshot)
  assert.deepEqual(await average(), { kind: "number", value: "6" })
})

/** The register's value where a state of so many records is the latest: found by recovering it in every way. */
async function registerBefore(state: RawStore): Promise<Uint8Array<ArrayBuffer>> {
  const replayed = new RegisterAnchor()
  const values: Uint8Array<ArrayBuffer>[] = []
  const spy: Anchor = { name: "tpm", read: () => replayed.read(), extend: (hash) => replayed.extend(hash) }
  for (let length = 1; length <= state.stored.length; length++) {
    const prefix = state.fork()
    prefix.stored = prefix.stored.slice(0, length)
    // Each start completes the extend that the last record lacks.
    await open(prefix, spy)
    values.push(replayed.value)
  }
  return values.at(-1) ?? assert.fail()
}
