/*
 * How much stands in one request with keys in bulk, and how much telling of them takes. The host sees a mail's frame and
 * must not learn from replies what matched, so all of this follows from the size of frames.
 */
import { frameSizes, FRAME_BYTES_MAX, type FrameSize } from "./frame.ts"

/** What a frame, and the sealed record of what came in it, hold beside the keys. */
const OVERHEAD_BYTES = 1_024
/**
 * In a reply a match takes no more than 9 bytes beyond what its submission took in the request. One submission for each
 * 18 bytes of frame then makes a batch's matches no longer than one and a half of its frame.
 */
const FRAME_BYTES_PER_KEY = 18
const TOLD_BYTES_PER_FRAME_BYTE = 1.5

/** The most bytes of packed keys in one request, and the most keys. */
export const BATCH_BYTES_MAX = batchBytesMax(FRAME_BYTES_MAX)
export const BATCH_KEYS_MAX = batchKeysMax(FRAME_BYTES_MAX)

/** The most bytes of packed keys in a frame of this size. */
export function batchBytesMax(size: FrameSize): number {
  return size - OVERHEAD_BYTES
}

/** The most keys in a frame of this size. */
export function batchKeysMax(size: FrameSize): number {
  return Math.floor(size / FRAME_BYTES_PER_KEY)
}

/** The smallest frame that may carry so many keys, of so many packed bytes; no request has more than the largest may. */
export function batchFrameSize(keys: number, bytes: number): FrameSize {
  return frameSizes.find((size) => bytes <= batchBytesMax(size) && keys <= batchKeysMax(size)) ?? FRAME_BYTES_MAX
}

/** The most bytes that matches with the submissions of one batch take in a reply. */
export function batchToldBytes(size: FrameSize): number {
  return size * TOLD_BYTES_PER_FRAME_BYTE
}
