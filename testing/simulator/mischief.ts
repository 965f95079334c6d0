import { count } from "./tally.ts"
import type { Fault } from "./plan.ts"
import type { Host } from "./host.ts"
import type { Replica } from "./replica.ts"
import { copyOf, damagedCopy, emptyVersion, splicedCopy, type Version } from "./version.ts"
import type { Network } from "./network.ts"
import type { World } from "./world.ts"

const REPLICAS_MAX = 3
const CLOCK_TURN_MS = 600_000

/** What the host does of its own accord, at a step: fail, or cheat. */
export class Mischief {
  readonly #world: World
  readonly #host: Host
  readonly #network: Network
  readonly #clients: readonly string[]
  /** Whether the next record that is stored and not yet acknowledged shall be kept aside. */
  #isWithholding = false
  #withheld: Version | undefined

  constructor(world: World, host: Host, network: Network, clients: readonly string[]) {
    this.#world = world
    this.#host = host
    this.#network = network
    this.#clients = clients
  }

  /** Does what the dice say. */
  async step(): Promise<void> {
    if (this.#isWithholding) this.#withhold()
    for (const [fault, act, isPossible] of this.#acts) {
      if ((isPossible?.() ?? true) && this.#world.strikes(fault)) await act()
    }
  }

  readonly #acts: readonly (readonly [Fault, () => void | Promise<void>, (() => boolean)?])[] = [
    ["restarted", () => this.#host.startAgain(this.#replica())],
    ["rewound", () => this.#rewind()],
    ["forked", () => this.#fork()],
    ["split", () => this.#split(), () => this.#host.replicas.length === 1],
    ["rerouted", () => this.#host.reroute(this.#world.dice.pick(this.#clients), this.#replica())],
    ["damaged", () => this.#damage()],
    ["spliced", () => this.#splice()],
    ["withheld", () => this.#withholdOrPresent()],
    ["emptied", () => this.#replica().start(emptyVersion())],
    ["replayed", () => this.#network.replay(this.#replica())],
    ["clockTurned", () => this.#turnClock()],
  ]

  #replica(): Replica {
    return this.#world.dice.pick(this.#host.replicas)
  }

  #rewind(): void {
    const { versions } = this.#host
    if (versions.length > 0) this.#replica().start(copyOf(this.#world.dice.pick(versions)))
  }

  #fork(): void {
    const { dice } = this.#world
    const { replicas, versions } = this.#host
    if (replicas.length >= REPLICAS_MAX) return this.#host.drop(this.#replica())
    const from = dice.chance(0.5) || versions.length === 0 ? this.#replica().version : dice.pick(versions)
    this.#showHalf(this.#host.add(copyOf(from)))
  }

  /** Two enclaves go on from what is stored now, and stay. */
  #split(): void {
    this.#showHalf(this.#host.add(copyOf(this.#replica().version)))
  }

  #showHalf(replica: Replica): void {
    for (const client of this.#clients) if (this.#world.dice.chance(0.5)) this.#host.reroute(client, replica)
  }

  async #damage(): Promise<void> {
    const replica = this.#replica()
    const damaged = await damagedCopy(replica.version, this.#world.dice)
    if (damaged !== undefined) replica.start(damaged, true)
  }

  /** Presents the records of one state, with one in place that another state has there. */
  async #splice(): Promise<void> {
    const { dice } = this.#world
    const replica = this.#replica()
    const { versions } = this.#host
    const start = dice.below(versions.length + 1)
    for (const other of [...versions.slice(start), ...versions.slice(0, start)]) {
      const spliced = await splicedCopy(replica.version, other, dice)
      if (spliced !== undefined) return replica.start(spliced, true)
    }
  }

  /** First keeps a record aside that nobody was told of; later presents it in place of the one that followed it. */
  #withholdOrPresent(): void {
    if (this.#withheld === undefined) {
      this.#isWithholding = true
      return
    }
    if (!this.#host.isFresh(this.#withheld)) count(this.#world.tally, "withheld records presented after others")
    this.#replica().start(copyOf(this.#withheld))
    this.#withheld = undefined
  }

  #withhold(): void {
    for (const replica of this.#host.replicas) {
      const { chain } = replica.version
      const before = this.#host.versions.findLast(
        (each) => each.chain.length === chain.length - 1 && isBefore(each.chain, chain),
      )
      if (before === undefined || !this.#host.isFresh(before) || !this.#host.isFresh(replica.version)) continue
      this.#withheld = replica.version
      this.#isWithholding = false
      replica.start(copyOf(before))
      return
    }
  }

  #turnClock(): void {
    this.#world.clockMs += (this.#world.dice.chance(0.5) ? 1 : -1) * this.#world.dice.below(CLOCK_TURN_MS)
  }
}

function isBefore(chain: readonly string[], later: readonly string[]): boolean {
  return chain.every((hash, at) => later[at] === hash)
}
