import { count } from "./tally.ts"
import type { Fault } from "./plan.ts"
import type { Host } from "./host.ts"
import type { Replica } from "./replica.ts"
import { copyOf, damagedCopy, emptyVersion, type Version } from "./version.ts"
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
    for (const [fault, act] of this.#acts) {
      if (this.#world.strikes(fault)) await act()
    }
  }

  readonly #acts: readonly (readonly [Fault, () => void | Promise<void>])[] = [
    ["restarted", () => this.#host.startAgain(this.#replica())],
    ["rewound", () => this.#rewind()],
    ["forked", () => this.#fork()],
    ["rerouted", () => this.#host.reroute(this.#world.dice.pick(this.#clients), this.#replica())],
    ["damaged", () => this.#damage()],
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
    const fork = this.#host.add(copyOf(from))
    for (const client of this.#clients) if (dice.chance(0.5)) this.#host.reroute(client, fork)
  }

  async #damage(): Promise<void> {
    const replica = this.#replica()
    const damaged = await damagedCopy(replica.version, this.#world.dice)
    if (damaged !== undefined) replica.start(damaged, true)
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
