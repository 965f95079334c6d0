import {
  CodedError,
  termsOf,
  TransportError,
  type Descriptor,
  type EventManager,
  type Match,
  type Name,
  type Transport,
} from "@event-manager/client"
import { describeFailure, describeRefusal, type Failure } from "./failure.ts"
import { pause } from "./pause.ts"
import type { About } from "./recorder.ts"

/** Every match told so far, and how their number grew while this page looked. */
export interface MatchesView {
  readonly matches: readonly Match[]
  /** For computations that tell only how many: by name. */
  readonly counts: ReadonlyMap<Name, number>
  /** Milliseconds since 1970, and how many there were by then: matches, and what was only counted. */
  readonly growth: readonly { readonly at: number; readonly matches: number }[]
  /** What `failure` is about, if it is about one computation. */
  readonly about: About | undefined
  /** Set while the host is not reached; the view stays as it was. */
  readonly failure: Failure | undefined
}

export interface FollowOptions {
  readonly manager: EventManager
  readonly transport: Transport
  readonly signal: AbortSignal
}

/** Asked at least this often, and after each wake-up: when it asks never depends on what it was told. */
const ASK_EVERY_MS = 30_000
const RECONNECT_MS = 2_000
const GROWTH_MAX = 1_000

/** The first item is all matches that there are, or why they cannot be had; ends with the signal. Never rejects. */
export async function* followMatches(options: FollowOptions): AsyncGenerator<MatchesView> {
  const { signal } = options
  const follower = new Follower(options.manager)
  const occasions = new Occasions(options)
  while (!signal.aborted) {
    yield await follower.read()
    await occasions.next()
  }
}

/** Reads each matched submission once, also where the enclave begins another life and numbers them anew. */
class Follower {
  readonly #manager: EventManager
  readonly #matches = new Map<string, Match>()
  readonly #counts = new Map<Name, number>()
  readonly #growth: { at: number; matches: number }[] = []
  #counted: readonly Descriptor[] | undefined
  #next = 0
  #life: string | undefined
  #about: About | undefined

  constructor(manager: EventManager) {
    this.#manager = manager
  }

  async read(): Promise<MatchesView> {
    this.#about = undefined
    try {
      const failure = (await this.#readMatches()) ?? (await this.#readCounts())
      this.#grow()
      return this.#view(failure)
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
      return this.#view(describeFailure(error))
    }
  }

  async #readMatches(): Promise<Failure | undefined> {
    if (this.#life === undefined) return this.#readAll()
    const page = await this.#manager.nextMatches(this.#next)
    if (page.kind === "refused") return describeRefusal(page)
    if (this.#manager.life !== this.#life) return this.#readAll()
    this.#take(page)
    return undefined
  }

  async #readAll(): Promise<Failure | undefined> {
    for await (const page of this.#manager.matchPages()) {
      if (page.kind === "refused") return describeRefusal(page)
      this.#take(page)
    }
    this.#life = this.#manager.life
    return undefined
  }

  #take(page: { matches(): Iterable<Match>; readonly next: number }): void {
    for (const match of page.matches()) this.#matches.set(`${match.computation} ${match.position}`, match)
    this.#next = page.next
  }

  async #readCounts(): Promise<Failure | undefined> {
    if (this.#counted === undefined) {
      const listed = await this.#manager.list()
      if ("kind" in listed) return describeRefusal(listed)
      this.#counted = listed.filter(({ matches }) => matches === "counted")
    }
    for (const descriptor of this.#counted) {
      this.#about = { computation: descriptor.name, terms: await termsOf(descriptor) }
      const reply = await this.#manager.matchCount(descriptor)
      if (reply.kind === "matchCount") this.#counts.set(descriptor.name, reply.keys)
    }
    this.#about = undefined
    return undefined
  }

  #grow(): void {
    const matches = this.#counts.values().reduce((sum, count) => sum + count, this.#matches.size)
    if (this.#growth.at(-1)?.matches === matches) return
    this.#growth.push({ at: Date.now(), matches })
    if (this.#growth.length > GROWTH_MAX) this.#growth.shift()
  }

  #view(failure: Failure | undefined): MatchesView {
    const [counts, growth] = [new Map(this.#counts), [...this.#growth]]
    return { matches: [...this.#matches.values()], counts, growth, failure, about: this.#about }
  }
}

/** Wake-ups, and spans without one. Lost connections are made again. */
class Occasions {
  readonly #options: FollowOptions
  #stream: AsyncGenerator<void> | undefined
  #pending: Promise<IteratorResult<void>> | undefined

  constructor(options: FollowOptions) {
    this.#options = options
  }

  /** Resolves at the next wake-up, after a span without one, or with the signal. */
  async next(): Promise<void> {
    const { transport, signal } = this.#options
    this.#stream ??= transport.wakeUps(signal)
    this.#pending ??= this.#stream.next()
    const timer = new AbortController()
    try {
      const span = pause(ASK_EVERY_MS, AbortSignal.any([signal, timer.signal]))
      const woken = await Promise.race([this.#pending, span])
      if (woken === undefined) return
      if (woken.done === true) throw new TransportError("HOST_UNREACHABLE", "the host closed its wake-ups")
      this.#pending = undefined
    } catch {
      // Asking again says what is wrong, if something still is.
      this.#stream = undefined
      this.#pending = undefined
      await pause(RECONNECT_MS, signal)
    } finally {
      timer.abort()
    }
  }
}
