import type { MatchWriter } from "@event-manager/protocol"

/** What one computation has told one participant, in order. */
export interface Told {
  /** How many submissions, gone ones included. */
  readonly length: number
  /** Writes those from `from` up to `to` that are there still, as far as there is room. */
  write(writer: MatchWriter, from: number, to: number): Written
}

export interface Written {
  /** One beyond the last that was written; where none was, as far as was read. */
  readonly end: number
  readonly isFull: boolean
  readonly count: number
}

/** Submissions that one computation told one after the other, without another's in between. */
interface Stretch {
  /** The number of the first. */
  readonly number: number
  readonly told: Told
  /** Where in `told` the first is. */
  readonly from: number
  count: number
}

/** The matched submissions that one participant has been told of, numbered in the order of telling, in this life. */
export class Inbox {
  #stretches: Stretch[] = []
  #next: number

  /** `first` is the number of the first match. */
  constructor(first = 0) {
    this.#next = first
  }

  get size(): number {
    return this.#stretches.reduce((sum, each) => sum + each.count, 0)
  }

  /** The number that the next match gets. */
  get next(): number {
    return this.#next
  }

  /** Adds the latest that a computation has told. */
  add(told: Told, count: number): void {
    const last = this.#stretches.at(-1)
    // Where later ones were forgotten, there is a gap between its numbers and the next.
    if (last?.told === told && last.number + last.count === this.#next) last.count += count
    else this.#stretches.push({ number: this.#next, told, from: told.length - count, count })
    this.#next += count
  }

  /** Writes matches numbered `after` and later, as many as there is room for. Returns the number to go on from. */
  read(after: number, writer: MatchWriter): number {
    let next = after
    for (let i = this.#firstFrom(after); i < this.#stretches.length; i++) {
      const stretch = this.#stretches[i]
      if (stretch === undefined) break
      const { number, told, from, count } = stretch
      const written = told.write(writer, from + Math.max(0, after - number), from + count)
      if (written.count > 0) next = number + written.end - from
      if (written.isFull) break
    }
    return next
  }

  /** Forgets what a computation has told; the numbers of the others stay. Returns how many were forgotten. */
  forget(told: Told): number {
    const before = this.size
    this.#stretches = this.#stretches.filter((each) => each.told !== told)
    return before - this.size
  }

  /** The index of the first stretch with a number from `number` on. */
  #firstFrom(number: number): number {
    let low = 0
    let high = this.#stretches.length
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const { number: first = 0, count = 0 } = this.#stretches[middle] ?? {}
      if (first + count <= number) low = middle + 1
      else high = middle
    }
    return low
  }
}
