import { PassThrough, type Readable } from "node:stream"
import type { Clock } from "./clock.ts"

/** At most one a second for the whole host: how often state changes is nobody's business to the millisecond. */
const INTERVAL_MS = 1_000
/** Shorter than the minute after which proxies and routers give up a silent connection. */
const HEARTBEAT_MS = 15_000

// WHATWG HTML section 9.2.5. The data is one word, always the same; a line that begins with a colon is a comment.
const OPENING = ": listening\nretry: 2000\n\n"
const WAKE_UP = "data: changed\n\n"
const HEARTBEAT = ":\n\n"

/**
 * Server-sent wake-ups without content: "something changed; ask again if you wait for something". The first change is
 * told at once, and those of the second that follows are told together at its end.
 */
export class WakeUps {
  readonly #clock: Clock
  readonly #listenersMax: number
  readonly #told: () => void
  readonly #listeners = new Set<PassThrough>()
  #latestMs = -INTERVAL_MS
  #cancelPending: (() => void) | undefined
  #cancelHeartbeat: (() => void) | undefined

  /** `told` is called at each wake-up, however many listen. */
  constructor(clock: Clock, listenersMax: number, told: () => void) {
    this.#clock = clock
    this.#listenersMax = listenersMax
    this.#told = told
    this.#latestMs = clock.nowMs() - INTERVAL_MS
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /** A stream of text/event-stream, or undefined where too many listen. Destroying it is how to stop listening. */
  listen(): Readable | undefined {
    if (this.#listeners.size >= this.#listenersMax) return undefined
    const listener = new PassThrough()
    this.#listeners.add(listener)
    listener.once("close", () => this.#leave(listener))
    listener.write(OPENING)
    this.#cancelHeartbeat ??= this.#clock.after(HEARTBEAT_MS, () => this.#beat())
    return listener
  }

  changed(): void {
    if (this.#cancelPending !== undefined) return
    const waitMs = this.#latestMs + INTERVAL_MS - this.#clock.nowMs()
    if (waitMs <= 0) this.#wake()
    else this.#cancelPending = this.#clock.after(waitMs, () => this.#wake())
  }

  /** Ends every stream. */
  close(): void {
    this.#cancelPending?.()
    this.#cancelHeartbeat?.()
    for (const listener of this.#listeners) listener.end()
  }

  #wake(): void {
    this.#cancelPending = undefined
    this.#latestMs = this.#clock.nowMs()
    this.#told()
    this.#send(WAKE_UP)
  }

  #beat(): void {
    this.#send(HEARTBEAT)
    this.#cancelHeartbeat = this.#clock.after(HEARTBEAT_MS, () => this.#beat())
  }

  /** Who has not read the last words yet gets no more: they said the same, and what is kept for it stays bounded. */
  #send(words: string): void {
    for (const listener of this.#listeners) if (!listener.writableNeedDrain) listener.write(words)
  }

  #leave(listener: PassThrough): void {
    this.#listeners.delete(listener)
    if (this.#listeners.size > 0) return
    this.#cancelHeartbeat?.()
    this.#cancelHeartbeat = undefined
  }
}
