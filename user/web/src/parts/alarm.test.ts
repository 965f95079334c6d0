import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { describeFailure, describeRefusal, failureCodes } from "../model/failure.ts"
import { PageError } from "../model/pageError.ts"
import { HistoryError, AttestationError } from "@event-manager/client"
import { isAboutConstraint, isAboutHistory, isSameFingerprint, todoKeys, withoutFingerprints } from "./alarm.ts"
import { checkNames, failedCheck } from "./checks.ts"
import { titleOf } from "./failureTitle.ts"

const rewound = describeFailure(new HistoryError("HISTORY_OLDER", "went back"))
const changed = describeFailure(new AttestationError("ENCLAVE_CHANGED", "another"))
const weak = describeFailure(new AttestationError("SECURITY_TOO_LOW", "weak"))
const expired = describeFailure(new AttestationError("EVIDENCE_EXPIRED", "old"))

describe("an alarm", () => {
  test("about a history is not about the enclave, and the other way round", () => {
    assert.ok(isAboutHistory(rewound) && !isAboutConstraint(rewound))
    assert.ok(isAboutConstraint(weak) && !isAboutHistory(weak))
    assert.ok(!isAboutHistory(changed) && !isAboutConstraint(changed))
  })
  test("says what to do first", () => {
    assert.equal(todoKeys(rewound)[0], "alarm.todo.dontRely")
    assert.ok(todoKeys(changed).includes("alarm.todo.announced"))
    assert.equal(todoKeys(expired)[0], "alarm.todo.clock")
    assert.deepEqual(todoKeys(describeRefusal({ kind: "refused", reason: "TERMS_DIFFER", parameter: 0 })), [
      "alarm.todo.nothing",
      "alarm.todo.inviter",
    ])
  })
  test("of an enclave that is protected less says whom to ask before anything else is sent", () => {
    const lower = describeFailure(new PageError("LEVEL_LOWER", "it was SECURE, and is STALE"))
    assert.deepEqual(todoKeys(lower), ["alarm.todo.nothing", "alarm.todo.operator", "alarm.todo.tell"])
    assert.ok(!isAboutConstraint(lower) && !isAboutHistory(lower))
  })
  test("has a title by its code alone, also one of another version", () => {
    assert.equal(titleOf("HISTORY_OLDER"), "The history went back in time")
    assert.equal(titleOf("NOT_YET_INVENTED"), "NOT_YET_INVENTED")
  })
})

describe("the fingerprint of a changed enclave", () => {
  const [known, other] = ["aaaa-bbbb-cccc-dddd-eeee", "aaaa-bbbb-cccc-dddd-2345"]
  test("is nowhere in what is said of it", () => {
    const said = withoutFingerprints(`It was ${known}; it is ${other}: --accept-new-enclave ${other}`, known)
    assert.ok(said.includes(known) && !said.includes("2345"))
    assert.ok(!withoutFingerprints(other.toUpperCase(), undefined).includes("2345"))
  })
  test("is accepted whole, and not by its beginning", () => {
    for (const typed of [other, other.toUpperCase(), ` ${other.replaceAll("-", " ")}\n`, other.replaceAll("-", "")])
      assert.ok(isSameFingerprint(typed, other), typed)
    for (const typed of ["aaaa", known, other.slice(0, -1), `${other}-aaaa`, ""])
      assert.ok(!isSameFingerprint(typed, other), typed)
  })
})

test("every failure belongs to one check of an invitation", () => {
  for (const code of failureCodes) assert.ok(checkNames.includes(failedCheck(code)), code)
  assert.equal(failedCheck("INVITATION_OTHER_ENCLAVE"), "pin")
  assert.equal(failedCheck("CHAIN_UNTRUSTED"), "evidence")
})
