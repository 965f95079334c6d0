import { InvariantError } from "@event-manager/protocol"

/** Everything that is left to chance in a run. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 to below 1: a Weyl sequence, mixed (Steele, Lea, Flood: Fast splittable pseudorandom number generators). */
  #next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    return mixed(this.#state) / 2 ** 32
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.#next() * end)
  }

  chance(probability: number): boolean {
    return this.#next() < probability
  }

  /** One of the list, which is not empty. */
  pick<T>(from: readonly T[]): T {
    const at = this.below(from.length)
    for (const [index, each] of from.entries()) if (index === at) return each
    throw new InvariantError("nothing to pick from")
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; at++) bytes[at] = this.below(256)
    return bytes
  }

  /** Dice that go their own way from here. */
  split(): Dice {
    return new Dice(this.below(2 ** 32))
  }
}

/** The seed of the run numbered `index` of those that follow from `seed`. */
export function seedOf(seed: number, index: number): number {
  return mixed(mixed(seed) ^ index)
}

/** The finalizer of MurmurHash3: every bit of what comes out depends on every bit of what went in. */
function mixed(number: number): number {
  let bits = number >>> 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
