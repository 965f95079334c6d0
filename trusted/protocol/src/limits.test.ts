import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { packMatches, type NumberedMatch } from "../../../testing/src/packing.ts"
import { party } from "../../../testing/src/world.ts"
import { encode } from "./codec.ts"
import { BATCH_BYTES_MAX } from "./bulk.ts"
import { NO_KEY_TERMS, type Descriptor } from "./descriptor.ts"
import { contentBytesMax, frameSizeFor } from "./envelope.ts"
import { FRAME_BYTES_MAX, frameSizes } from "./frame.ts"
import { digest, requestId, SIGNATURE_BYTES } from "./keys.ts"
import { limits } from "./limits.ts"
import { requestCodec, type Request, type RequestOf } from "./request.ts"
import { matchPaging, replyCodec, responseCodec, resultFrameSize, type Response } from "./response.ts"
import { PackedKeys } from "./packed.ts"
import type { PackedMatches } from "./packedMatches.ts"
import type { Frozen, Result } from "./statement.ts"
import { decimalText, matchKey, message, name } from "./text.ts"

const id = requestId(new Uint8Array(16))
const terms = digest(new Uint8Array(32))
const longestName = name("n".repeat(limits.nameBytesMax))
const longestKey = matchKey("💶".repeat(limits.keyBytesMax / 4))
const longestMessage = message("💶".repeat(limits.messageBytesMax / 4))
const longestNumber = decimalText(`-${"9".repeat(30)}.${"9".repeat(12)}`)
const everyone = Array.from({ length: limits.participantsMax }, (_, i) => party(i))

const head = { length: Number.MAX_SAFE_INTEGER, hash: terms }
const signature = new Uint8Array(SIGNATURE_BYTES)

const submission: RequestOf<"submit"> = {
  kind: "submit",
  requestId: id,
  computation: longestName,
  terms,
  submission: { kind: "key", key: longestKey, message: longestMessage },
  revision: Number.MAX_SAFE_INTEGER,
  known: head,
  signed: true,
}
const creation: Request = {
  kind: "create",
  requestId: id,
  computation: longestName,
  type: "t".repeat(32),
  quorum: 2 ** 32 - 1,
  release: { kind: "witnessed", witnesses: limits.participantsMax },
  participants: everyone,
  expiresAt: Number.MAX_SAFE_INTEGER,
  ...NO_KEY_TERMS,
}
const descriptor: Descriptor = {
  id,
  name: longestName,
  type: "key",
  quorum: 1,
  release: { kind: "witnessed", witnesses: limits.participantsMax },
  convenor: party(0),
  participants: everyone,
  expiresAt: Number.MAX_SAFE_INTEGER,
  ...NO_KEY_TERMS,
}
const match: NumberedMatch = {
  computation: longestName,
  position: 1,
  party: limits.participantsMax - 1,
  key: longestKey,
  message: longestMessage,
}

/** The longest statement and result among so many participants. */
function frozenOf(participants: number): Frozen {
  const parties = everyone.slice(0, participants)
  const receipts = parties.map((each) => ({ party: each, receipt: head }))
  return { identity: party(0), descriptor: { ...descriptor, participants: parties }, head, receipts }
}

function resultOf(participants: number, answer: Result["answer"]): Response {
  const witnesses = everyone.slice(0, participants).map((each) => ({ party: each, signature }))
  return { kind: "result", result: { frozen: frozenOf(participants), answer, witnesses } }
}

function replyBytes(response: Response): number {
  return encode(replyCodec, { head, signature, response }).length
}

function repeated<T>(value: T, count: number): readonly T[] {
  return Array.from({ length: count }, () => value)
}

/** Keys that fill a request to the last byte. */
function manyKeys(): PackedKeys {
  const bytes = 2 + limits.keyBytesMax + 1
  const whole = Math.floor((BATCH_BYTES_MAX - 4) / bytes)
  const last = "k".repeat(BATCH_BYTES_MAX - whole * bytes - 3)
  const all = [...repeated(longestKey, whole), ...(last.length > limits.keyBytesMax ? [] : [matchKey(last)])]
  return PackedKeys.of(all.map((key) => ({ key, message: undefined })))
}

