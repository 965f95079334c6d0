import { explainRefusal, type Descriptor, type EventManager, type MatchPage, type Refused } from "@event-manager/client"
import type { Context } from "../context.ts"
import type { Report } from "../report.ts"
import type { Cursor } from "./cursor.ts"
import type { Count } from "./formats.ts"

/** The enclave has begun another life, and numbers matches anew. */
export const LIFE_ENDED = "LIFE_ENDED"

/** Reads matches from the cursor on, as long as one life of the enclave tells them. */
export async function* readMatches(
  manager: EventManager,
  since: Cursor | undefined,
): AsyncGenerator<MatchPage | Refused | typeof LIFE_ENDED> {
  let life = since?.life
  for await (const page of manager.matchPages(since?.next)) {
    life ??= manager.life
    const hasEnded = !manager.life.startsWith(life)
    yield hasEnded ? LIFE_ENDED : page
    if (hasEnded) return
  }
}

/** What to say where a life has ended. */
export function lifeEndedReport(since: Cursor | undefined): Report {
  const what =
    since === undefined
      ? "the enclave was restarted while its matches were read, and numbers them anew: ask again"
      : "the enclave was restarted since it told this cursor, and numbers its matches anew: ask without --since"
  return { code: LIFE_ENDED, message: what, lines: [], data: {}, isFailure: true }
}

/** Computations that tell a participant how many of its keys have matched, and no more. */
export class CountedComputations {
  readonly #context: Context
  readonly #computations: readonly Descriptor[]
  readonly #latest = new Map<string, number>()

  private constructor(context: Context, computations: readonly Descriptor[]) {
    this.#context = context
    this.#computations = computations
  }

  static async list(context: Context): Promise<CountedComputations | Refused> {
    const listed = await context.manager().list()
    if ("kind" in listed) return listed
    return new CountedComputations(
      context,
      listed.filter(({ matches }) => matches === "counted"),
    )
  }

  /** How many have matched, of each; what cannot be asked for is warned of. */
  async counts(): Promise<readonly Count[]> {
    const counts: Count[] = []
    for (const descriptor of this.#computations) {
      const reply = await this.#context.manager().matchCount(descriptor)
      if (reply.kind === "matchCount") counts.push({ computation: descriptor.name, keys: reply.keys })
      else this.#warn(descriptor, reply)
    }
    return counts
  }

  /** Those that are not what they were when this was last asked. */
  async changes(): Promise<readonly Count[]> {
    const changed = (await this.counts()).filter(({ computation, keys }) => this.#latest.get(computation) !== keys)
    for (const { computation, keys } of changed) this.#latest.set(computation, keys)
    return changed
  }

  #warn({ name: computation }: Descriptor, refused: Refused): void {
    const { identity, show, voice } = this.#context
    voice.warn(explainRefusal(refused, { computation, party: show(identity.party) }).message)
  }
}
