const CHUNK_NUMBERS = 16_384
const CHUNK_SHIFT = 14
const FIRST_NUMBERS = 8

/** Numbers of 32 bits in order, outside the JavaScript heap. */
export class Column {
  readonly #chunks: Int32Array[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  add(value: number): void {
    const chunk = this.#length >>> CHUNK_SHIFT
    const within = this.#length & (CHUNK_NUMBERS - 1)
    if (within === 0) this.#chunks.push(new Int32Array(chunk === 0 ? FIRST_NUMBERS : CHUNK_NUMBERS))
    else if (within === this.#chunks[chunk]?.length) this.#double(chunk)
    const last = this.#chunks[chunk]
    if (last !== undefined) last[within] = value
    this.#length += 1
  }

  /** Undefined beyond the end. */
  at(index: number): number | undefined {
    return index < this.#length ? this.#chunks[index >>> CHUNK_SHIFT]?.[index & (CHUNK_NUMBERS - 1)] : undefined
  }

  #double(chunk: number): void {
    const small = this.#chunks[chunk]
    if (small === undefined) return
    const large = new Int32Array(small.length * 2)
    large.set(small)
    this.#chunks[chunk] = large
  }
}