/** Matches of one key that fill a page to the last byte. */
function fullPage(bytesMax: number): PackedMatches {
  const plain = { ...match, message: undefined }
  const first = packMatches([plain]).bytes.length
  const count = Math.floor((bytesMax - first - 1_000) / 7)
  const beside = bytesMax - first - count * 7 - 9
  const last = { ...match, message: message("m".repeat(beside)) }
  return packMatches([...repeated(plain, count + 1), last], bytesMax)
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
  test("so do the replies: a submission accepted, a refusal, a match", () => {
    const replies: Response[] = [
      { kind: "submitted", terms, quorumReached: true, receipt: head },
      { kind: "refused", reason: "LOCKED", parameter: Number.MAX_SAFE_INTEGER },
      { kind: "matches", matches: packMatches([match]), next: 1, more: false },
      { kind: "created", terms },
      { kind: "deleted", terms },
    ]
    for (const each of replies) assert.equal(frameSizeFor("reply", replyBytes(each)), frameSizes[0], each.kind)
  })
  test("and the result among a few, with every witness: a number, one winner, everyone ties", () => {
    for (const participants of [2, 3, 4, 5]) {
      const answers: Result["answer"][] = [
        { kind: "number", value: longestNumber },
        { kind: "parties", parties: everyone.slice(0, 1) },
        { kind: "parties", parties: everyone.slice(0, participants) },
      ]
      for (const answer of answers) {
        assert.equal(frameSizeFor("reply", replyBytes(resultOf(participants, answer))), frameSizes[0])
      }
    }
  })
  test("a witness's signature fits it too", () => {
    const request: Request = { kind: "witness", computation: longestName, terms, known: head, signature }
    assert.equal(frameSizeFor("mail", encode(requestCodec, request).length), frameSizes[0])
  })
})

describe("bytesMax is reached", () => {
  test("by the longest request, as many keys as one carries; the longest creation is shorter", () => {
    const many = {
      kind: "submitMany",
      requestId: id,
      computation: longestName,
      terms,
      known: head,
      signed: true,
    } as const
    assert.equal(encode(requestCodec, { ...many, submissions: manyKeys() }).length, requestCodec.bytesMax)
    assert.ok(encode(requestCodec, creation).length < requestCodec.bytesMax)
  })
  test("by the longest submission", () => {
    const without = { ...submission, submission: { kind: "key", key: longestKey, message: undefined } } as const
    const beside = 2 + limits.messageBytesMax
    assert.equal(encode(requestCodec, submission).length - encode(requestCodec, without).length, beside)
  })
  test("by the longest response, a full page of matches; a full listing is shorter", () => {
    const { bytesPerPage } = matchPaging(Number.MAX_SAFE_INTEGER)
    const matches = fullPage(bytesPerPage)
    const page = { kind: "matches", matches, next: 1, more: true } as const
    assert.equal(encode(responseCodec, page).length, responseCodec.bytesMax)
    assert.equal(replyBytes(page), replyCodec.bytesMax)
    assert.ok(replyCodec.bytesMax <= contentBytesMax("reply", FRAME_BYTES_MAX))
    const listing = {
      kind: "listed",
      descriptors: repeated(descriptor, limits.listedMax),
      next: 1,
      more: true,
    } as const
    assert.ok(encode(responseCodec, listing).length < responseCodec.bytesMax)
  })
  test("one tie of everyone, witnessed by everyone, fits the frame that resultFrameSize names", () => {
    const tie = resultOf(limits.participantsMax, { kind: "parties", parties: everyone })
    assert.ok(replyBytes(tie) <= contentBytesMax("reply", resultFrameSize(limits.participantsMax)))
  })
})
