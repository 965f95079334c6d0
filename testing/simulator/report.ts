import { createHash } from "node:crypto"
import type { Outcome } from "./simulation.ts"
import { addTo, newTally } from "./tally.ts"
import type { Level } from "./variant.ts"

const FAILURES_MAX = 5
const LONGEST_SHOWN = 3
const PROGRESS_EVERY = 10_000

/** What many runs came to, on standard output. */
export class Report {
  failures = 0
  readonly #seed: number
  readonly #sum = newTally()
  readonly #runs: Record<Level, number> = { ideal: 0, full: 0 }
  readonly #digest = createHash("sha256")
  readonly #start = performance.now()
  readonly #cpu = process.cpuUsage()
  #steps = 0
  #longest: { readonly index: number; readonly steps: number }[] = []

  constructor(seed: number) {
    this.#seed = seed
  }

  /** So much has failed that more would say nothing new. */
  get isOver(): boolean {
    return this.failures >= FAILURES_MAX
  }

  add(index: number, level: Level, outcome: Outcome): void {
    this.#runs[level] += 1
    this.#steps += outcome.steps
    this.#digest.update(outcome.digest)
    addTo(this.#sum, outcome.tally)
    this.#longest.push({ index, steps: outcome.steps })
    if (this.#longest.length > 100) this.#keepLongest()
    if (outcome.violations.length > 0) this.#fail(index, level, outcome)
    const done = this.#runs.ideal + this.#runs.full
    if (done % PROGRESS_EVERY === 0) this.print([`${done} runs, ${this.#speed(done)}`])
  }

  end(): void {
    this.#keepLongest()
    const { ideal, full } = this.#runs
    const { faults, events } = this.#sum
    const counts = [...events].sort(([a], [b]) => Number(a > b) - Number(a < b))
    this.print([
      `seed ${this.#seed}: ${ideal + full} runs (${ideal} ideal, ${full} full), ${this.#steps} steps, ${this.failures} failed`,
      this.#speed(ideal + full),
      `trace digest ${this.#digest.digest("hex").slice(0, 16)}`,
      `longest runs: ${this.#longest.map(({ index, steps }) => `${index} (${steps} steps)`).join(", ")}`,
      "faults injected:",
      ...Object.entries(faults).map(([fault, times]) => `  ${fault}: ${times}`),
      "what came of it:",
      ...counts.map(([what, times]) => `  ${what}: ${times}`),
    ])
  }

  print(lines: readonly string[]): void {
    process.stdout.write(`${lines.join("\n")}\n`)
  }

  #fail(index: number, level: Level, { violations, steps, plan, trace }: Outcome): void {
    this.failures += 1
    this.print([
      ...(this.failures === 1 ? trace : []),
      `FAILED: seed ${this.#seed}, run ${index} (${level}), step ${steps}: ${violations.join("; ")}`,
      `plan: ${JSON.stringify(plan)}`,
      `repeat: npm run simulate -- --seed ${this.#seed} --run ${index}`,
    ])
  }

  #speed(runs: number): string {
    const seconds = (performance.now() - this.#start) / 1_000
    const { user, system } = process.cpuUsage(this.#cpu)
    const cpuMs = (user + system) / 1_000 / runs
    return `${(runs / seconds).toFixed(1)} runs per second, ${cpuMs.toFixed(1)} ms of processor time each`
  }

  #keepLongest(): void {
    this.#longest = this.#longest.toSorted((a, b) => b.steps - a.steps).slice(0, LONGEST_SHOWN)
  }
}
