import { KeyCursor, PackedKeys, type KeySubmission, type MatchKey, type Message } from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { matchKeyArb, messageArb } from "../../../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../../../testing/src/fuzz.ts"
import { INDEX_KEY } from "../../../../../testing/src/world.ts"
import { KeyStore, noTexts } from "./keyStore.ts"
import { NONE } from "./records.ts"

interface Kept {
  readonly owner: number
  readonly position: number
  readonly message: string | undefined
}

/** A store, and what it must hold, as plainly as possible. */
class Pair {
  readonly store: KeyStore
  readonly model = new Map<string, Kept[]>()
  #positions = 0

  constructor(store = new KeyStore(INDEX_KEY)) {
    this.store = store
  }

  add(key: MatchKey, owner: number, message?: Message): void {
    const cursor = cursorAt({ key, message })
    const hash = this.store.hashOf(cursor)
    const group = this.store.groupOf(cursor, hash) ?? this.store.openGroup(cursor, hash)
    const kept = cursor.hasMessage ? this.store.putMessage(cursor.bytes, cursor.messageStart, cursor.messageEnd) : NONE
    this.store.join(group, owner, this.#positions, kept)
    this.model.set(key, [...(this.model.get(key) ?? []), { owner, position: this.#positions, message }])
    this.#positions += 1
  }

  retire(key: MatchKey, owner: number): void {
    const all = this.model.get(key) ?? []
    if (all.every((each) => each.owner !== owner)) return
    const cursor = cursorAt({ key, message: undefined })
    const hash = this.store.hashOf(cursor)
    const group = this.store.groupOf(cursor, hash) ?? assert.fail("the key is there")
    const staying = this.store.empty(group, owner)
    if (staying.length === 0) this.store.closeGroup(group, hash)
    for (const each of staying) this.store.join(group, each.owner, each.position, each.message)
    const left = all.filter((each) => each.owner !== owner)
    if (left.length === 0) this.model.delete(key)
    else this.model.set(key, left)
  }

  check(): void {
    assert.equal(this.store.keys, this.model.size)
    for (const [key, all] of this.model) this.#checkKey(key as MatchKey, all)
  }

  #checkKey(key: MatchKey, all: readonly Kept[]): void {
    const cursor = cursorAt({ key, message: undefined })
    const group = this.store.groupOf(cursor, this.store.hashOf(cursor)) ?? assert.fail(`${key} is there`)
    const owners = [...new Set(all.map((each) => each.owner))]
    assert.equal(this.store.membersOf(group), owners.length)
    assert.equal(this.store.submissionsOf(group), all.length)
    const members: number[] = []
    for (let each = this.store.firstMember(group); each !== NONE; each = this.store.nextMember(each)) {
      members.push(this.store.ownerOf(each))
    }
    assert.deepEqual(members, owners, "members stand in the order in which they came")
    const texts = noTexts()
    const found = this.store.allOf(group).map((each): Kept => {
      this.store.read(each, texts)
      assert.equal(decoded(texts.bytes, texts.keyStart, texts.keyEnd), key)
      const message = texts.message && decoded(texts.message, texts.messageStart, texts.messageEnd)
      return { owner: this.store.ownerOf(each), position: this.store.positionOf(each), message }
    })
    assert.deepEqual(found, all)
  }
}

function cursorAt(submission: KeySubmission): KeyCursor {
  const cursor = new KeyCursor(PackedKeys.of([submission], 2_048))
  cursor.next()
  return cursor
}

function decoded(bytes: Uint8Array, start: number, end: number): string {
  return new TextDecoder().decode(bytes.subarray(start, end))
}

const OWNERS = 5
const opsArb = fc.array(
  fc.record({
    isRetirement: fc.constantFrom(false, false, true),
    key: fc.oneof(
      matchKeyArb,
      fc.constantFrom(..."ABCDEF").map((each) => each as MatchKey),
    ),
    owner: fc.nat(OWNERS - 1),
    message: fc.option(messageArb, { nil: undefined }),
  }),
  { maxLength: 120, size: "max" },
)

describe("a key store", () => {
  test("holds what a Map holds, whatever is submitted and retired", (t) => {
    const property = fc.property(opsArb, (ops) => {
      const pair = new Pair()
      for (const { isRetirement, key, owner, message } of ops) {
        if (isRetirement) pair.retire(key, owner)
        else pair.add(key, owner, message)
      }
      pair.check()
    })
    fc.assert(property, fuzz(t, 300))
  })
  test("keys of one hash are told apart by their text", () => {
    // With this key every text has the same hash.
    const store = new KeyStore(INDEX_KEY)
    store.hashOf = () => 7
    const pair = new Pair(store)
    const keys = Array.from({ length: 200 }, (_, i) => `K${i}` as MatchKey)
    for (const [i, each] of keys.entries()) pair.add(each, i % OWNERS)
    pair.check()
    for (const each of keys.slice(0, 100)) for (let owner = 0; owner < OWNERS; owner++) pair.retire(each, owner)
    pair.check()
    assert.equal(store.keys, 100)
  })
  test("what is retired gives its space back, also where a little stays here and there", () => {
    const pair = new Pair()
    const keys = Array.from({ length: 60_000 }, (_, i) => `K${i}`.padEnd(200, ".") as MatchKey)
    for (const each of keys) pair.add(each, 0)
    const full = pair.store.bytes
    for (const [i, each] of keys.entries()) if (i % 4 > 0) pair.retire(each, 0)
    // Texts are moved a few at a time, with what happens next.
    for (let i = 0; i < 8_000; i++) pair.add("again" as MatchKey, 1)
    pair.check()
    assert.ok(pair.store.bytes < full / 2, `${pair.store.bytes} of ${full} bytes are left`)
  })
  test("a participant who comes back stands behind those who stayed", () => {
    const pair = new Pair()
    const key = "K" as MatchKey
    for (const owner of [0, 1, 0, 2]) pair.add(key, owner)
    pair.retire(key, 0)
    pair.add(key, 0)
    pair.check()
    assert.deepEqual(
      pair.model.get(key)?.map((each) => [each.owner, each.position]),
      [
        [1, 1],
        [2, 3],
        [0, 4],
      ],
    )
  })
  test("an empty store takes next to nothing, and a key far less than a hundred bytes beside its text", () => {
    const pair = new Pair()
    pair.add("K" as MatchKey, 0)
    assert.ok(pair.store.bytes < 4_096, `${pair.store.bytes} bytes`)
    const count = 100_000
    for (let i = 0; i < count; i++) pair.add(`WDB${i.toString(36).toUpperCase().padStart(14, "0")}` as MatchKey, i % 2)
    const beside = pair.store.bytes / count - 17
    assert.ok(beside < 90, `${beside} bytes a key`)
  })
})
