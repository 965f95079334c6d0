/** Lets a bounded number in at once. */
export class Gate {
  readonly #max: number
  #inside = 0

  constructor(max: number) {
    this.#max = max
  }

  get inside(): number {
    return this.#inside
  }

  /** Whether there was room. Whoever got in must leave, once. */
  enter(): boolean {
    if (this.#inside >= this.#max) return false
    this.#inside += 1
    return true
  }

  leave(): void {
    this.#inside -= 1
  }
}
