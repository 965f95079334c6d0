import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { factsOf } from "./facts.ts"

/** What the five scripts printed in a run in which all was well. */
const recorded = readFileSync(join(import.meta.dirname, "transcript.txt"), "utf8")

function failing(transcript: string): string[] {
  return factsOf(transcript).flatMap(({ claim, differences }) =>
    differences.map((each) => `${claim.split(":")[0]}: ${each}`),
  )
}

test("the demo's facts hold over a recorded run", () => {
  assert.deepEqual(failing(recorded), [])
  assert.equal(factsOf(recorded).length, 7)
})

test("the demo's facts do not hold over nothing", () => {
  assert.ok(factsOf("").every(({ differences }) => differences.length > 0))
})

/** One thing that goes wrong: how the recorded run would differ, and what is said of it. */
const faults: readonly { after: string; was: string; is: string; says: string[] }[] = [
  {
    after: "$ event-client CHARLEY get-result AvgComp",
    was: "Result: 45",
    is: "Result: 42.5",
    says: ["AvgComp: CHARLEY saw: Computation: AvgComp. SUCCESS. Result: 42.5"],
  },
  {
    after: "$ event-client BOB get-result AvgComp",
    was: "Result: 45",
    is: "Result: 451",
    says: ["AvgComp: BOB saw: Computation: AvgComp. SUCCESS. Result: 451"],
  },
  {
    after: "$ event-client DENISE get-result MaxComp",
    was: "NOT_AUTHORISED. Party DENISE not authorised to participate in computation MaxComp",
    is: "QUORUM_NOT_REACHED. Quorum not yet reached. Quorum is 2",
    says: ["MaxComp: DENISE saw: Computation: MaxComp. QUORUM_NOT_REACHED. Quorum not yet reached. Quorum is 2"],
  },
  {
    after: "$ event-client BOB get-result MinComp",
    was: "Result: DENISE",
    is: "Result: DENISE, BOB",
    says: ["MinComp: BOB saw: Computation: MinComp. SUCCESS. Result: DENISE, BOB"],
  },
  {
    after: "$ event-client ALICE get-result KeyMatcher",
    was: "CHECK_INBOX. ",
    is: "SUCCESS. ",
    says: [
      "KeyMatcher: ALICE saw: Computation: KeyMatcher. SUCCESS. For key-matching computations, results are streamed as detected; check your mail ('get-matches')",
    ],
  },
  {
    after: "$ event-client BOB get-matches",
    was: "   ALICE Message: Alice second message\n",
    is: "",
    says: [
      "KEYABC: BOB saw: ALICE Message: Alice first message / BOB Message: Bob has it too / CHARLEY Message: Charley as well",
    ],
  },
  {
    after: "$ event-client DENISE get-matches",
    was: "Computation: KeyMatcher; Matched key: KEYXYZ",
    is: "Computation: KeyMatcher; Matched key: KEYABC\n   ALICE Message: Alice first message\nComputation: KeyMatcher; Matched key: KEYXYZ",
    says: ["KEYABC: DENISE saw: ALICE Message: Alice first message"],
  },
  {
    after: "$ event-client DENISE get-matches",
    was: "Matched key: KEYXYZ",
    is: "Matched key: KEYXY",
    says: ["KEYXYZ: DENISE saw: nothing"],
  },
  {
    after: "",
    was: "$ event-client CHARLEY submit-value KeyMatcher KEYXYZ",
    is: "$ event-client CHARLEY submit-value KeyMatcher KEYXY",
    says: [
      "KEYXYZ: KEYXYZ was submitted 1 times",
      "KEYXYZ: CHARLEY saw: DENISE Message: Denise asks who else / CHARLEY Message: Charley does",
      "KEYXYZ: DENISE saw: DENISE Message: Denise asks who else / CHARLEY Message: Charley does",
    ],
  },
  {
    after: "",
    was: "$ event-client DENISE get-result NO_SUCH_COMP",
    is: "$ event-client DENISE whoami",
    says: ["NO_SUCH_COMP does not exist: DENISE never asked for NO_SUCH_COMP"],
  },
]

for (const { after, was, is, says } of faults) {
  test(`the demo's facts: ${says.join("; ")}`, () => {
    const start = recorded.indexOf(after)
    const changed = recorded.slice(0, start) + recorded.slice(start).replace(was, is)
    assert.notEqual(changed, recorded)
    assert.deepEqual(failing(changed), says)
  })
}
