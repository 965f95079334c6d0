import type { Match, Name } from "@event-manager/protocol"

/** The matched submissions that one participant has been told of, numbered in the order of telling, in this life. */
export class Inbox {
  #told: { readonly number: number; readonly match: Match }[] = []
  #next: number

  /** `first` is the number of the first match. */
  constructor(first = 0) {
    this.#next = first
  }

  get size(): number {
    return this.#told.length
  }

  /** The number that the next match gets. */
  get next(): number {
    return this.#next
  }

  add(matches: readonly Match[]): void {
    for (const match of matches) {
      this.#told.push({ number: this.#next, match })
      this.#next += 1
    }
  }

  /** At most `most` matches numbered `after` and later, and the number to go on from. */
  read(after: number, most: number): { matches: readonly Match[]; next: number } {
    const start = this.#firstFrom(after)
    const slice = this.#told.slice(start, start + most)
    const last = slice.at(-1)
    return {
      matches: slice.map((each) => each.match),
      next: last === undefined ? after : last.number + 1,
    }
  }

  /** Forgets a computation's matches; the numbers of the others stay. Returns how many were forgotten. */
  forget(computation: Name): number {
    const before = this.#told.length
    this.#told = this.#told.filter((each) => each.match.computation !== computation)
    return before - this.#told.length
  }

  #firstFrom(number: number): number {
    let low = 0
    let high = this.#told.length
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.#told[middle]?.number ?? 0) < number) low = middle + 1
      else high = middle
    }
    return low
  }
}
