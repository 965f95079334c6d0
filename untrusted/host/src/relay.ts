import type { Delivery, EnclaveCrossing } from "@event-manager/protocol/frame"
import { errorLabel, HostError } from "./errors.ts"
import { Gate } from "./gate.ts"
import { Refusal } from "./refusal.ts"

/** The way to the enclave, with a bound on what is on it, and word of the enclave's end. Throws Refusal. */
export class Relay {
  readonly #crossing: EnclaveCrossing
  readonly #gate: Gate
  readonly #gone = Promise.withResolvers<HostError>()
  #isGone = false

  constructor(crossing: EnclaveCrossing, deliveriesMax: number) {
    this.#crossing = crossing
    this.#gate = new Gate(deliveriesMax)
  }

  get deliveries(): number {
    return this.#gate.inside
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /** Comes true when the enclave is gone, and never if it is not. */
  get gone(): Promise<HostError> {
    return this.#gone.promise
  }

  evidence(): Promise<Uint8Array> {
    return this.#ask(() => this.#crossing.evidence())
  }

  async deliver(frame: Uint8Array): Promise<Delivery> {
    if (!this.#gate.enter()) throw new Refusal("BUSY")
    try {
      return await this.#ask(() => this.#crossing.deliver(frame))
    } finally {
      this.#gate.leave()
    }
  }

  /** Whoever learns of the enclave's end otherwise than by asking it says so here. */
  end(error: HostError): void {
    this.#isGone = true
    this.#gone.resolve(error)
  }

  /** The crossing rejects only where the enclave is gone, or gives no evidence for a while. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question()
    } catch (cause) {
      const told = cause instanceof HostError
      if (told && cause.code === "NO_EVIDENCE") throw new Refusal("NO_EVIDENCE", { cause })
      this.end(told ? cause : new HostError("ENCLAVE_GONE", `the enclave stopped: ${errorLabel(cause)}`, { cause }))
      throw new Refusal("ENCLAVE_GONE", { cause })
    }
  }
}
