/*
 * Submissions as a snapshot has them: packed, each behind the number of its participant and its position.
 */
import { copyBytes, limits, PackedKeys, putUint, uintAt, type KeyCursor } from "@event-manager/protocol"
import { noTexts, type KeyStore } from "./keyStore.ts"

const OWNER_BYTES = 2
const POSITION_BYTES = 4
const LENGTH_BYTES = 2
/** What stands before each key. */
export const KEPT_PREFIX_BYTES = OWNER_BYTES + POSITION_BYTES
/** Pieces of about so many bytes: a snapshot's parts are filled with them. */
const PIECE_BYTES = 32_768
const SUBMISSION_BYTES_MAX =
  KEPT_PREFIX_BYTES + LENGTH_BYTES + limits.keyBytesMax + 1 + LENGTH_BYTES + limits.messageBytesMax
/** The most bytes of a piece. */
export const KEPT_BYTES_MAX = PIECE_BYTES + SUBMISSION_BYTES_MAX

/** What is kept of these submissions, in pieces; those that have gone are left out. */
export function* keptPieces(store: KeyStore, submissions: Iterable<number>): Generator<PackedKeys> {
  let [bytes, length] = [new Uint8Array(KEPT_BYTES_MAX), 0]
  for (const each of submissions) {
    if (!store.has(each)) continue
    length = put(bytes, length, store, each)
    if (length < PIECE_BYTES) continue
    yield PackedKeys.check(bytes.subarray(0, length), KEPT_PREFIX_BYTES)
    ;[bytes, length] = [new Uint8Array(KEPT_BYTES_MAX), 0]
  }
  if (length > 0) yield PackedKeys.check(bytes.subarray(0, length), KEPT_PREFIX_BYTES)
}

/** Whose submission the cursor stands at, and its position. */
export function keptSubmission({ bytes, start }: KeyCursor): { readonly owner: number; readonly position: number } {
  return { owner: uintAt(bytes, start, OWNER_BYTES), position: uintAt(bytes, start + OWNER_BYTES, POSITION_BYTES) }
}

const texts = noTexts()

/** Puts a submission behind the first `at` bytes. Returns where it ends. */
function put(bytes: Uint8Array, at: number, store: KeyStore, submission: number): number {
  store.read(submission, texts)
  putUint(bytes, at, store.ownerOf(submission), OWNER_BYTES)
  putUint(bytes, at + OWNER_BYTES, store.positionOf(submission), POSITION_BYTES)
  const keyEnd = putText(bytes, at + KEPT_PREFIX_BYTES, texts.bytes, texts.keyStart, texts.keyEnd)
  bytes[keyEnd] = texts.message === undefined ? 0 : 1
  if (texts.message === undefined) return keyEnd + 1
  return putText(bytes, keyEnd + 1, texts.message, texts.messageStart, texts.messageEnd)
}

function putText(bytes: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  putUint(bytes, at, end - start, LENGTH_BYTES)
  copyBytes(bytes, at + LENGTH_BYTES, from, start, end)
  return at + LENGTH_BYTES + end - start
}
