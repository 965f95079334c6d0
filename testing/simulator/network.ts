import type { Transport } from "@event-manager/client"
import { frameSizes } from "@event-manager/protocol/frame"
import type { Host } from "./host.ts"
import { unreachable, type Replica } from "./replica.ts"
import { flipped } from "./version.ts"
import type { World } from "./world.ts"

const KEPT_MAX = 48
/** About as many as it takes a client to shake hands with another enclave, and to get its reply. */
const TURNS_KEPT_BACK = 8

/** A frame that the host has seen. */
interface Kept {
  readonly client: string
  readonly bytes: Uint8Array
}

/** The frames of a client that the host has, and has not answered. */
interface InHand {
  frames: number
  /** Whether the host has brought them to two enclaves. */
  isParted: boolean
}

/** The way between clients and host, all of it the host's to meddle with. */
export class Network {
  readonly #world: World
  readonly #host: Host
  readonly #requests: Kept[] = []
  readonly #replies: Kept[] = []
  readonly #evidence: Uint8Array[] = []
  /** By process of a client. */
  readonly #inHand = new WeakMap<object, InHand>()

  constructor(world: World, host: Host) {
    this.#world = world
    this.#host = host
  }

  /** A client's way to the host; what it waits for ends with `process`. */
  transportOf(client: string, process: object): Transport {
    return {
      address: "simulated",
      evidence: () => this.#evidenceFor(client, process),
      mail: (frame) => this.#mail(client, process, frame),
      wakeUps: async function* () {},
    }
  }

  /** Delivers a frame of the past once more. */
  replay(replica: Replica): void {
    if (this.#requests.length > 0) this.#deliverBeside(replica, this.#world.dice.pick(this.#requests))
  }

  async #evidenceFor(client: string, process: object): Promise<Uint8Array> {
    const { scheduler, dice } = this.#world
    await scheduler.pass(process, `${client} wants evidence`)
    if (this.#world.strikes("dropped")) throw unreachable()
    if (this.#evidence.length > 0 && this.#world.strikes("staleEvidence")) return dice.pick(this.#evidence)
    const evidence = await (this.#host.routeOf(client)?.evidence() ?? Promise.reject(unreachable()))
    this.#keep(this.#evidence, evidence)
    return this.#world.strikes("corrupted") ? flipped(evidence, dice) : evidence
  }

  async #mail(client: string, process: object, frame: Uint8Array): Promise<Uint8Array> {
    const hand = this.#inHand.get(process) ?? { frames: 0, isParted: false }
    this.#inHand.set(process, hand)
    hand.frames += 1
    try {
      return await this.#answered(client, process, frame, hand)
    } finally {
      hand.frames -= 1
      if (hand.frames === 0) hand.isParted = false
    }
  }

  async #answered(client: string, process: object, frame: Uint8Array, hand: InHand): Promise<Uint8Array> {
    const { scheduler, trace } = this.#world
    trace.bytes(frame)
    const sent = { client, bytes: frame.slice() }
    this.#keep(this.#requests, sent)
    // The host's from here on: that the client dies does not take it back.
    await scheduler.pass(this, `${client} sends ${frame.length}`)
    const reply = await this.#delivered(sent, hand)
    trace.bytes(reply)
    this.#keep(this.#replies, { client, bytes: reply })
    await scheduler.pass(process, `${client} gets ${reply.length}`)
    return this.#returned(reply)
  }

  async #delivered(sent: Kept, hand: InHand): Promise<Uint8Array> {
    if (this.#world.strikes("dropped")) throw unreachable()
    const replica = this.#host.routeOf(sent.client)
    if (replica === undefined) throw unreachable()
    if (this.#world.strikes("held")) {
      this.#deliverLater(replica, sent)
      throw unreachable()
    }
    if (this.#world.strikes("duplicated")) this.#deliverBeside(replica, sent)
    const reply = replica.deliver(this.#world.strikes("corrupted") ? this.#corrupted(sent.bytes) : sent.bytes)
    // What the client has under way beside this reaches another enclave.
    if (this.#world.strikes("rerouted")) this.#host.reroute(sent.client, this.#world.dice.pick(this.#host.replicas))
    const keptBack = this.#part(sent.client, replica, hand) ? this.#keepBack(sent.client) : undefined
    const bytes = await reply
    await keptBack
    return bytes
  }

  /** Of frames that a client has under way at once, one has come to `replica`: whether the others come to another. */
  #part(client: string, replica: Replica, hand: InHand): boolean {
    const others = this.#host.replicas.filter((each) => each !== replica)
    if (hand.frames < 2 || hand.isParted || others.length === 0 || !this.#world.strikes("parted")) return false
    hand.isParted = true
    this.#host.reroute(client, this.#world.dice.pick(others))
    return true
  }

  /** So long that the client may hear at the same time what the other enclave says. */
  async #keepBack(client: string): Promise<void> {
    for (let turn = 0; turn < TURNS_KEPT_BACK; turn++) {
      await this.#world.scheduler.pass(this, `${client}'s reply is kept back`)
    }
  }

  #returned(reply: Uint8Array): Uint8Array {
    const { dice } = this.#world
    if (this.#world.strikes("dropped")) throw unreachable()
    if (this.#world.strikes("swapped")) return dice.pick(this.#replies).bytes
    return this.#world.strikes("corrupted") ? this.#corrupted(reply) : reply
  }

  #deliverLater(replica: Replica, sent: Kept): void {
    void this.#world.scheduler.pass(this, `${sent.client}'s held frame`).then(() => this.#deliverBeside(replica, sent))
  }

  /** Delivers where nobody waits for the reply; the host keeps it. */
  #deliverBeside(replica: Replica, sent: Kept): void {
    replica.deliver(sent.bytes).then(
      (bytes) => this.#keep(this.#replies, { client: sent.client, bytes }),
      () => undefined,
    )
  }

  #keep<T>(kept: T[], one: T): void {
    kept.push(one)
    if (kept.length > KEPT_MAX) kept.shift()
  }

  #corrupted(frame: Uint8Array): Uint8Array {
    const { dice } = this.#world
    if (dice.chance(0.7)) return flipped(frame, dice)
    return dice.chance(0.5) ? frame.subarray(0, dice.below(frame.length)) : dice.bytes(frameSizes[0])
  }
}
