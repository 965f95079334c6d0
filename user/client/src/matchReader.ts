import type { Match, Name, PackedMatches, PartyKey } from "@event-manager/protocol"
import type { Correspondence } from "./correspondence.ts"
import { refusedOr, type Refused } from "./dealings.ts"

/** Matches as one reply brought them. */
export interface MatchPage {
  readonly kind: "matches"
  readonly packed: PackedMatches
  /** The participants of a computation in the order in which `packed` numbers them; undefined for one that is gone. */
  participantsOf(computation: Name): readonly PartyKey[] | undefined
  /** The matches as objects, made as they are asked for. */
  matches(): Generator<Match>
  /** What to ask for next. */
  readonly next: number
}

/**
 * Reads matches. When it asks for what never depends on what matched: pages go on when matches have ended, and after
 * each page new computations are asked for, whether or not the page has one in it that is not known.
 */
export class MatchReader {
  readonly #correspondence: Correspondence
  readonly #participants = new Map<Name, readonly PartyKey[]>()
  #listed = 0
  #life = ""

  constructor(correspondence: Correspondence) {
    this.#correspondence = correspondence
  }

  /**
   * A full reading of matches numbered `from` and later; it has as many pages wherever it begins. Rejects with
   * TransportError, AttestationError.
   */
  async *pages(from = 0): AsyncGenerator<MatchPage | Refused> {
    let coming = this.page(from, 0)
    for (let page = 1; ; page++) {
      const read = await coming
      if (read.kind === "refused" || !read.more) {
        yield read
        return
      }
      // Asked for while this one is made use of. Whoever reads no further is not told how that went.
      coming = this.page(read.next, page)
      void coming.catch(() => undefined)
      yield read
    }
  }

  /** The page of this number in a reading, with matches numbered `after` and later. */
  async page(after: number, page: number): Promise<(MatchPage & { readonly more: boolean }) | Refused> {
    const { response, by } = await this.#correspondence.ask({ kind: "matches", after, page })
    if (response.kind !== "matches") return refusedOr(response, "matches")
    const refused = await this.#list(by.attested.statement.life.toHex())
    if (refused !== undefined) return refused
    const participantsOf = (computation: Name): readonly PartyKey[] | undefined => this.#participants.get(computation)
    const { matches: packed, next, more } = response
    return { kind: "matches", packed, participantsOf, matches: () => packed.matches(participantsOf), next, more }
  }

  /** Takes in the computations that were created since it was last called. */
  async #list(life: string): Promise<Refused | undefined> {
    // Another life may number them anew.
    if (life !== this.#life) this.#listed = 0
    this.#life = life
    for (let more = true; more;) {
      const { response } = await this.#correspondence.ask({ kind: "list", after: this.#listed })
      if (response.kind !== "listed") return refusedOr(response, "list")
      for (const { name, participants } of response.descriptors) this.#participants.set(name, participants)
      this.#listed = response.next
      more = response.more
    }
    return undefined
  }
}
