import type { Digest, Head } from "@event-manager/protocol"

/** A computation's chain of links: one for each accepted event, under a key that only the enclave has. */
export class History {
  readonly #links: Digest[] = []

  get length(): number {
    return this.#links.length
  }

  /** The latest link; undefined before the first event. */
  get last(): Digest | undefined {
    return this.#links.at(-1)
  }

  /** Throws nothing; a history is asked for its head after its first event. */
  get head(): Head | undefined {
    const hash = this.last
    return hash === undefined ? undefined : { length: this.length, hash }
  }

  /** The link at this position, from 1. */
  link(position: number): Digest | undefined {
    return this.#links[position - 1]
  }

  append(link: Digest): void {
    this.#links.push(link)
  }

  /** Whether this history was once at `head`. */
  contains(head: Head): boolean {
    return this.#links[head.length - 1] === head.hash
  }
}
