import {
  AttestationError,
  EventManager,
  HistoryError,
  packKeys,
  parseConstraint,
  readSubmission,
  TransportError,
  type Batch,
  type Identity,
  type Match,
} from "@event-manager/client"
import type { Descriptor, Digest, Name, PartyKey, Result } from "@event-manager/protocol"
import { signerFromSeed } from "../../trusted/enclave/src/shell/ed25519.ts"
import type { Claims, Sent } from "./claims.ts"
import { CarelessMemory, FaithfulMemory, type Process } from "./memoryOf.ts"
import type { Seen } from "./alarms.ts"
import type { Network } from "./network.ts"
import type { Shape } from "./plan.ts"
import { count } from "./tally.ts"
import type { World } from "./world.ts"

/** What all participants of a run know of its computations. */
export interface Book {
  readonly descriptors: Map<Digest, Descriptor>
  readonly terms: Map<Name, Digest>
  /** The powers of two given away so far: one for each submission. */
  submissions: number
}

export type Character = "honest" | "colluder" | "outsider"
export type Action = "submit" | "submitMany" | "retire" | "result" | "describe" | "matches"

const constraint = parseConstraint(`S:${"0".repeat(64)} PROD:1 SEC:INSECURE`)
const CLIENT_SECONDS = 1_800_000_000
const KEYS = ["apple", "plum"] as const
const KEYS_A_BATCH_MAX = 3

/** Somebody with an identity, a memory, and one client at a time. */
export class Participant {
  readonly name: string
  readonly character: Character
  readonly party: PartyKey
  readonly memory: FaithfulMemory | CarelessMemory
  readonly answers = new Map<Name, Result>()
  readonly matches = new Map<Name, readonly Match[]>()
  readonly sent = new Map<Name, Sent[]>()
  /** How many batches were begun, and the one whose fate is not known: it is kept, and sent again as it was. */
  readonly batches = new Map<Name, number>()
  readonly #pending = new Map<Name, Batch>()
  /** What is under way in the present process. */
  running: Action[] = []
  isAlarmed = false
  readonly #world: World
  readonly #network: Network
  readonly #claims: Claims
  readonly #book: Book
  readonly #identity: Identity
  #growthAtDescribe = 0
  #process: Process
  #manager: EventManager

  constructor(world: World, network: Network, claims: Claims, book: Book, who: { name: string; character: Character }) {
    this.#world = world
    this.#network = network
    this.#claims = claims
    this.#book = book
    this.name = who.name
    this.character = who.character
    const signer = signerFromSeed(world.dice.bytes(32))
    this.party = signer.publicKey
    const sign = async (data: Uint8Array): Promise<Uint8Array<ArrayBuffer>> => {
      if (who.character === "honest") claims.signed(signer.publicKey, data)
      return signer.sign(data)
    }
    this.#identity = { party: this.party, sign }
    this.memory = who.character === "honest" ? new FaithfulMemory(world) : new CarelessMemory(book.descriptors)
    this.#process = this.#newProcess()
    this.#manager = this.#newManager()
    if (who.character === "honest") world.model.alarms.reset(this.party)
  }

  /** The process ends, wherever it is; what was remembered stays. */
  crash(): void {
    this.#world.trace.note(`${this.name} crashes`)
    this.#world.scheduler.end(this.#process.token)
    this.running = []
    if (this.character === "honest") this.#world.model.alarms.reset(this.party)
    this.#process = this.#newProcess()
    this.#manager = this.#newManager()
  }

  create(computation: Name, shape: Shape, participants: readonly PartyKey[]): void {
    const created = this.#manager.create({ computation, ...shape, participants, expiresAt: undefined })
    created.catch((error: unknown) => this.#world.model.violated(`nothing was set up: ${String(error)}`))
  }

  seen(terms: Digest): Seen {
    return { head: this.memory.note(terms)?.head, hasGrown: this.hasGrown }
  }

  /** Whether it has seen a history grow since it last asked for a description. */
  get hasGrown(): boolean {
    return this.memory.growth > this.#growthAtDescribe
  }

  begin(action: Action, computation: Name): void {
    this.#world.trace.note(`${this.name} begins to ${action} ${computation}`)
    const process = this.#process
    this.running.push(action)
    if (action === "describe") this.#growthAtDescribe = this.memory.growth
    const ended = (): void => {
      if (this.#process === process) this.running.splice(this.running.indexOf(action), 1)
    }
    void this.#perform(action, computation).then(ended, (error: unknown) => {
      ended()
      this.#failed(action, error)
    })
  }

