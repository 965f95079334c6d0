import type { Store, StoredRecord } from "@event-manager/protocol/frame"
import { createHash } from "node:crypto"
import { StoreError } from "../../untrusted/host/src/storage/storeError.ts"
import { copyOf, type Version } from "./version.ts"
import type { World } from "./world.ts"

/**
 * The store as one life of an enclave has it. What it asks to be written happens when the run says so, and may fail as
 * disks do; the life's death leaves what was written by then.
 */
export class LifeStore implements Store {
  readonly #world: World
  readonly #life: object
  readonly #written: (version: Version) => void
  #version: Version

  constructor(world: World, life: object, version: Version, written: (version: Version) => void) {
    this.#world = world
    this.#life = life
    this.#version = version
    this.#written = written
  }

  get latest(): string {
    return this.#version.chain.at(-1) ?? ""
  }

  async append(index: number, record: Uint8Array): Promise<void> {
    const hash = createHash("sha256").update(record).digest("hex")
    this.#world.trace.bytes(record)
    await this.#write(`record ${index} ${record.length}`, (store) => store.append(index, record), [hash])
  }

  records(from: number): Promise<readonly StoredRecord[]> {
    return this.#version.store.records(from)
  }

  snapshot(): Promise<{ readonly upTo: number; readonly parts: number } | undefined> {
    return this.#version.store.snapshot()
  }

  snapshotPart(part: number): Promise<Uint8Array> {
    return this.#version.store.snapshotPart(part)
  }

  putSnapshotPart(upTo: number, part: number, bytes: Uint8Array): Promise<void> {
    return this.#write(`part ${part} up to ${upTo}`, (store) => store.putSnapshotPart(upTo, part, bytes))
  }

  commitSnapshot(upTo: number, parts: number): Promise<void> {
    return this.#write(`snapshot up to ${upTo}`, (store) => store.commitSnapshot(upTo, parts))
  }

  async #write(
    what: string,
    write: (store: Version["store"]) => Promise<void>,
    appended: readonly string[] = [],
  ): Promise<void> {
    const { scheduler } = this.#world
    await scheduler.pass(this.#life, `writes ${what}`)
    if (this.#world.strikes("storeFull")) throw new StoreError("STORE_FULL", "the store cannot grow")
    if (this.#world.strikes("storeFailed")) throw new StoreError("STORE_FAILED", "the store cannot be written")
    await write(this.#version.store)
    this.#version = { store: this.#version.store, chain: [...this.#version.chain, ...appended] }
    this.#written(copyOf(this.#version))
    await scheduler.pass(this.#life, `has written ${what}`)
    if (this.#world.strikes("storeAnswerLost")) throw new StoreError("STORE_FAILED", "the store does not answer")
  }
}
