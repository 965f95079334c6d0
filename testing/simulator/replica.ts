import { TransportError } from "@event-manager/client"
import { mockPlatform, noAnchor, openEnclave, RecoveryError, type Platform } from "@event-manager/enclave"
import { AnchorError } from "../../trusted/enclave/src/shell/anchor/anchor.ts"
import type { EnclaveCrossing } from "@event-manager/protocol/frame"
import { StoreError } from "../../untrusted/host/src/storage/storeError.ts"
import { LifeStore } from "./lifeStore.ts"
import type { Register } from "./register.ts"
import { copyOf, type Version } from "./version.ts"
import type { World } from "./world.ts"

/** One start of an enclave, until it is killed. */
interface Life {
  crossing: EnclaveCrossing | undefined
  readonly waiting: Set<(error: TransportError) => void>
}

/** What a host may expect of a start. */
export interface Start {
  readonly version: Version
  readonly isDamaged: boolean
  /** Whether the anchor, where there is one, stands where an enclave may start on this state. */
  readonly isFresh: boolean
}

export interface ReplicaEvents {
  /** A state that an enclave has stored. */
  written(version: Version): void
  started(start: Start): void
  /** The enclave did not start (from what is given), or can go on no longer. */
  failed(replica: Replica, start: Start | undefined, error: unknown): void
}

/** One of the enclaves that a host runs, all with the same sealing key. */
export class Replica {
  readonly name: string
  /** What is stored now. */
  version: Version
  readonly #world: World
  readonly #events: ReplicaEvents
  readonly #register: Register | undefined
  readonly #sealingKey: Uint8Array
  #life: Life | undefined
  #lives = 0

  constructor(name: string, world: World, events: ReplicaEvents, secrets: Secrets, version: Version) {
    this.name = name
    this.version = version
    this.#world = world
    this.#events = events
    this.#register = secrets.register
    this.#sealingKey = secrets.sealingKey
  }

  get isUp(): boolean {
    return this.#life?.crossing !== undefined
  }

  get isDown(): boolean {
    return this.#life === undefined
  }

  /** Kills what runs, and starts anew on a copy of this. */
  start(version: Version, isDamaged = false): void {
    this.kill()
    const life: Life = { crossing: undefined, waiting: new Set() }
    this.#life = life
    this.#lives += 1
    if (!isDamaged) this.version = version
    void this.#open(life, version, isDamaged)
  }

  kill(): void {
    const life = this.#life
    this.#life = undefined
    if (life === undefined) return
    this.#world.scheduler.end(life)
    for (const reject of life.waiting) reject(unreachable())
  }

  evidence(): Promise<Uint8Array> {
    const crossing = this.#life?.crossing
    return crossing === undefined ? Promise.reject(unreachable()) : crossing.evidence()
  }

  /** The enclave's reply; rejects with TransportError where there is none. */
  deliver(frame: Uint8Array): Promise<Uint8Array> {
    const life = this.#life
    const crossing = life?.crossing
    if (life === undefined || crossing === undefined) return Promise.reject(unreachable())
    return new Promise((resolve, reject) => {
      life.waiting.add(reject)
      const answered = (reply: Uint8Array): void => {
        life.waiting.delete(reject)
        resolve(reply)
      }
      crossing.deliver(frame.slice()).then(
        ({ reply }) => answered(reply),
        (error: unknown) => this.#fail(life, undefined, error),
      )
    })
  }

  async #open(life: Life, version: Version, isDamaged: boolean): Promise<void> {
    const name = `${this.name}.${this.#lives}`
    await this.#world.scheduler.pass(life, `${name} starts`)
    const start = { version, isDamaged, isFresh: this.#register?.isFresh(version.chain) ?? true }
    const store = new LifeStore(this.#world, life, copyOf(version), (written) => {
      this.version = written
      this.#events.written(written)
    })
    const anchor = this.#register?.anchorOf(life, () => store.latest) ?? noAnchor
    try {
      const { snapshotBytesMin } = this.#world.plan
      const options = { platform: this.#platform(), store, sealingKey: this.#sealingKey, anchor }
      life.crossing = await openEnclave(snapshotBytesMin === undefined ? options : { ...options, snapshotBytesMin })
      this.#world.trace.note(`${name} is up`)
      this.#events.started(start)
    } catch (error) {
      this.#fail(life, start, error)
    }
  }

  /** A life whose store or anchor has failed answers nobody any more. */
  #fail(life: Life, start: Start | undefined, error: unknown): void {
    const isForeseen = error instanceof StoreError || error instanceof AnchorError || error instanceof RecoveryError
    if (!isForeseen) this.#world.model.violated(`an enclave failed: ${String(error)}`)
    if (this.#life !== life) return
    this.#world.trace.note(`${this.name} failed: ${error instanceof Error ? error.message : "?"}`)
    this.kill()
    this.#events.failed(this, start, error)
  }

  #platform(): Platform {
    const entropy = this.#world.dice.split()
    return {
      ...mockPlatform,
      entropy: (length) => entropy.bytes(length),
      nowMs: () => this.#world.clockMs,
    }
  }
}

export interface Secrets {
  readonly sealingKey: Uint8Array
  /** Where there is an anchor. */
  readonly register: Register | undefined
}

export function unreachable(): TransportError {
  return new TransportError("HOST_UNREACHABLE", "no answer from the host")
}
