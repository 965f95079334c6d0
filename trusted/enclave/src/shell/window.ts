import { limits } from "@event-manager/protocol"

const SIZE = limits.sequenceWindow

/** Which sequence numbers of a session have been seen (RFC 6479 in spirit): each is accepted once. */
export class SequenceWindow {
  /** One bit for each of the last SIZE numbers, at its number modulo SIZE. */
  readonly #seen = new Uint32Array(SIZE / 32)
  #highest = -1

  /** Whether `sequence` has been seen, or is so far behind that it may have been. */
  isSpent(sequence: number): boolean {
    if (sequence > this.#highest) return false
    if (sequence <= this.#highest - SIZE) return true
    return (this.#word(sequence) & bit(sequence)) !== 0
  }

  /** Marks an unspent number. Only after its mail was authenticated: a forged number would push others out. */
  spend(sequence: number): void {
    // What the window moves over for the first time has not been seen.
    const first = Math.max(this.#highest + 1, sequence - SIZE + 1)
    for (let each = first; each <= sequence; each++) this.#seen[slot(each)] = this.#word(each) & ~bit(each)
    this.#seen[slot(sequence)] = this.#word(sequence) | bit(sequence)
    this.#highest = Math.max(this.#highest, sequence)
  }

  #word(sequence: number): number {
    return this.#seen[slot(sequence)] ?? 0
  }
}

function slot(sequence: number): number {
  return Math.floor((sequence % SIZE) / 32)
}

function bit(sequence: number): number {
  return 1 << (sequence % 32)
}
