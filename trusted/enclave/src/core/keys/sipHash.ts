/*
 * SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input PRF", and the variant of
 * their reference for 128 bits): under a secret key nobody can aim at a place of the index. JavaScript adds and rotates
 * words of 32 bits fast and no longer ones, so each of the four words of state is two halves here, the low one first.
 */

/** Words of 32 bits in a key, and in a digest. */
export const SIP_WORDS = 4
const BLOCK_BYTES = 8
const FINAL_ROUNDS = 4

/** What is hashed at a time, one after the other: no call begins before the last has returned. */
const state = new Int32Array(2 * SIP_WORDS)

/** Writes the digest of `bytes` from `start` up to `end` to `digest`, 4 words, low word first; `key` has 4 words too. */
export function sipHash(digest: Int32Array, key: Uint32Array, bytes: Uint8Array, start: number, end: number): void {
  begin(key)
  let at = start
  for (; at + BLOCK_BYTES <= end; at += BLOCK_BYTES) absorb(word(bytes, at), word(bytes, at + 4))
  // The last block holds what is left, zeros, and the length modulo 256.
  let tail = 0
  let last = (end - start) << 24
  for (let i = 0; at + i < end; i++) {
    const byte = bytes[at + i] ?? 0
    if (i < 4) tail |= byte << (8 * i)
    else last |= byte << (8 * (i - 4))
  }
  absorb(tail, last)
  xor(4, 0xee)
  finish(digest, 0)
  xor(2, 0xdd)
  finish(digest, 2)
}

function begin(key: Uint32Array): void {
  const k0 = key[0] ?? 0
  const k1 = key[1] ?? 0
  const k2 = key[2] ?? 0
  const k3 = key[3] ?? 0
  state[0] = k0 ^ 0x70736575
  state[1] = k1 ^ 0x736f6d65
  state[2] = k2 ^ 0x6e646f6d ^ 0xee
  state[3] = k3 ^ 0x646f7261
  state[4] = k0 ^ 0x6e657261
  state[5] = k1 ^ 0x6c796765
  state[6] = k2 ^ 0x79746573
  state[7] = k3 ^ 0x74656462
}

function absorb(low: number, high: number): void {
  xor(6, low)
  xor(7, high)
  round()
  round()
  xor(0, low)
  xor(1, high)
}

function finish(digest: Int32Array, at: number): void {
  for (let i = 0; i < FINAL_ROUNDS; i++) round()
  digest[at] = half(0) ^ half(2) ^ half(4) ^ half(6)
  digest[at + 1] = half(1) ^ half(3) ^ half(5) ^ half(7)
}

function half(at: number): number {
  return state[at] ?? 0
}

function xor(at: number, value: number): void {
  state[at] = half(at) ^ value
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
}

/** One SipRound. A word's halves change places where it is rotated by 32 or more. */
function round(): void {
  const v = state
  const b0 = v[2] ?? 0
  const b1 = v[3] ?? 0
  const d0 = v[6] ?? 0
  const d1 = v[7] ?? 0
  let a0 = v[0] ?? 0
  let a1 = v[1] ?? 0
  let c0 = v[4] ?? 0
  let c1 = v[5] ?? 0
  let low = (a0 + b0) | 0
  a1 = (a1 + b1 + carry(a0, b0, low)) | 0
  a0 = low
  low = (c0 + d0) | 0
  c1 = (c1 + d1 + carry(c0, d0, low)) | 0
  c0 = low
  const e0 = ((b0 << 13) | (b1 >>> 19)) ^ a0
  const e1 = ((b1 << 13) | (b0 >>> 19)) ^ a1
  const f0 = ((d0 << 16) | (d1 >>> 16)) ^ c0
  const f1 = ((d1 << 16) | (d0 >>> 16)) ^ c1
  low = (a1 + f0) | 0
  const g1 = (a0 + f1 + carry(a1, f0, low)) | 0
  v[0] = low
  v[1] = g1
  v[6] = ((f0 << 21) | (f1 >>> 11)) ^ low
  v[7] = ((f1 << 21) | (f0 >>> 11)) ^ g1
  low = (c0 + e0) | 0
  const h1 = (c1 + e1 + carry(c0, e0, low)) | 0
  v[2] = ((e0 << 17) | (e1 >>> 15)) ^ low
  v[3] = ((e1 << 17) | (e0 >>> 15)) ^ h1
  v[4] = h1
  v[5] = low
}

/** Whether the sum of two unsigned words is more than 32 bits hold, 0 or 1; `sum` is its low word. */
function carry(a: number, b: number, sum: number): number {
  return ((a & b) | ((a | b) & ~sum)) >>> 31
}
