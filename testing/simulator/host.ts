import { RecoveryError } from "@event-manager/enclave"
import { CodedError } from "@event-manager/protocol"
import { StoreError } from "../../untrusted/host/src/storage/storeError.ts"
import { Replica, type ReplicaEvents, type Secrets, type Start } from "./replica.ts"
import { count } from "./tally.ts"
import { emptyVersion, type Version } from "./version.ts"
import type { World } from "./world.ts"

const VERSIONS_MAX = 256

/** Runs the enclaves, keeps the states that were ever stored, and decides which enclave each client reaches. */
export class Host implements ReplicaEvents {
  readonly replicas: Replica[] = []
  /** What was ever stored, by any enclave, the oldest first; the oldest are forgotten when there are too many. */
  readonly versions: Version[] = []
  readonly #world: World
  readonly #secrets: Secrets
  readonly #routes = new Map<string, Replica>()

  constructor(world: World, secrets: Secrets) {
    this.#world = world
    this.#secrets = secrets
    this.add(emptyVersion())
  }

  /** One enclave more, on this state. */
  add(version: Version): Replica {
    const name = String.fromCodePoint(0x61 + this.replicas.length)
    const replica = new Replica(name, this.#world, this, this.#secrets, version)
    this.replicas.push(replica)
    replica.start(version)
    return replica
  }

  /** One enclave less. */
  drop(replica: Replica): void {
    replica.kill()
    this.replicas.splice(this.replicas.indexOf(replica), 1)
    for (const [client, route] of this.#routes) if (route === replica) this.#routes.delete(client)
  }

  routeOf(client: string): Replica | undefined {
    return this.#routes.get(client) ?? this.replicas[0]
  }

  reroute(client: string, replica: Replica): void {
    this.#routes.set(client, replica)
  }

  /** On what is stored or, where that was refused, on the latest state that an enclave can start on. */
  startAgain(replica: Replica): void {
    const fresh = [replica.version, ...this.versions.toReversed()].find((version) => this.isFresh(version))
    if (fresh !== undefined) replica.start(fresh)
  }

  /** Whether an enclave may start on it, by the anchor. */
  isFresh(version: Version): boolean {
    return this.#secrets.register?.isFresh(version.chain) ?? true
  }

  written(version: Version): void {
    this.versions.push(version)
    if (this.versions.length > VERSIONS_MAX) this.versions.shift()
  }

  started({ version, isDamaged, isFresh }: Start): void {
    const { model, tally } = this.#world
    if (isDamaged) model.violated("an enclave started on a damaged store")
    if (!isFresh) model.violated("an enclave started on a state that the anchor has moved on from")
    if (version.chain.length > 0) count(tally, "recoveries")
  }

  failed(replica: Replica, start: Start | undefined, error: unknown): void {
    count(this.#world.tally, `enclave stopped: ${codeOf(error)}`)
    if (start !== undefined) this.#checkReason(start, error)
    this.startAgain(replica)
  }

  /** A start fails for what is wrong with it, and for nothing else. */
  #checkReason({ isDamaged, isFresh }: Start, error: unknown): void {
    const isRefused = error instanceof RecoveryError
    if (!isRefused && isDamaged) this.#world.model.violated(`a damaged store was refused with ${String(error)}`)
    if (isRefused && !isDamaged && isFresh) this.#world.model.violated(`a good state was refused: ${error.message}`)
    const isStale = isRefused && error.code === "ANCHOR_MISMATCH"
    if (isRefused && !isDamaged && !isFresh && !isStale) {
      this.#world.model.violated(`a state that was rewound was refused with ${error.code}`)
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof CodedError || error instanceof StoreError ? String(error.code) : "?"
}
