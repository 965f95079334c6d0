/*
 * Open addressing with linear probing (Knuth, TAOCP volume 3, section 6.4, algorithm L). A slot is two words: the number
 * that it stands for plus one, and the hash that led to it. The table grows, shrinks and sheds what was removed by moving
 * to another one a few slots at a time, with each insertion and removal, so that no single one takes long.
 */
import { invariant } from "@event-manager/protocol"

const CHUNK_SLOTS = 32_768
const CHUNK_SHIFT = 15
const SLOTS_MIN = 8
const SLOT_WORDS = 2
const EMPTY = 0
const REMOVED = -1
/** Full enough to move, and when it has moved, empty enough to have done so before it is full again. */
const FILL_MAX = 0.7
const SLOTS_PER_STEP = 8

/** Which numbers hash to what. Whether a number is the one that is sought is for the caller to say. */
export class Table {
  #slots = new Slots(SLOTS_MIN)
  /** The table that is being moved from, from `#moved` on. */
  #old: Slots | undefined
  #moved = 0
  #count = 0

  get count(): number {
    return this.#count
  }

  /** How many 32-bit words are held. */
  get words(): number {
    return (this.#slots.size + (this.#old?.size ?? 0)) * SLOT_WORDS
  }

  /** Seeks among the numbers of this hash, from the first on: `is` says which it is. Undefined where there is none. */
  find(hash: number, is: (number: number) => boolean): number | undefined {
    return this.#slots.find(hash, is) ?? this.#old?.find(hash, is)
  }

  /** Adds a number that is not there. */
  insert(hash: number, number: number): void {
    this.#slots.insert(hash, number)
    this.#count += 1
    this.#step()
  }

  /** Removes a number that is there. */
  remove(hash: number, number: number): void {
    const removed = this.#slots.remove(hash, number)
    const removedOld = this.#old?.remove(hash, number) ?? false
    invariant(removed || removedOld, "what is removed from the index is there")
    this.#count -= 1
    this.#step()
  }

  #step(): void {
    if (this.#old === undefined) {
      if (this.#slots.used < this.#slots.size * FILL_MAX && !isSparse(this.#count, this.#slots.size)) return
      this.#old = this.#slots
      this.#moved = 0
      this.#slots = new Slots(sizeFor(this.#count, this.#old.size))
    }
    const end = Math.min(this.#moved + SLOTS_PER_STEP, this.#old.size)
    for (; this.#moved < end; this.#moved++) this.#old.copy(this.#moved, this.#slots)
    if (end === this.#old.size) this.#old = undefined
  }
}

/** How many slots a table gets that moves with so many numbers from one of `size` slots. */
function sizeFor(count: number, size: number): number {
  if (count > size * (FILL_MAX / 2)) return size * 2
  return isSparse(count, size) ? size / 2 : size
}

function isSparse(count: number, size: number): boolean {
  return count < size * (FILL_MAX / 8) && size > SLOTS_MIN
}

class Slots {
  /** A power of two. */
  readonly size: number
  /** Slots that are not empty, what was removed included. */
  used = 0
  readonly #mask: number
  /** Each is made when it is first written to: all at once would take long. */
  readonly #chunks: (Int32Array | undefined)[] = []

  constructor(size: number) {
    this.size = size
    this.#mask = size - 1
  }

  find(hash: number, is: (number: number) => boolean): number | undefined {
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const chunk = this.#chunk(slot)
      const at = within(slot)
      const value = chunk[at] ?? EMPTY
      if (value === EMPTY) return undefined
      if (value !== REMOVED && chunk[at + 1] === hash && is(value - 1)) return value - 1
    }
  }

  insert(hash: number, number: number): void {
    let slot = hash & this.#mask
    while (this.#value(slot) !== EMPTY) slot = (slot + 1) & this.#mask
    const chunk = this.#open(slot >>> CHUNK_SHIFT)
    chunk[within(slot)] = number + 1
    chunk[within(slot) + 1] = hash
    this.used += 1
    invariant(this.used < this.size, "an index always has an empty slot")
  }

  remove(hash: number, number: number): boolean {
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const value = this.#value(slot)
      if (value === EMPTY) return false
      if (value !== number + 1) continue
      this.#chunk(slot)[within(slot)] = REMOVED
      return true
    }
  }

  copy(slot: number, to: Slots): void {
    const value = this.#value(slot)
    if (value !== EMPTY && value !== REMOVED) to.insert(this.#chunk(slot)[within(slot) + 1] ?? 0, value - 1)
  }

  #value(slot: number): number {
    return this.#chunk(slot)[within(slot)] ?? EMPTY
  }

  #open(index: number): Int32Array {
    const known = this.#chunks[index]
    if (known !== undefined) return known
    const chunk = new Int32Array(Math.min(this.size, CHUNK_SLOTS) * SLOT_WORDS)
    this.#chunks[index] = chunk
    return chunk
  }

  #chunk(slot: number): Int32Array {
    return this.#chunks[slot >>> CHUNK_SHIFT] ?? NO_SLOTS
  }
}

const NO_SLOTS = new Int32Array(0)

function within(slot: number): number {
  return (slot & (CHUNK_SLOTS - 1)) * SLOT_WORDS
}
