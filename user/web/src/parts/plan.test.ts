import { partyKey } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { draftProblems, leastWitnesses, termsOfDraft, termsToAdviseOn, type Draft } from "./plan.ts"

const NOW = 1_800_000_000
const [ALICE, BOB, CHARLEY] = [1, 2, 3].map((n) => partyKey(new Uint8Array(32).fill(n)))
const people = [ALICE, BOB, CHARLEY].flatMap((each) => (each === undefined ? [] : [each]))
const draft: Draft = {
  name: "Pay",
  type: "avg",
  participants: people,
  quorum: "3",
  release: "first",
  witnesses: "",
  expiry: "never",
  expiryDate: "",
  keysMax: "",
  matches: "told",
}

/** The problems of the draft with these changes. */
function problems(change: Partial<Draft>): readonly string[] {
  return draftProblems({ ...draft, ...change }, NOW)
}

describe("draftProblems", () => {
  test("a good draft has none", () => assert.deepEqual(problems({}), []))
  test("each field by itself", () => {
    for (const name of ["", "two words", "ä", "n".repeat(65)]) assert.deepEqual(problems({ name }), ["name"], name)
    assert.deepEqual(problems({ participants: people.slice(0, 1), quorum: "1" }), ["participants"])
    for (const quorum of ["", "0", "4", "1.5", "-1", "1e0", "9".repeat(10_000)])
      assert.deepEqual(problems({ quorum }), ["quorum"], quorum.slice(0, 10))
    for (const witnesses of ["1", "4", ""])
      assert.deepEqual(problems({ release: "witnessed", witnesses }), ["witnesses"], witnesses)
    for (const expiryDate of ["", "2026-01-01", "2126-01-01", "x"])
      assert.deepEqual(problems({ expiry: "date", expiryDate }), ["expiryDate"], expiryDate)
    for (const keysMax of ["0", "x", "99999999999"])
      assert.deepEqual(problems({ type: "key", keysMax }), ["keysMax"], keysMax)
  })
  test("what does not apply is not asked for", () => {
    assert.deepEqual(problems({ keysMax: "0" }), [])
    assert.deepEqual(problems({ type: "key", release: "witnessed", witnesses: "0" }), [])
    assert.deepEqual(problems({ witnesses: "0", expiryDate: "x" }), [])
  })
})

describe("termsOfDraft", () => {
  test("an average has a release, and nothing about keys", () => {
    const terms = termsOfDraft({ ...draft, release: "witnessed", witnesses: "2", keysMax: "5", expiry: "week" }, NOW)
    assert.deepEqual(terms, {
      computation: "Pay",
      type: "avg",
      quorum: 3,
      participants: people,
      expiresAt: NOW + 7 * 86_400,
      release: { kind: "witnessed", witnesses: 2 },
    })
  })
  test("matching has a limit where one was given", () => {
    const key = { ...draft, type: "key", release: "all", matches: "counted" } as const
    assert.equal(termsOfDraft(key, NOW).keysMax, undefined)
    const terms = termsOfDraft({ ...key, keysMax: "100" }, NOW)
    assert.deepEqual([terms.keysMax, terms.matches, terms.release], [100, "counted", { kind: "first" }])
  })
})

describe("termsToAdviseOn", () => {
  const early: Draft = { ...draft, name: "", quorum: "", expiry: "date", keysMax: "x" }
  test("what was not asked for yet keeps nothing from being said of the people", () => {
    const terms = termsToAdviseOn({ ...early, release: "witnessed" }, NOW)
    assert.deepEqual(
      [terms?.participants, terms?.quorum, terms?.release],
      [people, 3, { kind: "witnessed", witnesses: 3 }],
    )
  })
  test("what was typed well counts", () => {
    assert.equal(termsToAdviseOn({ ...early, quorum: "1" }, NOW)?.quorum, 1)
  })
  test("of fewer than two there is nothing to say", () => {
    assert.equal(termsToAdviseOn({ ...early, participants: people.slice(0, 1) }, NOW), undefined)
  })
})

test("witnesses are more than half", () => {
  assert.deepEqual(
    [2, 3, 4, 5, 1_024].map((n) => leastWitnesses(n)),
    [2, 2, 3, 3, 513],
  )
})
