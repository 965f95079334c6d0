import { Counter, Gauge, Histogram, Registry } from "prom-client"
import type { RefusalCode } from "./refusal.ts"

/** What is read at the moment somebody asks. */
export interface Levels {
  readonly deliveries: () => number
  readonly listeners: () => number
}

/** Numbers for Prometheus, under a registry of this host's own. Labels come from closed sets, never from a client. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #requests = this.#counter("requests_total", "Requests answered", ["method", "route", "status"])
  readonly #seconds = new Histogram({
    name: "event_host_request_seconds",
    help: "Time from a request's arrival to its answer's end",
    labelNames: ["route"],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [this.#registry],
  })
  readonly #frames = this.#counter("frames_total", "Frames relayed", ["direction", "bytes"])
  readonly #refusals = this.#counter("refusals_total", "Requests refused", ["code"])
  readonly #wakeUps = this.#counter("wake_ups_total", "Wake-ups sent to whoever listens", [])

  constructor(levels: Levels) {
    this.#gauge("deliveries_in_flight", "Frames that the enclave has not answered yet", levels.deliveries)
    this.#gauge("listeners", "Clients that wait for wake-ups", levels.listeners)
  }

  answered(method: string, route: string, status: number, seconds: number): void {
    this.#requests.inc({ method, route, status })
    this.#seconds.observe({ route }, seconds)
  }

  relayed(direction: "in" | "out", bytes: number): void {
    this.#frames.inc({ direction, bytes })
  }

  refused(code: RefusalCode): void {
    this.#refusals.inc({ code })
  }

  wokeUp(): void {
    this.#wakeUps.inc()
  }

  /** The Prometheus text format, as `mediaType` says. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  get mediaType(): string {
    return this.#registry.contentType
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name: `event_host_${name}`, help, labelNames, registers: [this.#registry] })
  }

  #gauge(name: string, help: string, read: () => number): void {
    const registers = [this.#registry]
    const gauge: Gauge = new Gauge({ name: `event_host_${name}`, help, registers, collect: () => gauge.set(read()) })
  }
}
