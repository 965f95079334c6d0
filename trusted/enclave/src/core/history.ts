import { bytesOf, digest, DIGEST_BYTES, type Digest, type Head } from "@event-manager/protocol"

const CHUNK_LINKS = 4_096
const FIRST_LINKS = 4
/** The most bytes of links that are read at once. */
export const LINKS_BYTES_MAX = CHUNK_LINKS * DIGEST_BYTES

/** A computation's chain of links: one for each accepted event, under a key that only the enclave has. */
export class History {
  /** Links as bytes, outside the JavaScript heap. The first chunk starts small, since most histories are. */
  readonly #chunks: Uint8Array<ArrayBuffer>[] = []
  #length = 0
  #last: Digest | undefined

  get length(): number {
    return this.#length
  }

  /** The latest link; undefined before the first event. */
  get last(): Digest | undefined {
    return this.#last
  }

  /** Throws nothing; a history is asked for its head after its first event. */
  get head(): Head | undefined {
    return this.#last === undefined ? undefined : { length: this.#length, hash: this.#last }
  }

  /** The link at this position, from 1. */
  link(position: number): Digest | undefined {
    const bytes = this.links(position - 1, position)
    return bytes.length === 0 ? undefined : digest(bytes)
  }

  /** The links behind the first `from` up to the one at `to`, one after the other: of one chunk at most. */
  links(from: number, to: number): Uint8Array<ArrayBuffer> {
    const start = from % CHUNK_LINKS
    const end = Math.min(CHUNK_LINKS, start + Math.min(to, this.#length) - from)
    const chunk = from < 0 ? undefined : this.#chunks[Math.floor(from / CHUNK_LINKS)]
    return chunk?.slice(start * DIGEST_BYTES, end * DIGEST_BYTES) ?? new Uint8Array(0)
  }

  append(link: Digest): void {
    this.appendAll(bytesOf(link))
    this.#last = link
  }

  /** Appends links that stand one after the other. */
  appendAll(links: Uint8Array): void {
    for (let at = 0; at < links.length; at += DIGEST_BYTES) {
      const start = (this.#length % CHUNK_LINKS) * DIGEST_BYTES
      const chunk = this.#chunkAt(Math.floor(this.#length / CHUNK_LINKS), start)
      chunk.set(links.subarray(at, at + DIGEST_BYTES), start)
      this.#length += 1
    }
    this.#last = this.link(this.#length)
  }

  /** Whether this history was once at `head`. */
  contains(head: Head): boolean {
    return this.link(head.length) === head.hash
  }

  #chunkAt(index: number, start: number): Uint8Array<ArrayBuffer> {
    const known = this.#chunks[index]
    if (known !== undefined && start < known.length) return known
    const links = index === 0 ? Math.max(FIRST_LINKS, (2 * start) / DIGEST_BYTES) : CHUNK_LINKS
    const chunk = new Uint8Array(links * DIGEST_BYTES)
    chunk.set(known ?? [])
    this.#chunks[index] = chunk
    return chunk
  }
}
