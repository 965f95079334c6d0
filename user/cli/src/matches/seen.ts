import type { Match, Name } from "@event-manager/client"

const BITS = 32
const WORDS_FIRST = 32

/** Which submissions have been shown: a bit for each, so that one may follow for as long as one likes. */
export class Seen {
  readonly #words = new Map<Name, Uint32Array>()

  /** Whether it was not seen before; from now on it is. */
  add({ computation, position }: Pick<Match, "computation" | "position">): boolean {
    const at = Math.floor(position / BITS)
    const words = this.#wordsOf(computation, at)
    const before = words[at] ?? 0
    const after = (before | (1 << (position % BITS))) >>> 0
    words[at] = after
    return after !== before
  }

  #wordsOf(computation: Name, at: number): Uint32Array {
    const words = this.#words.get(computation) ?? new Uint32Array(WORDS_FIRST)
    const room = at < words.length ? words : grown(words, at)
    this.#words.set(computation, room)
    return room
  }
}

function grown(words: Uint32Array, at: number): Uint32Array {
  const larger = new Uint32Array(Math.max(at + 1, words.length * 2))
  larger.set(words)
  return larger
}
