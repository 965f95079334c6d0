/*
 * Real processes, really killed: clients submit without pause while the host or its enclave is ended by SIGKILL at
 * random moments and started again on the same state. Then everything is counted: each submission that was acknowledged
 * is there, and each is there once.
 */
import {
  EventManager,
  httpTransport,
  name,
  parseConstraint,
  readSubmission,
  TransportError,
} from "@event-manager/client"
import type { Descriptor, Identity } from "@event-manager/client"
import { createIdentity, Memory } from "@event-manager/client/node"
import { createHash } from "node:crypto"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as after } from "node:timers/promises"
import { startHostProcess, type HostProcess } from "./process.ts"

const bundle = join(import.meta.dirname, "../../trusted/enclave/dist/event-enclave.mjs")
const CLIENTS = 4
const WORK_MS_MAX = 400
const COMPUTATION = name("Crashes")
/** How a client says that no answer came: from a host that was gone, or from one whose enclave was. */
const unanswered: ReadonlySet<string> = new Set(["HOST_UNREACHABLE", "HOST_BUSY", "NO_SESSION"])

export interface Outcome {
  readonly rounds: number
  readonly killed: { readonly host: number; readonly enclave: number }
  readonly acknowledged: number
  /** Given up by their clients: they may be there or not. */
  readonly unanswered: number
  /** Acknowledged, and not there. */
  readonly lost: number
  /** There more than once. */
  readonly doubled: number
}

/** Kills `rounds` times. The seed decides when and whom; what the machine makes of it is its own. */
export async function crash(rounds: number, seed: number): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "event-manager-crash-"))
  const run = new Run(folder, seed)
  try {
    await run.begin()
    for (let round = 0; round < rounds; round++) await run.killOnce()
    return await run.end(rounds)
  } finally {
    await run.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

class Run {
  readonly #folder: string
  readonly #random: () => number
  readonly #killed = { host: 0, enclave: 0 }
  readonly #acknowledged = new Set<string>()
  #host: HostProcess | undefined
  #up: PromiseWithResolvers<void> = Promise.withResolvers()
  #isEnding = false
  /** Rejects where a client fails otherwise than for want of an answer. */
  #working: Promise<unknown> = Promise.resolve()
  #managers: EventManager[] = []
  #unanswered = 0

  constructor(folder: string, seed: number) {
    this.#folder = folder
    this.#random = randomFrom(seed)
  }

  async begin(): Promise<void> {
    this.#host = await startHostProcess(join(this.#folder, "data"), 0)
    this.#up.resolve()
    const { url } = this.#host
    const identities = Array.from({ length: CLIENTS }, (_, i) =>
      createIdentity(join(this.#folder, `${i}.pem`), undefined),
    )
    const codeHash = createHash("sha256")
      .update(await readFile(bundle))
      .digest("hex")
    this.#managers = identities.map((identity, i) => this.#manager(url, codeHash, identity, i))
    const [convenor] = this.#managers
    const participants = identities.map((identity) => identity.party)
    const terms = { computation: COMPUTATION, type: "key", quorum: 1, participants, expiresAt: undefined }
    const created = await convenor?.create({ ...terms, release: { kind: "first" } })
    if (created?.kind === "refused") {
      throw new RangeError(`the computation was refused: ${created.reason}; is the enclave's bundle of this version?`)
    }
    const described = this.#managers.map(async (manager) => ({ manager, descriptor: await descriptorOf(manager) }))
    const clients = await Promise.all(described)
    this.#working = Promise.all(clients.map(({ manager, descriptor }, i) => this.#work(manager, descriptor, i)))
    // Whoever waits for the next killing, or for the end, hears of it.
    this.#working.catch(() => undefined)
  }

  async killOnce(): Promise<void> {
    const host = this.#host
    if (host === undefined) return
    await Promise.race([after(this.#random() * WORK_MS_MAX), this.#working])
    const victim = this.#random() < 0.5 ? "host" : "enclave"
    this.#killed[victim] += 1
    this.#up = Promise.withResolvers()
    await host.kill(victim)
    this.#host = await startHostProcess(join(this.#folder, "data"), Number(new URL(host.url).port))
    this.#up.resolve()
  }

  async end(rounds: number): Promise<Outcome> {
    this.#isEnding = true
    await this.#working
    const found = await this.#countFound()
    const lost = [...this.#acknowledged].filter((key) => !found.has(key)).length
    const doubled = [...found.values()].filter((count) => count > 1).length
    const acknowledged = this.#acknowledged.size
    return { rounds, killed: this.#killed, acknowledged, unanswered: this.#unanswered, lost, doubled }
  }

  async stop(): Promise<void> {
    this.#isEnding = true
    await this.#host?.stop()
  }

  #manager(url: string, codeHash: string, identity: Identity, i: number): EventManager {
    const memory = Memory.open(join(this.#folder, `${i}.json`), undefined)
    return new EventManager({
      transport: httpTransport(url),
      identity,
      constraint: parseConstraint(`C:${codeHash} SEC:INSECURE`),
      pins: memory,
      notebook: memory,
      now: () => Math.floor(Date.now() / 1_000),
      // Another attempt makes sense once the host is there again.
      pause: () => this.#up.promise,
    })
  }

  async #work(manager: EventManager, descriptor: Descriptor, i: number): Promise<void> {
    for (let n = 0; !this.#isEnding; n++) {
      const key = `${i}-${n}`
      if (await this.#isAcknowledged(manager, descriptor, key)) this.#acknowledged.add(key)
    }
  }

  /** A client gives a request up when as many attempts as it makes have each met a killing before their answer. */
  async #isAcknowledged(manager: EventManager, descriptor: Descriptor, key: string): Promise<boolean> {
    try {
      const reply = await manager.submit(descriptor, readSubmission(descriptor, key, undefined))
      return reply.kind === "submitted"
    } catch (error) {
      if (!(error instanceof TransportError) || !unanswered.has(error.code)) throw error
      this.#unanswered += 1
      return false
    }
  }

  /** How often each key is there, as its own submitter is told. */
  async #countFound(): Promise<Map<string, number>> {
    const found = new Map<string, number>()
    for (const manager of this.#managers) {
      const read = await manager.matches()
      for (const { key } of "kind" in read ? [] : read.matches) found.set(key, (found.get(key) ?? 0) + 1)
    }
    return found
  }
}

async function descriptorOf(manager: EventManager): Promise<Descriptor> {
  const described = await manager.describe(COMPUTATION)
  if (described.kind === "described") return described.descriptor
  throw new RangeError(`the computation could not be looked up: ${described.reason}`)
}

/** Numbers from 0 to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
