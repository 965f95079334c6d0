import { digest, name, UserError, type Descriptor } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { headFingerprint, type Entry } from "./journal.ts"
import { readEntry } from "./journalEntry.ts"
import { readNumberField } from "./submissionField.ts"

const descriptor = { name: name("Salaries"), type: "avg" } as Descriptor

describe("a number field", () => {
  for (const [typed, value] of [
    ["4100.50", "4100.50"],
    [" -7\n", "-7"],
    ["\u00a00", "0"],
  ] as const) {
    test(`takes ${JSON.stringify(typed)}`, () =>
      assert.deepEqual(readNumberField(descriptor, typed), { kind: "number", value }))
  }

  for (const typed of ["", "4,100", "1e3", "+5", "٣", "--1", "1.", "<b>1</b>"]) {
    test(`refuses ${JSON.stringify(typed)}`, () =>
      assert.throws(() => readNumberField(descriptor, typed), { code: "INVALID_VALUE" }))
  }

  test("refuses a megabyte, and what has too many digits", () => {
    for (const typed of ["9".repeat(1_000_000), "1".repeat(31), `0.${"1".repeat(13)}`]) {
      assert.throws(
        () => readNumberField(descriptor, typed),
        (error) => {
          assert.ok(error instanceof UserError && error.code === "LIMIT_EXCEEDED")
          return error.message.length < 200
        },
      )
    }
  })
})

describe("an entry of the journal", () => {
  const terms = digest(new Uint8Array(32).fill(1))
  const head = { length: 3, hash: digest(new Uint8Array(32).fill(0xab)) }
  const happenings: readonly Entry["happening"][] = [
    { kind: "created" },
    { kind: "invited" },
    { kind: "submitted", receipt: head, quorumReached: true },
    { kind: "revised", receipt: head, quorumReached: false },
    { kind: "keys submitted", keys: 3, receipt: head },
    { kind: "keys retired", keys: 0, receipt: head },
    { kind: "frozen", inputs: 2, head },
    { kind: "witnessed", signed: 1, needed: 2 },
    { kind: "released", inputs: 2, head },
    { kind: "matched", matches: 4 },
    { kind: "deleted" },
    { kind: "alarm", code: "HISTORY_FORKED" },
  ]
  for (const happening of happenings) {
    test(`is read as it was written: ${happening.kind}`, () => {
      const entry: Entry = { at: 5, terms, computation: name("It"), happening }
      assert.deepEqual(readEntry(JSON.parse(JSON.stringify(entry))), entry)
    })
  }

  const good = { at: 5, terms, computation: "It", happening: { kind: "created" } }
  for (const broken of [
    null,
    [],
    { ...good, at: -1 },
    { ...good, terms: "zz" },
    { ...good, computation: "<b>" },
    { ...good, happening: { kind: "other" } },
    { ...good, happening: { kind: "frozen", inputs: 1 } },
    { ...good, happening: { kind: "alarm", code: 7 } },
  ]) {
    test(`is refused: ${JSON.stringify(broken)}`, () =>
      assert.throws(() => readEntry(broken), { name: "PageError", code: "STORAGE_BROKEN" }))
  }

  test("its place is shown by the beginning of its link, in groups", () =>
    assert.equal(headFingerprint(head), "abab abab abab abab"))
})
