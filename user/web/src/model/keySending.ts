import {
  packKeys,
  type Batch,
  type Descriptor,
  type EventManager,
  type Head,
  type KeyText,
  type Refused,
} from "@event-manager/client"
import { PageError } from "./pageError.ts"

/** How far a table of keys has come. */
export interface Progress {
  readonly sent: number
  readonly total: number
  /** Submissions whose key has matched, as the enclave counts them. */
  readonly matched: number
}

export interface SendingOptions {
  readonly onProgress?: (progress: Progress) => void
  /** Ends it early: what was acknowledged stays. */
  readonly signal?: AbortSignal
}

/**
 * A table's keys on their way. Their batches have their request ids from the first: sent again after a failure, none takes
 * effect twice.
 */
export class KeySending {
  readonly #batches: readonly Batch[]
  readonly #acknowledged = new Set<Batch>()
  readonly #total: number
  #sent = 0
  #matched = 0
  #receipt: Head | undefined

  /** Throws UserError for what is no key. */
  constructor(keys: readonly KeyText[]) {
    this.#batches = [...packKeys(keys)]
    this.#total = keys.length
  }

  get progress(): Progress {
    return { sent: this.#sent, total: this.#total, matched: this.#matched }
  }

  /** The latest place in the history that a batch was given. */
  get receipt(): Head | undefined {
    return this.#receipt
  }

  /**
   * Sends what was not acknowledged yet. Returns the first refusal. Rejects as EventManager does, and with PageError
   * (CANCELLED) where the signal ends it before all is sent.
   */
  async send(
    manager: EventManager,
    descriptor: Descriptor,
    { onProgress, signal }: SendingOptions,
  ): Promise<Refused | undefined> {
    let refused: Refused | undefined
    const isOver = (): boolean => refused !== undefined || signal?.aborted === true
    for await (const { batch, answer } of manager.submitMany(descriptor, this.#left(isOver))) {
      if (answer.kind === "refused") {
        refused ??= answer
        continue
      }
      this.#acknowledged.add(batch)
      this.#sent += batch.keys.count
      this.#matched += answer.reached
      this.#receipt = answer.receipt
      onProgress?.(this.progress)
    }
    if (refused === undefined && signal?.aborted === true && this.#acknowledged.size < this.#batches.length) {
      throw new PageError("CANCELLED", `${this.#sent} of ${this.#total} keys were sent`)
    }
    return refused
  }

  *#left(isOver: () => boolean): Generator<Batch> {
    for (const batch of this.#batches) {
      if (isOver()) return
      if (!this.#acknowledged.has(batch)) yield batch
    }
  }
}
