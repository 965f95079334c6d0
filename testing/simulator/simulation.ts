/*
 * One run: a group, a host and its enclaves, all from one seed. Loaded through `variant.ts`, which decides what is real
 * (`main.ts` says what, and why).
 */
import { name, type Name, type PartyKey } from "@event-manager/protocol"
import type { Seen } from "./alarms.ts"
import { Claims } from "./claims.ts"
import { Dice } from "./dice.ts"
import { finish } from "./finish.ts"
import { Host } from "./host.ts"
import { drawn, resetSecrets } from "./ideal/secrets.ts"
import { Mischief } from "./mischief.ts"
import { Model } from "./model.ts"
import { Network } from "./network.ts"
import { Participant, type Action, type Book } from "./participant.ts"
import { planOf, type Plan } from "./plan.ts"
import { Register } from "./register.ts"
import { Scheduler } from "./scheduler.ts"
import { newTally, type Tally } from "./tally.ts"
import { watched } from "./watch/observer.ts"
import { Trace, World } from "./world.ts"

/** What is random in clients. */
export const drawnIn = drawn

export interface Outcome {
  readonly plan: Plan
  /** What did not hold; empty where all did. */
  readonly violations: readonly string[]
  readonly steps: number
  readonly trace: readonly string[]
  readonly digest: string
  readonly tally: Tally
}

export interface RunOptions {
  /** Resolves when nothing can go on until the run lets something happen. */
  readonly settled: () => Promise<void>
  /** Whether every byte follows from the seed, so that the trace holds them all. */
  readonly isToTheByte: boolean
  /** What a run is like, in place of what its seed says. */
  readonly change?: (plan: Plan) => Plan
}

const actionsOnNumbers: readonly Action[] = ["submit", "submit", "submit", "result", "result", "result", "describe"]
const actionsOnKeys: readonly Action[] = [
  "submit",
  "submitMany",
  "submitMany",
  "retire",
  "matches",
  "matches",
  "describe",
]
const SETUP_STEPS_MAX = 2_000
const DRAIN_STEPS_MAX = 3_000
/** Of a slow hash: what takes more turns than one lets another request go on by several. */
const BYTES_HASHED_A_TURN = 100

export async function run(seed: number, options: RunOptions): Promise<Outcome> {
  const simulation = new Simulation(seed, options)
  watched.observer = simulation.world.model
  try {
    return await simulation.run()
  } finally {
    watched.observer = undefined
  }
}

/** The state of one run. */
export class Simulation {
  readonly world: World
  readonly host: Host
  readonly participants: readonly Participant[]
  readonly computations: readonly Name[]
  readonly #mischief: Mischief
  readonly #book: Book = { descriptors: new Map(), terms: new Map(), submissions: 0 }
  readonly #claims: Claims
  readonly #settled: () => Promise<void>
  #steps = 0
  /** The step from which on they ask for results. */
  #patientUntil = 0

  constructor(seed: number, { settled, isToTheByte, change = (plan) => plan }: RunOptions) {
    const dice = new Dice(seed)
    resetSecrets(dice.below(2 ** 32))
    const plan = change(planOf(dice))
    const model = new Model(plan.isHostHonest)
    const scheduler = new Scheduler()
    const tally = newTally()
    this.#settled = settled
    this.world = new World({ dice, plan, scheduler, model, tally, trace: new Trace(isToTheByte) })
    const register = plan.isAnchored ? new Register(scheduler) : undefined
    this.host = new Host(this.world, { sealingKey: dice.bytes(32), register })
    const network = new Network(this.world, this.host)
    this.#claims = new Claims(model, plan, tally)
    this.participants = this.#people(network)
    this.computations = plan.shapes.map((_shape, index) => name(`C${index}`))
    this.#mischief = new Mischief(
      this.world,
      this.host,
      network,
      this.participants.map((each) => each.name),
    )
    model.pause = (length) => (plan.isConcurrent && this.world.strikes("hashSlow") ? this.#hashing(length) : undefined)
    const nothing: Seen = { head: undefined, hasGrown: false }
    model.seenBy = (party, terms) => this.#person(party)?.seen(terms) ?? nothing
  }

