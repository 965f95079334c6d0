import { bytesOf, digest, partyKey } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { party } from "../../../../testing/src/world.ts"
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

describe("a broken memory is said to be, and left as it is", () => {
  const key = partyKey(new Uint8Array(32))
  const broken: Readonly<Record<string, string>> = {
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
    writeFileSync(path, " ".repeat(2_000_000))
    assert.throws(() => Memory.open(path, undefined), { code: "FILE_UNREADABLE" })
  })
})
