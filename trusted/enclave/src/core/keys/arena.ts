import { copyBytes, invariant } from "@event-manager/protocol"

/** Texts stand at multiples of four bytes, so that 32 bits address 16 GiB. */
const UNIT_BYTES = 4
const CHUNK_BYTES = 1_048_576
const CHUNK_SHIFT = 18
const FIRST_BYTES = 1_024
const LENGTH_BYTES = 2
/** Below this much there is nothing worth giving back. */
const WASTE_BYTES_MIN = 2 * CHUNK_BYTES

/**
 * Texts of at most 64 KiB, outside the JavaScript heap, each behind its length. A chunk that holds no text any more is
 * given back; who holds the addresses can empty one by moving its texts (see `isSparse`).
 */
export class Arena {
  readonly #chunks: Uint8Array[] = []
  /** The bytes in use of each chunk. */
  readonly #live: number[] = []
  readonly #free: number[] = []
  #current = -1
  #used = CHUNK_BYTES
  #liveBytes = 0

  /** The bytes held. */
  get bytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  }

  /** Whether more than a third of what is held has gone, and is worth giving back. */
  get isWasteful(): boolean {
    const waste = (this.#chunks.length - this.#free.length) * CHUNK_BYTES - this.#liveBytes
    return waste > WASTE_BYTES_MIN && waste > this.#liveBytes / 2
  }

  /** Keeps the text in `from` from `start` up to `end`. Returns its address. */
  put(from: Uint8Array, start: number, end: number): number {
    const size = sizeOf(end - start)
    if (this.#used + size > CHUNK_BYTES) this.#open()
    else if (this.#used + size > this.#chunk(this.#current).length) this.#double(size)
    const at = this.#used
    const chunk = this.#chunk(this.#current)
    chunk[at] = (end - start) >>> 8
    chunk[at + 1] = end - start
    copyBytes(chunk, at + LENGTH_BYTES, from, start, end)
    this.#used += size
    this.#count(this.#current, size)
    return this.#current * 2 ** CHUNK_SHIFT + at / UNIT_BYTES
  }

  /** The text is not needed any more. */
  remove(address: number): void {
    const chunk = address >>> CHUNK_SHIFT
    const start = this.start(address)
    this.#count(chunk, -sizeOf(this.end(address) - start))
    // The length stays, and with it nothing of what was said.
    this.chunk(address).fill(0, start, this.end(address))
    if (this.#live[chunk] === 0 && chunk !== this.#current) this.#give(chunk)
  }

  /** Whether more than a quarter of the chunk that the text stands in has gone: where much is wasted, some are. */
  isSparse(address: number): boolean {
    const chunk = address >>> CHUNK_SHIFT
    return chunk !== this.#current && (this.#live[chunk] ?? 0) < CHUNK_BYTES * 0.75
  }

  /** The bytes that the text stands in, from `start` up to `end`. */
  chunk(address: number): Uint8Array {
    return this.#chunk(address >>> CHUNK_SHIFT)
  }

  start(address: number): number {
    return (address & (2 ** CHUNK_SHIFT - 1)) * UNIT_BYTES + LENGTH_BYTES
  }

  end(address: number): number {
    const start = this.start(address)
    const chunk = this.chunk(address)
    return start + (((chunk[start - 2] ?? 0) << 8) | (chunk[start - 1] ?? 0))
  }

  #chunk(index: number): Uint8Array {
    return this.#chunks[index] ?? EMPTY
  }

  #count(chunk: number, bytes: number): void {
    this.#live[chunk] = (this.#live[chunk] ?? 0) + bytes
    this.#liveBytes += bytes
  }

  #open(): void {
    const filled = this.#current
    // The first chunk starts small, since most computations are.
    const bytes = new Uint8Array(this.#chunks.length === 0 ? FIRST_BYTES : CHUNK_BYTES)
    this.#current = this.#free.pop() ?? this.#chunks.length
    this.#chunks[this.#current] = bytes
    this.#live[this.#current] = 0
    this.#used = 0
    if (filled >= 0 && this.#live[filled] === 0) this.#give(filled)
  }

  #double(size: number): void {
    const small = this.#chunk(this.#current)
    let length = small.length
    while (length < this.#used + size) length *= 2
    const large = new Uint8Array(length)
    large.set(small)
    this.#chunks[this.#current] = large
  }

  #give(chunk: number): void {
    invariant(chunk !== this.#current, "the chunk that is being filled stays")
    this.#chunks[chunk] = EMPTY
    this.#free.push(chunk)
  }
}

const EMPTY = new Uint8Array(0)

function sizeOf(length: number): number {
  return Math.ceil((LENGTH_BYTES + length) / UNIT_BYTES) * UNIT_BYTES
}
