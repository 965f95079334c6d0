import { invariant } from "@event-manager/protocol"

/** Records in a chunk: none is larger than a few hundred KiB, so that making one stops nobody. */
const CHUNK_RECORDS = 16_384
const CHUNK_SHIFT = 14
const FIRST_RECORDS = 8
/**
 * What a word of a record holds that points to nothing, and each word of one that is gone. Words are signed, since V8
 * keeps a number of 32 bits without an object of its own only where it is.
 */
export const NONE = -1

/**
 * Records of a few 32-bit words each, numbered from 0, outside the JavaScript heap. A chunk whose records have all gone
 * is given back; numbers are not used again.
 */
export class Records {
  readonly #width: number
  readonly #gone: Int32Array
  readonly #chunks: Int32Array[] = []
  /** How many records of each chunk are there. */
  readonly #live: number[] = []
  #length = 0

  constructor(width: number) {
    this.#width = width
    this.#gone = goneChunk(width)
  }

  /** One more than the highest number in use so far. */
  get length(): number {
    return this.#length
  }

  /** How many 32-bit words are held. */
  get words(): number {
    return this.#chunks.reduce((sum, chunk) => sum + (chunk === this.#gone ? 0 : chunk.length), 0)
  }

  /** Adds a record of zeros. Returns its number. */
  add(): number {
    const number = this.#length
    const chunk = number >>> CHUNK_SHIFT
    const within = number & (CHUNK_RECORDS - 1)
    if (within === 0) this.#open(chunk)
    else if (within * this.#width === this.#chunks[chunk]?.length) this.#double(chunk)
    this.#live[chunk] = (this.#live[chunk] ?? 0) + 1
    this.#length = number + 1
    return number
  }

  get(number: number, word: number): number {
    return this.#chunks[number >>> CHUNK_SHIFT]?.[(number & (CHUNK_RECORDS - 1)) * this.#width + word] ?? NONE
  }

  set(number: number, word: number, value: number): void {
    const chunk = this.#chunks[number >>> CHUNK_SHIFT]
    if (chunk !== undefined) chunk[(number & (CHUNK_RECORDS - 1)) * this.#width + word] = value
  }

  /** The record goes: its words are NONE from here on. */
  remove(number: number): void {
    const chunk = number >>> CHUNK_SHIFT
    for (let word = 0; word < this.#width; word++) this.set(number, word, NONE)
    const left = (this.#live[chunk] ?? 0) - 1
    invariant(left >= 0, "a record goes once")
    this.#live[chunk] = left
    // The last chunk is still being filled.
    if (left === 0 && chunk < (this.#length - 1) >>> CHUNK_SHIFT) this.#chunks[chunk] = this.#gone
  }

  #open(chunk: number): void {
    const before = this.#live[chunk - 1]
    if (before === 0) this.#chunks[chunk - 1] = this.#gone
    // The first chunk starts small, since most computations are.
    this.#chunks.push(new Int32Array((chunk === 0 ? FIRST_RECORDS : CHUNK_RECORDS) * this.#width))
    this.#live.push(0)
  }

  #double(chunk: number): void {
    const small = this.#chunks[chunk] ?? this.#gone
    const large = new Int32Array(small.length * 2)
    large.set(small)
    this.#chunks[chunk] = large
  }
}

const goneByWidth = new Map<number, Int32Array>()

/** One chunk for all that are gone. */
function goneChunk(width: number): Int32Array {
  const known = goneByWidth.get(width)
  if (known !== undefined) return known
  const gone = new Int32Array(CHUNK_RECORDS * width).fill(NONE)
  goneByWidth.set(width, gone)
  return gone
}
