import { bytesOf, digest, name, partyKey } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { party } from "../../../../testing/src/world.ts"
import { emptyNote, type Note } from "../notebook.ts"
import { Memory } from "./memory.ts"

const HOST = "http://localhost:9999/"
const terms = (n: number): ReturnType<typeof digest> => digest(bytesOf(party(n)))
let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "memory-"))
  path = join(folder, "ALICE.client.json")
})
afterEach(() => rmSync(folder, { recursive: true }))

test("what is remembered is there the next time, and readable by its owner alone", async () => {
  const memory = Memory.open(path, undefined)
  assert.deepEqual([memory.get(HOST), memory.wasAdvisedOn(terms(1)), memory.accepted], [undefined, false, undefined])
  assert.deepEqual(readdirSync(folder), [], "nothing is written before there is anything to remember")
  await memory.set(HOST, party(1))
  memory.setAdvisedOn(terms(1))
  const again = Memory.open(path, "a fingerprint")
  assert.deepEqual([again.get(HOST), again.wasAdvisedOn(terms(1)), again.accepted], [party(1), true, "a fingerprint"])
  assert.deepEqual([again.get("http://other/"), again.wasAdvisedOn(terms(2))], [undefined, false])
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(folder), ["ALICE.client.json"])
})

test("a pin is replaced, and the others stay", async () => {
  const memory = Memory.open(path, undefined)
  for (const [host, n] of [
    [HOST, 1],
    ["http://other/", 2],
    ["__proto__", 3],
    [HOST, 4],
  ] as const) {
    await memory.set(host, party(n))
  }
  const again = Memory.open(path, undefined)
  assert.deepEqual(
    [HOST, "http://other/", "__proto__", "constructor"].map((host) => again.get(host)),
    [party(4), party(2), party(3), undefined],
  )
})

test("fault 11: advice is remembered for the latest thousand computations", () => {
  const memory = Memory.open(path, undefined)
  const many = { format: 1, pins: {}, advised: Array.from({ length: 1_000 }, (_, i) => terms(i)) }
  writeFileSync(path, JSON.stringify(many))
  const full = Memory.open(path, undefined)
  full.setAdvisedOn(terms(1_000))
  const again = Memory.open(path, undefined)
  assert.deepEqual(
    [0, 1, 999, 1_000].map((n) => again.wasAdvisedOn(terms(n))),
    [false, true, true, true],
  )
  assert.equal(memory.wasAdvisedOn(terms(1)), false)
})

test("where it cannot be written, the pin is an error and not a promise", async () => {
  const memory = Memory.open(path, undefined)
  mkdirSync(path)
  await assert.rejects(memory.set(HOST, party(1)), { name: "UserError", code: "FILE_UNWRITABLE" })
  assert.deepEqual(readdirSync(folder), ["ALICE.client.json"])
})

describe("notes of computations", () => {
  const head = (length: number): Note["head"] => ({ length, hash: terms(length) })
  const full: Note = {
    computation: name("It"),
    head: head(4),
    receipt: head(2),
    isUnacknowledged: true,
    revision: 1_800_000_000_001,
    frozen: terms(9),
  }

  test("are there the next time, with what is known and what is not", async () => {
    const memory = Memory.open(path, undefined)
    assert.equal(memory.note(terms(1)), undefined)
    const notes = [full, emptyNote(name("Empty")), { ...full, receipt: undefined, isUnacknowledged: false }]
    for (const [i, each] of notes.entries()) await memory.write(terms(i), each)
    await memory.set(HOST, party(1))
    const again = Memory.open(path, undefined)
    for (const [i, each] of notes.entries()) {
      assert.deepEqual([memory.note(terms(i)), again.note(terms(i))], [each, each])
    }
    assert.deepEqual([again.hasNoteOf("It"), again.hasNoteOf("Other"), again.get(HOST)], [true, false, party(1)])
    await again.write(terms(0), { ...full, frozen: terms(8) })
    assert.deepEqual(Memory.open(path, undefined).note(terms(0)), { ...full, frozen: terms(8) })
  })

  test("that could not be written are not there: nothing may rest on them", async () => {
    const memory = Memory.open(path, undefined)
    await memory.write(terms(0), emptyNote(name("It")))
    rmSync(path)
    mkdirSync(path)
    for (const each of [terms(0), terms(1)]) {
      await assert.rejects(memory.write(each, full), { name: "UserError", code: "FILE_UNWRITABLE" })
    }
    assert.deepEqual([memory.note(terms(0)), memory.note(terms(1))], [emptyNote(name("It")), undefined])
  })

  test("fault 11: are kept of ten thousand, and none is forgotten for another", async () => {
    const written = JSON.parse(JSON.stringify(full)) as object
    const notes = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [terms(i), written]))
    writeFileSync(path, JSON.stringify({ format: 1, pins: {}, notes, advised: [] }))
    const memory = Memory.open(path, undefined)
    const limit = { name: "UserError", code: "LIMIT_EXCEEDED", message: /remembers 10000 computations/ }
    await assert.rejects(memory.write(terms(10_000), full), limit)
    await memory.write(terms(7), emptyNote(name("It")))
    const again = Memory.open(path, undefined)
    assert.deepEqual(
      [0, 7, 9_999, 10_000].map((n) => again.note(terms(n))?.revision),
      [full.revision, 0, full.revision, undefined],
    )
  })

  test("are missing from a file of the first version, which is read all the same", async () => {
    writeFileSync(path, JSON.stringify({ format: 1, pins: { [HOST]: party(1) }, advised: [terms(1)] }))
    const memory = Memory.open(path, undefined)
    assert.deepEqual(
      [memory.get(HOST), memory.wasAdvisedOn(terms(1)), memory.note(terms(1))],
      [party(1), true, undefined],
    )
    await memory.write(terms(1), full)
    assert.deepEqual(Memory.open(path, undefined).note(terms(1)), full)
  })
})

