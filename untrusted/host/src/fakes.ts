/*
 * What the tests put in place of time and of the enclave.
 */
import type { Delivery, EnclaveCrossing } from "@event-manager/protocol/frame"
import type { DestinationStream } from "pino"
import type { Clock } from "./clock.ts"

interface Timer {
  readonly atMs: number
  readonly run: () => void
}

/** Time that passes only when it is told to. */
export class ManualClock implements Clock {
  #nowMs = 0
  readonly #timers = new Set<Timer>()

  get timers(): number {
    return this.#timers.size
  }

  nowMs(): number {
    return this.#nowMs
  }

  after(ms: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  pass(ms: number): void {
    const endMs = this.#nowMs + ms
    for (let next = this.#dueBy(endMs); next !== undefined; next = this.#dueBy(endMs)) {
      this.#timers.delete(next)
      this.#nowMs = next.atMs
      next.run()
    }
    this.#nowMs = endMs
  }

  /** Comes true when something is to be done later. */
  async untilTimer(): Promise<void> {
    while (this.#timers.size === 0) await new Promise(setImmediate)
  }

  #dueBy(endMs: number): Timer | undefined {
    return [...this.#timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0]
  }
}

interface Asked {
  readonly frame: Uint8Array
  readonly answer: PromiseWithResolvers<Delivery>
}

/** An enclave that answers a frame when the test says so. */
export class FakeEnclave implements EnclaveCrossing {
  readonly evidenceBytes = new TextEncoder().encode("evidence")
  isClosed = false
  readonly #asked: Asked[] = []
  readonly #awaited: ((asked: Asked) => void)[] = []

  async evidence(): Promise<Uint8Array> {
    return this.evidenceBytes
  }

  deliver(frame: Uint8Array): Promise<Delivery> {
    const asked = { frame, answer: Promise.withResolvers<Delivery>() }
    const taker = this.#awaited.shift()
    if (taker === undefined) this.#asked.push(asked)
    else taker(asked)
    return asked.answer.promise
  }

  async close(): Promise<void> {
    this.isClosed = true
  }

  /** The next frame delivered, now or later. */
  async next(): Promise<Asked> {
    return this.#asked.shift() ?? new Promise((resolve) => void this.#awaited.push(resolve))
  }
}

/** Answers each frame with itself; `changed` where its first byte is not zero. */
export const echo: EnclaveCrossing = {
  evidence: async () => new TextEncoder().encode("evidence"),
  deliver: async (frame) => ({ reply: new Uint8Array(frame), changed: frame[0] !== 0 }),
  close: async () => {},
}

/** Keeps all that is logged. */
export class LogSink implements DestinationStream {
  readonly lines: string[] = []

  write(line: string): void {
    this.lines.push(line)
  }
}