  async run(): Promise<Outcome> {
    const { world } = this
    const { plan, model, trace, tally } = world
    trace.note(JSON.stringify(plan))
    await this.#setUp()
    world.isCalm = false
    this.#patientUntil = this.#steps + plan.patience
    const end = this.#steps + plan.stepsMax
    while (this.#steps < end && this.#isSound()) await this.#anyStep()
    world.isCalm = true
    await this.settle(DRAIN_STEPS_MAX)
    if (plan.isHostHonest && this.#isSound()) await finish(this)
    const { violations } = model
    return { plan, violations, steps: this.#steps, trace: trace.lines, digest: trace.digest(), tally }
  }

  /** Lets happen what waits, in any order, until nothing does. */
  async settle(stepsMax: number): Promise<void> {
    await this.#step()
    for (let left = stepsMax; left > 0 && this.world.scheduler.gates.length > 0 && this.#isSound(); left--) {
      await this.#openAny()
    }
  }

  /** What a participant asks for in the end. */
  lastOf(computation: Name): "matches" | "result" {
    return this.world.plan.shapes[this.computations.indexOf(computation)]?.type === "key" ? "matches" : "result"
  }

  async #hashing(length: number): Promise<void> {
    const { dice, scheduler, model } = this.world
    const turnsMax = Math.ceil(length / BYTES_HASHED_A_TURN)
    for (let turns = 1 + dice.below(turnsMax); turns > 0; turns--) await scheduler.pass(model, "hashes")
  }

  #isSound(): boolean {
    return this.world.model.violations.length === 0
  }

  #people(network: Network): Participant[] {
    const { participants, colluders, hasOutsider } = this.world.plan
    return Array.from({ length: participants + Number(hasOutsider) }, (_, at) => {
      const character = at === participants ? "outsider" : at >= participants - colluders ? "colluder" : "honest"
      return new Participant(this.world, network, this.#claims, this.#book, { name: `P${at}`, character })
    })
  }

  /** All computations are made, and everybody knows the enclave. */
  async #setUp(): Promise<void> {
    await this.settle(SETUP_STEPS_MAX)
    const members = this.participants.filter(({ character }) => character !== "outsider").map(({ party }) => party)
    for (const [at, shape] of this.world.plan.shapes.entries()) {
      const computation = this.computations[at]
      if (computation !== undefined) this.participants[0]?.create(computation, shape, members)
      await this.settle(SETUP_STEPS_MAX)
    }
    for (const { terms, descriptor } of this.world.model.chronicle.values()) {
      this.#book.descriptors.set(terms, descriptor)
      this.#book.terms.set(descriptor.name, terms)
      const shape = this.world.plan.shapes[this.computations.indexOf(descriptor.name)]
      if (shape !== undefined) this.#claims.about(terms, shape)
    }
    for (const computation of this.computations) {
      for (const participant of this.participants) participant.begin("describe", computation)
      await this.settle(SETUP_STEPS_MAX)
    }
  }

  async #anyStep(): Promise<void> {
    const { dice, scheduler } = this.world
    await this.#mischief.step()
    if (this.world.strikes("clientCrashed")) dice.pick(this.participants).crash()
    if (scheduler.gates.length === 0 || dice.chance(0.15)) this.#beginAny()
    await this.#openAny()
  }

  #beginAny(): void {
    const { dice, plan } = this.world
    const participant = dice.pick(this.participants)
    if (participant.isAlarmed && dice.chance(0.7)) return
    const isFree = participant.running.length < (plan.isConcurrent ? 2 : 1)
    const computation = dice.pick(this.computations)
    const last = this.lastOf(computation)
    const action = dice.pick(last === "matches" ? actionsOnKeys : actionsOnNumbers)
    if (!isFree || !this.#mayBegin(participant, action, computation)) return
    participant.begin(action, computation)
    const isPair = plan.isConcurrent && participant.running.length < 2 && dice.chance(plan.pairs)
    if (isPair && this.#mayBegin(participant, last, computation)) participant.begin(last, computation)
  }

  #mayBegin(participant: Participant, action: Action, computation: Name): boolean {
    if (action === this.lastOf(computation) && this.#steps < this.#patientUntil) return false
    const { operationsMax } = this.world.plan
    if (action === "submit") return (participant.sent.get(computation)?.length ?? 0) < operationsMax
    // One at a time: two processes that share a pending batch would be two clients with one identity.
    if (action === "submitMany")
      return (participant.batches.get(computation) ?? 0) < operationsMax && !participant.running.includes(action)
    // Of two descriptions at once it could not be said which of them had to see what was seen between them.
    return action !== "describe" || !participant.running.includes(action)
  }

  async #openAny(): Promise<void> {
    const { dice, scheduler, trace } = this.world
    if (scheduler.gates.length > 0) trace.note(scheduler.open(dice.below(scheduler.gates.length)))
    await this.#step()
  }

  /** Everything goes on as far as it can; then whoever had to raise an alarm has. */
  async #step(): Promise<void> {
    this.#steps += 1
    await this.#settled()
    const { model, scheduler } = this.world
    const isComputing = scheduler.gates.some(({ owner }) => owner === model)
    model.alarms.check(
      (party) => this.#person(party)?.name ?? party,
      isComputing,
      (party) => this.#person(party)?.hasGrown ?? false,
    )
  }

  #person(party: PartyKey): Participant | undefined {
    return this.participants.find((each) => each.party === party)
  }
}
