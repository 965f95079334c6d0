import { codeOfReason, limits } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { reasons } from "../../../testing/src/arbitraries.ts"
import { explainRefusal } from "./messages.ts"

const subject = { computation: "X", party: "P" }

function said(reason: (typeof reasons)[number], parameter = 0): string {
  return explainRefusal({ kind: "refused", reason, parameter }, subject).message
}

describe("the sentences of CONTRACT, to the letter", () => {
  const sentences: readonly (readonly [(typeof reasons)[number], string, string])[] = [
    ["TOO_FEW_PARTICIPANTS", "QUORUM_NOT_REACHED", "Two or more parties required to set up a multi-party computation"],
    ["QUORUM_ZERO", "QUORUM_NOT_REACHED", "The quorum for a multi-party computation must be greater than zero"],
    [
      "QUORUM_ABOVE_PARTICIPANTS",
      "QUORUM_NOT_REACHED",
      "The number of participants must be at least as large as the quorum",
    ],
    ["NAME_TAKEN", "COMPUTATION_ALREADY_EXISTS", "A computation with name X already exists"],
    ["NO_SUCH_COMPUTATION", "COMPUTATION_DOES_NOT_EXIST", "Computation X does not exist"],
    ["LOCKED", "COMPUTATION_LOCKED", "Computation X is locked; try 'get-result'"],
    ["NOT_A_PARTICIPANT", "NOT_AUTHORISED", "Party P not authorised to participate in computation X"],
    ["BELOW_QUORUM", "QUORUM_NOT_REACHED", "Quorum not yet reached. Quorum is 7"],
    [
      "STREAMED",
      "CHECK_INBOX",
      "For key-matching computations, results are streamed as detected; check your mail ('get-matches')",
    ],
  ]
  for (const [reason, code, message] of sentences) {
    test(reason, () => {
      assert.deepEqual(explainRefusal({ kind: "refused", reason, parameter: 7 }, subject), { code, message })
    })
  }
})

test("every reason has a text of its own, on one line, under the code that the protocol gives it", () => {
  assert.equal(new Set(reasons.map((reason) => said(reason))).size, reasons.length)
  for (const reason of reasons) {
    assert.match(said(reason), /^[A-Z][^\n]{10,}[^.\n]$/, reason)
    assert.doesNotMatch(said(reason), /undefined|NaN|\[object/, reason)
    assert.equal(explainRefusal({ kind: "refused", reason, parameter: 0 }, subject).code, codeOfReason[reason])
  }
})

test("fault 11: where a limit is exceeded, the message names the limit", () => {
  const over = reasons.filter((reason) => codeOfReason[reason] === "LIMIT_EXCEEDED")
  assert.ok(over.length >= 6)
  for (const reason of over) assert.ok(said(reason, limits.matchesMax).includes(`${limits.matchesMax}`), reason)
})
