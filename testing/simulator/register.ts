import { DIGEST_BYTES, InvariantError } from "@event-manager/protocol"
import { extended, type Anchor } from "../../trusted/enclave/src/shell/anchor/anchor.ts"
import type { Scheduler } from "./scheduler.ts"

/** The records, by hash, that a state consists of, from the first. */
export type Chain = readonly string[]

/**
 * A freshness anchor in memory, which the host cannot reach: one register, however many enclaves there are. It also
 * remembers, in a way of its own, which records it was extended for.
 */
export class Register {
  readonly #scheduler: Scheduler
  readonly #passed: string[] = []
  #value: Uint8Array<ArrayBuffer> = new Uint8Array(DIGEST_BYTES)

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  /** The register as one life of an enclave has it; `latest` is the hash of the record that the life stored last. */
  anchorOf(life: object, latest: () => string): Anchor {
    let isBusy = false
    const alone = async <T>(call: () => Promise<T>): Promise<T> => {
      if (isBusy) throw new InvariantError("the anchor takes one call at a time")
      isBusy = true
      const result = await call()
      isBusy = false
      return result
    }
    return {
      name: "tpm",
      read: () => alone(async () => this.#value.slice()),
      extend: (hash) =>
        alone(async () => {
          await this.#scheduler.pass(life, "extends the anchor")
          this.#value = extended(this.#value, hash)
          this.#passed.push(latest())
          await this.#scheduler.pass(life, "has extended the anchor")
        }),
    }
  }

  /** Whether an enclave may start on this state: the latest, or one record ahead of it that a crash came after. */
  isFresh(chain: Chain): boolean {
    const ahead = chain.length - this.#passed.length
    return (ahead === 0 || ahead === 1) && this.#passed.every((hash, at) => chain[at] === hash)
  }
}
