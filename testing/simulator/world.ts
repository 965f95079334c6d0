import { createHash } from "node:crypto"
import type { Dice } from "./dice.ts"
import type { Model } from "./model.ts"
import type { Fault, Plan } from "./plan.ts"
import type { Scheduler } from "./scheduler.ts"
import type { Tally } from "./tally.ts"

/** What happened in a run, line by line, and a hash over it: the same for the same seed. */
export class Trace {
  readonly lines: string[] = []
  readonly #hash = createHash("sha256")
  readonly #isToTheByte: boolean

  constructor(isToTheByte: boolean) {
    this.#isToTheByte = isToTheByte
  }

  note(line: string): void {
    this.lines.push(line)
    this.#hash.update(`${line}\n`)
  }

  /** Bytes that passed; they are hashed where all of them follow from the seed. */
  bytes(bytes: Uint8Array): void {
    if (this.#isToTheByte) this.#hash.update(bytes)
  }

  digest(): string {
    return this.#hash.copy().digest("hex").slice(0, 16)
  }
}

/** What all parts of one run share. */
export class World {
  readonly dice: Dice
  readonly plan: Plan
  readonly scheduler: Scheduler
  readonly model: Model
  readonly tally: Tally
  readonly trace: Trace
  /** While it is calm, nothing goes wrong. */
  isCalm = true
  /** What all clocks show, in milliseconds since 1970. */
  clockMs = 1_800_000_000_000

  constructor(parts: Pick<World, "dice" | "plan" | "scheduler" | "model" | "tally" | "trace">) {
    this.dice = parts.dice
    this.plan = parts.plan
    this.scheduler = parts.scheduler
    this.model = parts.model
    this.tally = parts.tally
    this.trace = parts.trace
  }

  /** Whether this goes wrong now. */
  strikes(fault: Fault): boolean {
    const rate = this.isCalm ? 0 : this.plan.rates[fault]
    return rate > 0 && this.dice.chance(rate) && this.did(fault)
  }

  /** Counts a fault that has come about. */
  did(fault: Fault): true {
    this.tally.faults[fault] += 1
    this.trace.note(`! ${fault}`)
    return true
  }
}