  async #perform(action: Action, computation: Name): Promise<void> {
    const terms = this.#book.terms.get(computation)
    const descriptor = terms && this.#book.descriptors.get(terms)
    if (descriptor === undefined || action === "describe") return this.#describe(computation)
    const steps = {
      submit: this.#submit,
      submitMany: this.#submitMany,
      retire: this.#retire,
      result: this.#result,
      matches: this.#matches,
    }
    await steps[action].call(this, descriptor)
    this.#note(action, "done")
  }

  async #describe(computation: Name): Promise<void> {
    const described = await this.#manager.describe(computation)
    this.#note("describe", described.kind)
  }

  async #submit(descriptor: Descriptor): Promise<void> {
    const { name } = descriptor
    const value = 1n << BigInt(this.#book.submissions)
    this.#book.submissions += 1
    const sent: Sent = { value, state: "sent", revision: undefined }
    this.sent.set(name, [...(this.sent.get(name) ?? []), sent])
    const isKey = descriptor.type === "key"
    const text = isKey ? this.#world.dice.pick(KEYS) : String(value)
    const submission = readSubmission(descriptor, text, isKey ? String(value) : undefined)
    const submitted = await this.#manager.submit(descriptor, submission)
    this.#note("submit", submitted.kind === "refused" ? submitted.reason : submitted.kind)
    if (submitted.kind === "refused") sent.state = "refused"
    else if (this.character === "honest") this.#claims.acknowledged(this.party, sent, submitted.receipt)
  }

  async #submitMany(descriptor: Descriptor): Promise<void> {
    const { name } = descriptor
    const batch = this.#pending.get(name) ?? this.#newBatch(name)
    for await (const { answer } of this.#manager.submitMany(descriptor, [batch])) {
      this.#note("submitMany", answer.kind === "refused" ? answer.reason : answer.kind)
      if (this.#pending.get(name) === batch) this.#pending.delete(name)
      if (answer.kind === "refused" || this.character !== "honest") continue
      this.#claims.acknowledgedMany(this.party, batch.keys, answer.receipt)
    }
  }

  #newBatch(computation: Name): Batch {
    const { dice } = this.#world
    const count = 1 + dice.below(KEYS_A_BATCH_MAX)
    const keys = Array.from({ length: count }, () => ({ key: dice.pick(KEYS), message: this.#newText() }))
    const [batch] = packKeys(keys)
    if (batch === undefined) throw new RangeError("a batch of no keys")
    this.batches.set(computation, (this.batches.get(computation) ?? 0) + 1)
    this.#pending.set(computation, batch)
    return batch
  }

  /** A message that no other submission has. */
  #newText(): string {
    this.#book.submissions += 1
    return String(1n << BigInt(this.#book.submissions - 1))
  }

  async #retire(descriptor: Descriptor): Promise<void> {
    const [batch] = packKeys([{ key: this.#world.dice.pick(KEYS) }])
    if (batch === undefined) throw new RangeError("a batch of no keys")
    const answer = await this.#manager.retire(descriptor, batch)
    this.#note("retire", answer.kind === "refused" ? answer.reason : answer.kind)
    if (answer.kind === "refused" || this.character !== "honest") return
    this.#claims.acknowledgedMany(this.party, batch.keys, answer.receipt)
  }

  async #result(descriptor: Descriptor): Promise<void> {
    const { name } = descriptor
    const answer = await this.#manager.result(descriptor)
    this.#note("result", answer.kind === "refused" ? answer.reason : answer.kind)
    if (answer.kind !== "released" || this.character !== "honest") return
    const terms = this.#book.terms.get(name)
    if (terms !== undefined) this.#claims.accepted(this.party, terms, this.sent.get(name) ?? [], answer.result)
    this.answers.set(name, answer.result)
  }

  async #matches({ name }: Descriptor): Promise<void> {
    const found = await this.#manager.matches()
    if ("kind" in found) return
    const matches = found.matches.filter((match) => match.computation === name)
    if (this.character === "honest") this.#claims.matched(this.party, matches)
    this.matches.set(name, matches)
  }

  #note(action: Action, outcome: string): void {
    this.#world.trace.note(`${this.name} ${action}: ${outcome}`)
    count(this.#world.tally, `${action}: ${outcome}`)
  }

  #failed(action: Action, error: unknown): void {
    const { model, plan } = this.#world
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error)
    this.#note(action, code)
    if (error instanceof HistoryError) return this.#alarm(action, error)
    if (error instanceof AttestationError && !plan.isHostHonest) return
    if (error instanceof TransportError && error.code !== "WRONG_REPLY") return
    if (this.character === "honest") model.violated(`${this.name}'s ${action} failed: ${String(error)}`)
  }

  #alarm(action: Action, error: HistoryError): void {
    const { model, plan } = this.#world
    this.isAlarmed = true
    if (this.character !== "honest") return
    if (plan.isHostHonest) return model.violated(`an alarm under an honest host: ${error.code} ${error.message}`)
    if (!error.code.startsWith("HISTORY_")) return
    model.alarms.raised(this.party, action === "describe", plan.isConcurrent)
  }

  #newProcess(): Process {
    return { token: {}, crash: () => this.crash() }
  }

  #newManager(): EventManager {
    const { token } = this.#process
    const memory = this.memory.of(this.#process)
    return new EventManager({
      transport: this.#network.transportOf(this.name, token),
      identity: this.#identity,
      constraint,
      pins: memory,
      notebook: memory,
      now: () => CLIENT_SECONDS,
      pause: () => this.#world.scheduler.pass(token, `${this.name} pauses`),
    })
  }
}