describe("a broken memory is said to be, and left as it is", () => {
  const key = partyKey(new Uint8Array(32))
  const broken: Record<string, string> = {
    nothing: "",
    "no JSON": "{",
    "half of it": '{"format":1,"pins":{},"adv',
    "a list": "[]",
    null: "null",
    "another format": JSON.stringify({ format: 2, pins: {}, advised: [] }),
    "no pins": JSON.stringify({ format: 1, advised: [] }),
    "no advice": JSON.stringify({ format: 1, pins: {} }),
    "pins in a list": JSON.stringify({ format: 1, pins: [key], advised: [] }),
    "a pin that is no key": JSON.stringify({ format: 1, pins: { [HOST]: key.slice(2) }, advised: [] }),
    "a pin that is no text": JSON.stringify({ format: 1, pins: { [HOST]: 7 }, advised: [] }),
    "a pin that is nothing": JSON.stringify({ format: 1, pins: { [HOST]: null }, advised: [] }),
    "advice on something else": JSON.stringify({ format: 1, pins: {}, advised: ["x"] }),
  }
  const note = { computation: "It", isUnacknowledged: false, revision: 0 }
  const place = { length: 1, hash: key }
  const notes: Readonly<Record<string, unknown>> = {
    "notes in a list": [note],
    "no notes, but null": null,
    "a note of no terms": { x: note },
    "a note that is nothing": { [key]: null },
    "a note of no computation": { [key]: { ...note, computation: "a b" } },
    "a revision below zero": { [key]: { ...note, revision: -1 } },
    "a revision in words": { [key]: { ...note, revision: "1" } },
    "a revision and a half": { [key]: { ...note, revision: 1.5 } },
    "a head that is no place": { [key]: { ...note, head: key } },
    "a head of no length": { [key]: { ...note, head: { ...place, length: "1" } } },
    "a head of another hash": { [key]: { ...note, head: { ...place, hash: key.slice(2) } } },
    "a receipt without a hash": { [key]: { ...note, receipt: { length: 1 } } },
    "an inputs' digest that is none": { [key]: { ...note, frozen: "yes" } },
  }
  for (const [what, each] of Object.entries(notes)) {
    broken[what] = JSON.stringify({ format: 1, pins: {}, notes: each, advised: [] })
  }
  for (const [what, text] of Object.entries(broken)) {
    test(what, () => {
      writeFileSync(path, text)
      assert.throws(() => Memory.open(path, undefined), {
        name: "UserError",
        code: "MEMORY_BROKEN",
        message: /ALICE\.client\.json/,
      })
      assert.equal(readFileSync(path, "utf8"), text)
    })
  }

  test("far too long", () => {
    writeFileSync(path, " ".repeat(17_000_000))
    assert.throws(() => Memory.open(path, undefined), { code: "FILE_UNREADABLE" })
  })
})
