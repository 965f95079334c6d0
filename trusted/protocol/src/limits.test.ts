import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { party } from "../../../testing/src/world.ts"
import { encode } from "./codec.ts"
import type { Descriptor } from "./descriptor.ts"
import { contentBytesMax, frameSizeFor } from "./envelope.ts"
import { FRAME_BYTES_MAX, frameSizes } from "./frame.ts"
import { digest, requestId } from "./keys.ts"
import { limits } from "./limits.ts"
import { requestCodec, type Request, type RequestOf } from "./request.ts"
import { matchPaging, responseCodec, resultFrameSize, type Match, type Response } from "./response.ts"
import { decimalText, matchKey, message, name } from "./text.ts"

const id = requestId(new Uint8Array(16))
const terms = digest(new Uint8Array(32))
const longestName = name("n".repeat(limits.nameBytesMax))
const longestKey = matchKey("💶".repeat(limits.keyBytesMax / 4))
const longestMessage = message("💶".repeat(limits.messageBytesMax / 4))
const longestNumber = decimalText(`-${"9".repeat(30)}.${"9".repeat(12)}`)
const everyone = Array.from({ length: limits.participantsMax }, (_, i) => party(i))

const submission: RequestOf<"submit"> = {
  kind: "submit",
  requestId: id,
  computation: longestName,
  terms,
  submission: { kind: "key", key: longestKey, message: longestMessage },
}
const creation: Request = {
  kind: "create",
  requestId: id,
  computation: longestName,
  type: "t".repeat(32),
  quorum: 2 ** 32 - 1,
  participants: everyone,
  expiresAt: Number.MAX_SAFE_INTEGER,
}
const descriptor: Descriptor = {
  id,
  name: longestName,
  type: "key",
  quorum: 1,
  convenor: party(0),
  participants: everyone,
  expiresAt: Number.MAX_SAFE_INTEGER,
}
const match: Match = {
  computation: longestName,
  position: 1,
  party: party(1),
  key: longestKey,
  message: longestMessage,
}

function repeated<T>(value: T, count: number): readonly T[] {
  return Array.from({ length: count }, () => value)
}

test("fault 11: everything has the limit that users are told of", () => {
  assert.equal(limits.nameBytesMax, 64)
  assert.equal(limits.participantsMax, 1_024)
  assert.equal(limits.keyBytesMax, 256)
  assert.equal(limits.messageBytesMax, 1_024)
  assert.equal(limits.decimalWholeDigitsMax, 30)
  assert.equal(limits.decimalFractionDigitsMax, 12)
  for (const [what, limit] of Object.entries(limits)) assert.ok(Number.isSafeInteger(limit) && limit > 0, what)
})

describe("fault 13: requests and replies about one value fit the smallest frame, whatever the value", () => {
  test("the longest submission and the shortest take the same frame", () => {
    for (const submitted of [submission.submission, { kind: "number", value: longestNumber } as const]) {
      const request: Request = { ...submission, submission: submitted }
      assert.equal(frameSizeFor("mail", encode(requestCodec, request).length), frameSizes[0])
    }
  })
  test("so do the replies: a number, one winner, a submission accepted, a refusal", () => {
    const replies: Response[] = [
      { kind: "result", terms, answer: { kind: "number", value: longestNumber } },
      { kind: "result", terms, answer: { kind: "parties", parties: everyone.slice(0, 50) } },
      { kind: "submitted", terms, quorumReached: true },
      { kind: "refused", reason: "LOCKED", parameter: Number.MAX_SAFE_INTEGER },
      { kind: "matches", matches: [match], next: 1, more: false },
    ]
    for (const each of replies)
      assert.equal(frameSizeFor("reply", encode(responseCodec, each).length), frameSizes[0], each.kind)
  })
})

describe("bytesMax is reached", () => {
  test("by the longest request", () => {
    assert.equal(encode(requestCodec, creation).length, requestCodec.bytesMax)
  })
  test("by the longest submission", () => {
    const without = { ...submission, submission: { kind: "key", key: longestKey, message: undefined } } as const
    const beside = 2 + limits.messageBytesMax
    assert.equal(encode(requestCodec, submission).length - encode(requestCodec, without).length, beside)
  })
  test("by the longest response, a full page of matches; a full listing is shorter", () => {
    const { matchesPerPage } = matchPaging(Number.MAX_SAFE_INTEGER)
    const page = { kind: "matches", matches: repeated(match, matchesPerPage), next: 1, more: true } as const
    assert.equal(encode(responseCodec, page).length, responseCodec.bytesMax)
    assert.ok(responseCodec.bytesMax <= contentBytesMax("reply", FRAME_BYTES_MAX))
    const listing = {
      kind: "listed",
      descriptors: repeated(descriptor, limits.listedMax),
      next: 1,
      more: true,
    } as const
    assert.ok(encode(responseCodec, listing).length < responseCodec.bytesMax)
  })
  test("one tie of everyone fits the frame that resultFrameSize names", () => {
    const tie = { kind: "result", terms, answer: { kind: "parties", parties: everyone } } as const
    const { length } = encode(responseCodec, tie)
    assert.ok(length <= contentBytesMax("reply", resultFrameSize(limits.participantsMax)))
  })
})
