import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { reasons } from "../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { party } from "../../../testing/src/world.ts"
import { encode } from "./codec.ts"
import { contentBytesMax } from "./envelope.ts"
import { frameSizes } from "./frame.ts"
import { digest } from "./keys.ts"
import { limits } from "./limits.ts"
import { codeOfReason, matchPaging, responseCodec, resultFrameSize, type Match, type Reason } from "./response.ts"
import { decimalText, matchKey, message, name } from "./text.ts"

/** The numbers are on the wire for good: new reasons are added at the end. */
const wireNumbers: Record<Reason, number> = {
  TOO_FEW_PARTICIPANTS: 0,
  QUORUM_ZERO: 1,
  QUORUM_ABOVE_PARTICIPANTS: 2,
  NAME_TAKEN: 3,
  UNKNOWN_TYPE: 4,
  PARTICIPANT_TWICE: 5,
  NO_SUCH_COMPUTATION: 6,
  NOT_A_PARTICIPANT: 7,
  NOT_THE_CONVENOR: 8,
  LOCKED: 9,
  BELOW_QUORUM: 10,
  STREAMED: 11,
  TERMS_DIFFER: 12,
  NOT_A_NUMBER: 13,
  NOT_A_KEY: 14,
  TOO_MANY_COMPUTATIONS: 15,
  TOO_MANY_COMPUTATIONS_OF_CONVENOR: 16,
  TOO_MANY_SUBMISSIONS: 17,
  TOO_MUCH_TEXT: 18,
  TOO_MANY_MATCHES: 19,
  EXPIRY_TOO_FAR: 20,
  EXPIRY_PAST: 21,
  MALFORMED_REQUEST: 22,
}

/** CONTRACT.md: the codes of the sample, in its order; every one of them that a refusal can have. */
const SAMPLE_CODES = [
  "NOT_AUTHORISED",
  "COMPUTATION_DOES_NOT_EXIST",
  "QUORUM_NOT_REACHED",
  "COMPUTATION_TYPE_DOES_NOT_EXIST",
  "COMPUTATION_ALREADY_EXISTS",
  "COMPUTATION_LOCKED",
  "CHECK_INBOX",
]

const longest: Match = {
  computation: name("n".repeat(limits.nameBytesMax)),
  position: 2 ** 32 - 1,
  party: party(1),
  key: matchKey("k".repeat(limits.keyBytesMax)),
  message: message("m".repeat(limits.messageBytesMax)),
}

describe("reasons", () => {
  test("have the numbers that they had", () => {
    const sent = reasons.map((reason) => [reason, encode(responseCodec, { kind: "refused", reason, parameter: 0 })[1]])
    assert.deepEqual(Object.fromEntries(sent), wireNumbers)
  })
  test("each have a code, and every code of the sample's refusals has a reason", () => {
    assert.deepEqual(Object.keys(codeOfReason).sort(), Object.keys(wireNumbers).sort())
    const codes = new Set<string>(Object.values(codeOfReason))
    assert.deepEqual(
      SAMPLE_CODES.filter((each) => !codes.has(each)),
      [],
    )
    assert.ok(!codes.has("SUCCESS"))
  })
  test("the three faults of a creation are told under the code that the sample used", () => {
    const shape = ["TOO_FEW_PARTICIPANTS", "QUORUM_ZERO", "QUORUM_ABOVE_PARTICIPANTS", "BELOW_QUORUM"] as const
    for (const reason of shape) assert.equal(codeOfReason[reason], "QUORUM_NOT_REACHED")
  })
})

describe("matchPaging", () => {
  test("has room for every submission, in the smallest frames that hold them on one page, whole pages beyond", (t) => {
    const property = fc.property(fc.oneof(fc.nat(3_000), fc.maxSafeNat()), (submissions) => {
      const { size, matchesPerPage, pages } = matchPaging(submissions)
      assert.ok(pages * matchesPerPage >= submissions)
      assert.ok(pages >= 1 && (pages - 1) * matchesPerPage < Math.max(1, submissions), "no page too many")
      assert.ok(matchesPerPage >= 1)
      if (pages > 1) assert.equal(size, frameSizes[5])
      if (size > frameSizes[0]) assert.ok(matchPaging(1).matchesPerPage < submissions, "no larger than needed")
    })
    fc.assert(property, fuzz(t, 1_000))
  })
  test("a full page of the longest matches fits its frame, and one more would not", () => {
    const steps = Array.from({ length: 2_000 }, (_, submissions) => matchPaging(submissions))
    const bySize = new Map(steps.map((each) => [each.size, each.matchesPerPage]))
    assert.equal(bySize.size, frameSizes.length)
    for (const [size, perPage] of bySize) {
      const lengthOf = (count: number): number => {
        const matches = Array.from({ length: count }, () => longest)
        return encode(responseCodec, { kind: "matches", matches, next: 0, more: true }).length
      }
      assert.ok(lengthOf(perPage) <= contentBytesMax("reply", size))
      if (size < frameSizes[5]) assert.ok(lengthOf(perPage + 1) > contentBytesMax("reply", size))
    }
  })
  test("fault 13: is a function of how much was submitted, and grows with it", () => {
    let last = matchPaging(0)
    for (let submissions = 1; submissions < 5_000; submissions++) {
      const next = matchPaging(submissions)
      assert.ok(next.size >= last.size && next.pages >= last.pages)
      last = next
    }
    assert.equal(matchPaging.length, 1)
  })
})

describe("resultFrameSize", () => {
  test("fault 13: holds every answer, from one winner to a tie of everyone, and any number", () => {
    const terms = digest(new Uint8Array(32))
    for (const participants of [2, 3, 57, 58, 59, 60, 61, 62, 63, 64, 250, 255, 256, 257, 1_023, 1_024]) {
      const size = resultFrameSize(participants)
      const everyone = Array.from({ length: participants }, (_, i) => party(i))
      for (const parties of [everyone, everyone.slice(0, 1)]) {
        const { length } = encode(responseCodec, { kind: "result", terms, answer: { kind: "parties", parties } })
        assert.ok(length <= contentBytesMax("reply", size), `${participants} participants`)
      }
      const value = decimalText(`-${"9".repeat(30)}.${"9".repeat(12)}`)
      const { length } = encode(responseCodec, { kind: "result", terms, answer: { kind: "number", value } })
      assert.ok(length <= contentBytesMax("reply", size))
    }
  })
  test("is no larger than a tie of everyone needs", () => {
    assert.equal(resultFrameSize(2), frameSizes[0])
    assert.equal(resultFrameSize(50), frameSizes[0])
    assert.equal(resultFrameSize(limits.participantsMax), 131_072)
  })
})
