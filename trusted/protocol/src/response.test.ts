import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { reasons } from "../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { packMatches, type NumberedMatch } from "../../../testing/src/packing.ts"
import { party } from "../../../testing/src/world.ts"
import { encode } from "./codec.ts"
import { NO_KEY_TERMS, type Descriptor } from "./descriptor.ts"
import { contentBytesMax, frameSizeFor } from "./envelope.ts"
import { frameSizes } from "./frame.ts"
import { digest, requestId, SIGNATURE_BYTES, type PartyKey } from "./keys.ts"
import { limits } from "./limits.ts"
import { MATCH_BYTES_MAX } from "./packedMatches.ts"
import {
  codeOfReason,
  matchPaging,
  replyCodec,
  responseCodec,
  resultFrameSize,
  SUBMISSION_WEIGHT,
  type Reason,
  type Response,
} from "./response.ts"
import type { Frozen, Result } from "./statement.ts"
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
  HISTORY_CONFLICT: 23,
  WITNESSES_OUT_OF_RANGE: 24,
  RELEASE_NEEDS_ONE_ANSWER: 25,
  NOT_ALL_SUBMITTED: 26,
  NOTHING_TO_WITNESS: 27,
  WITNESS_SIGNATURE_WRONG: 28,
  SUPERSEDED: 29,
  TOO_MANY_PLACES: 30,
  KEYS_MAX: 31,
  NEEDS_KEYS: 32,
  FRAME_TOO_SMALL: 33,
  TOO_MANY_OF_ONE_KEY: 34,
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

const head = { length: Number.MAX_SAFE_INTEGER, hash: digest(new Uint8Array(32)) }
const signature = new Uint8Array(SIGNATURE_BYTES)
const longest: NumberedMatch = {
  computation: name("n".repeat(limits.nameBytesMax)),
  position: 2 ** 32 - 1,
  party: limits.participantsMax - 1,
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
  test("has room for all that was told, in the smallest frames that hold it on one page, whole pages beyond", (t) => {
    const weightArb = fc.oneof(fc.nat(3_000_000), fc.nat(2 ** 48))
    const property = fc.property(weightArb, (weight) => {
      const { size, bytesPerPage, pages } = matchPaging(weight)
      if (pages === 1) assert.ok(bytesPerPage >= weight)
      // A page may end where the next match does not fit, and begin with a section and a key that others had too.
      else assert.ok(pages * (bytesPerPage - 2 * MATCH_BYTES_MAX) >= weight)
      if (pages > 1) assert.equal(size, frameSizes[5])
      const smaller = frameSizes[frameSizes.indexOf(size) - 1]
      if (smaller !== undefined) assert.ok(contentBytesMax("reply", smaller) - 256 < weight, "no larger than needed")
    })
    fc.assert(property, fuzz(t, 1_000))
  })
  test("a full page fits its frame", () => {
    for (const size of frameSizes) {
      const { bytesPerPage } = matchPaging(contentBytesMax("reply", size) - 256)
      const count = Math.floor(bytesPerPage / MATCH_BYTES_MAX)
      const matches = packMatches(Array.from({ length: count }, () => longest))
      assert.ok(matches.bytes.length <= bytesPerPage)
      const beside = replyBytes({ kind: "matches", matches, next: 0, more: true }) - matches.bytes.length
      assert.ok(beside + bytesPerPage <= contentBytesMax("reply", size))
    }
  })
  test("the longest match takes what the weight of a submission says", () => {
    assert.equal(packMatches([longest]).bytes.length, SUBMISSION_WEIGHT)
  })
  test("fault 13: is a function of what weighs, and grows with it", () => {
    let last = matchPaging(0)
    for (let submissions = 1; submissions < 5_000; submissions++) {
      const next = matchPaging(submissions * SUBMISSION_WEIGHT)
      assert.ok(next.size >= last.size && next.pages >= last.pages)
      last = next
    }
    assert.equal(matchPaging.length, 1)
  })
})

describe("resultFrameSize", () => {
  const value = decimalText(`-${"9".repeat(30)}.${"9".repeat(12)}`)
  const counts = [2, 3, 5, 6, 7, 8, 29, 30, 31, 32, 33, 58, 64, 128, 250, 255, 256, 257, 512, 1_023, 1_024]

  test("fault 13: holds every answer, from one winner to a tie of everyone, and any number, and whoever signed", () => {
    for (const participants of counts) {
      const size = resultFrameSize(participants)
      const everyone = Array.from({ length: participants }, (_, i) => party(i))
      const answers: Result["answer"][] = [
        { kind: "parties", parties: everyone },
        { kind: "parties", parties: everyone.slice(0, 1) },
        { kind: "number", value },
      ]
      for (const answer of answers) {
        for (const witnesses of [everyone, []]) {
          const length = replyBytes({ kind: "result", result: resultOf(everyone, answer, witnesses) })
          assert.ok(length <= contentBytesMax("reply", size), `${participants} participants`)
        }
      }
      const frozen = frozenOf(everyone)
      const awaiting = replyBytes({ kind: "awaiting", frozen, witnesses: everyone })
      assert.ok(awaiting <= contentBytesMax("reply", size), "awaiting fits the same frame")
    }
  })
  test("is no larger than a tie of everyone, witnessed by everyone, needs", () => {
    for (const participants of counts) {
      const everyone = Array.from({ length: participants }, (_, i) => party(i))
      const tie = resultOf(everyone, { kind: "parties", parties: everyone }, everyone)
      assert.equal(resultFrameSize(participants), frameSizeFor("reply", replyBytes({ kind: "result", result: tie })))
    }
    assert.equal(resultFrameSize(2), frameSizes[0])
    assert.equal(resultFrameSize(5), frameSizes[0])
    assert.equal(resultFrameSize(limits.participantsMax), 524_288)
  })
})

function frozenOf(participants: readonly PartyKey[]): Frozen {
  const descriptor: Descriptor = {
    id: requestId(new Uint8Array(16)),
    name: longest.computation,
    type: "max",
    quorum: 2 ** 32 - 1,
    release: { kind: "witnessed", witnesses: participants.length },
    convenor: party(0),
    participants,
    expiresAt: Number.MAX_SAFE_INTEGER,
    ...NO_KEY_TERMS,
  }
  return {
    identity: party(0),
    descriptor,
    head,
    receipts: participants.map((each) => ({ party: each, receipt: head })),
  }
}

function resultOf(participants: readonly PartyKey[], answer: Result["answer"], witnesses: readonly PartyKey[]): Result {
  const signed = witnesses.map((each) => ({ party: each, signature }))
  return { frozen: frozenOf(participants), answer, witnesses: signed }
}

/** The length of a reply with everything beside the response that can stand there. */
function replyBytes(response: Response): number {
  return encode(replyCodec, { head, signature, response }).length
}
