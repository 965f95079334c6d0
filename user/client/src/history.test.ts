import { bytesOf, digest, name, type Head } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { party } from "../../../testing/src/world.ts"
import type { HistoryError } from "./errors.ts"
import { historyConflict, requireNoFork, requireNoOlder, requireReceipt, statementChanged } from "./history.ts"
import { emptyNote, type Note } from "./notebook.ts"

const [me, another] = [party(1), party(2)]

/** The place numbered `length` in the history that is called `branch`. */
function place(length: number, branch = 0): Head {
  return { length, hash: digest(bytesOf(party(1_000 * branch + length))) }
}

function alarm(code: HistoryError["code"], ...says: readonly RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Error && "code" in error, String(error))
    assert.deepEqual([error.name, error.code], ["HistoryError", code])
    for (const each of says) assert.match(error.message, each)
    return true
  }
}

test("a head is no alarm where nothing was seen before, where it is the same, or further on", () => {
  for (const check of [requireNoOlder, requireNoFork]) {
    check("It", undefined, place(1))
    check("It", place(3), place(3))
    check("It", place(3), place(4, 1))
  }
})

test("a shorter history went back, and one that differs at a place that was seen was forked", () => {
  const older = alarm("HISTORY_OLDER", /of It went back: you have seen 3 events, and now it has 2\./, /tell the other/)
  assert.throws(() => requireNoOlder("It", place(3), place(2)), older)
  const links = new RegExp(`was ${place(3).hash.slice(0, 16)}, and now is ${place(3, 1).hash.slice(0, 16)}`)
  for (const check of [requireNoOlder, requireNoFork]) {
    assert.throws(() => check("It", place(3), place(3, 1)), alarm("HISTORY_FORKED", /its event 3/, links))
  }
  requireNoFork("It", place(3), place(2))
})

test("a conflict says what was expected, in what", () => {
  const expected = new RegExp(`${place(3).hash.slice(0, 16)} as event 3 was expected, in a history of 2`)
  assert.ok(alarm("HISTORY_CONFLICT", expected, /do not rely on/)(historyConflict("It", place(3), 2)))
  assert.ok(alarm("HISTORY_CONFLICT", /none was expected/)(historyConflict("It", undefined, 2)))
})

test("another statement is named beside the one that was seen", () => {
  const [seen, found] = [place(1).hash, place(2).hash]
  const both = new RegExp(
    `${seen.slice(0, 16)} was seen before, and now ${found.slice(0, 16)}; somebody is after a second`,
  )
  assert.ok(alarm("STATEMENT_CHANGED", both, /The new ones were not signed/)(statementChanged("It", seen, found)))
})

describe("one's own submission in frozen inputs", () => {
  const of = (receipt: Head | undefined, isUnacknowledged = false): Note => ({
    ...emptyNote(name("It")),
    receipt,
    isUnacknowledged,
  })
  const inputs = (receipt: Head | undefined): Parameters<typeof requireReceipt>[3] => [
    { party: another, receipt: place(2) },
    ...(receipt === undefined ? [] : [{ party: me, receipt }]),
  ]
  const rows: readonly (readonly [what: string, note: Note, found: Head | undefined, isGood: boolean])[] = [
    ["none, where none was made", of(undefined), undefined, true],
    ["the acknowledged one", of(place(3)), place(3), true],
    ["none, where one was acknowledged", of(place(3)), undefined, false],
    ["an older one", of(place(3)), place(1), false],
    ["a later one, where none was sent", of(place(3)), place(4), false],
    ["another at its place", of(place(3)), place(3, 1), false],
    ["one, where none was made", of(undefined), place(3), false],
    ["the other participant's place", of(place(3)), place(2), false],
    ["none, where one was sent", of(undefined, true), undefined, true],
    ["one, where one was sent", of(undefined, true), place(3), true],
    ["the acknowledged one, where a later was sent", of(place(3), true), place(3), true],
    ["a later one, where one was sent", of(place(3), true), place(4), true],
    ["none, where one was acknowledged and a later sent", of(place(3), true), undefined, false],
    ["an older one, where a later was sent", of(place(3), true), place(2), false],
    ["another at its place, where a later was sent", of(place(3), true), place(3, 1), false],
  ]
  for (const [what, note, found, isGood] of rows) {
    test(`${isGood ? "may be" : "may not be"} ${what}`, () => {
      const check = (): void => requireReceipt("It", note, me, inputs(found))
      if (isGood) assert.doesNotThrow(check)
      else assert.throws(check, alarm("RECEIPT_MISSING", /do not hold your latest submission: expected .+, found .+/))
    })
  }
})
