import {
  AttestationError,
  DecodeError,
  HistoryError,
  name,
  TransportError,
  UserError,
  type Refused,
} from "@event-manager/client"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { accepted, describeFailure, describeRefusal, failureCodes, Refusal } from "./failure.ts"
import { attempt } from "./outcome.ts"
import { PageError } from "./pageError.ts"

describe("what goes wrong", () => {
  const rows: readonly (readonly [unknown, string, string])[] = [
    [new TransportError("HOST_BUSY", "busy"), "HOST_BUSY", "note"],
    [new AttestationError("ENCLAVE_CHANGED", "changed"), "ENCLAVE_CHANGED", "alarm"],
    [new HistoryError("HISTORY_OLDER", "older"), "HISTORY_OLDER", "alarm"],
    [new UserError("PASSPHRASE_WRONG", "wrong"), "PASSPHRASE_WRONG", "problem"],
    [new PageError("STORAGE_FULL", "full"), "STORAGE_FULL", "problem"],
    [new DecodeError("KEY_SYNTAX", "no key"), "MALFORMED", "problem"],
    [new DOMException("", "AbortError"), "CANCELLED", "note"],
  ]
  for (const [thrown, code, severity] of rows) {
    test(`is put into words: ${code}`, () => {
      const failure = describeFailure(thrown)
      assert.deepEqual([failure.code, failure.severity, failure.title], [code, severity, `failure.${code}.title`])
    })
  }

  test("is a name that is none", async () => {
    const outcome = await attempt(async () => name("no name"))
    assert.ok(outcome.kind === "failed")
    assert.equal(outcome.failure.code, "NAME_SYNTAX")
  })

  test("in the page itself is told by its kind alone: a message might quote what was typed", () => {
    for (const thrown of [new TypeError("4100.50"), "4100.50", undefined, { code: "toString" }]) {
      const failure = describeFailure(thrown)
      assert.equal(failure.code, "INTERNAL")
      assert.doesNotMatch(JSON.stringify(failure), /4100/)
    }
    assert.equal(describeFailure(new TypeError("x")).parameters.detail, "TypeError")
  })

  test("is a refusal by the enclave, with its number", () => {
    const refused: Refused = { kind: "refused", reason: "BELOW_QUORUM", parameter: 3 }
    const { code, parameters, severity } = describeRefusal(refused)
    assert.deepEqual([code, parameters.number, severity], ["BELOW_QUORUM", 3, "note"])
    assert.throws(
      () => accepted(refused),
      (error) => error instanceof Refusal && describeFailure(error).code === "BELOW_QUORUM",
    )
    assert.deepEqual(accepted([]), [])
  })

  test("may be this machine's clock, or pass by itself", () => {
    assert.ok(describeFailure(new AttestationError("EVIDENCE_FROM_FUTURE", "")).mayBeClock)
    assert.ok(!describeFailure(new AttestationError("SIGNATURE_INVALID", "")).mayBeClock)
    assert.ok(describeFailure(new TransportError("HOST_UNREACHABLE", "")).mayPass)
    assert.ok(!describeFailure(new HistoryError("HISTORY_FORKED", "")).mayPass)
  })

  test("every history and constraint failure is an alarm", () => {
    const alarms = [
      "HISTORY_CONFLICT",
      "RECEIPT_MISSING",
      "STATEMENT_CHANGED",
      "MEASUREMENT_NOT_ACCEPTED",
      "CARD_CONFLICT",
    ]
    for (const code of alarms) assert.ok(failureCodes.some((each) => each === code))
    assert.equal(new Set(failureCodes).size, failureCodes.length)
  })
})
