/** Something that waits to happen, and whose process must live for it to do so. */
export interface Gate {
  readonly owner: object
  readonly what: string
  readonly open: () => void
}

/**
 * What any party waits for stands here until the run picks it: one at a time, in an order that the seed alone decides.
 * What a process waits for when it dies never happens.
 */
export class Scheduler {
  readonly gates: Gate[] = []
  readonly #dead = new WeakSet()

  /** Resolves when the run picks it. */
  pass(owner: object, what: string): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#dead.has(owner)) this.gates.push({ owner, what, open: resolve })
    })
  }

  /** Ends a process: nothing that it waits for will happen. */
  end(owner: object): void {
    this.#dead.add(owner)
    for (let at = this.gates.length - 1; at >= 0; at--) {
      if (this.gates[at]?.owner === owner) this.gates.splice(at, 1)
    }
  }

  isEnded(owner: object): boolean {
    return this.#dead.has(owner)
  }

  /** Opens the gate numbered `at`, and says which it was. */
  open(at: number): string {
    const [gate] = this.gates.splice(at, 1)
    gate?.open()
    return gate?.what ?? "nothing"
  }
}

/** For ever: what a process that has died waits for. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined)
}
