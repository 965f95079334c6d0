import type { Advice } from "@event-manager/client"

/** What a command has to say at its end. */
export interface Report {
  /** What scripts match on: a response code. */
  readonly code: string
  readonly message: string
  /** What a person reads, safe for a terminal. */
  readonly lines: readonly string[]
  /** What a script reads beside code and message. */
  readonly data: Readonly<Record<string, unknown>>
}

/** The codes that carry an answer; any other is a refusal. */
const answers = new Set(["SUCCESS", "NO_RESULTS"])

export function exitStatusOf(report: Report): number {
  return answers.has(report.code) ? 0 : 1
}

/** The two streams of a process. */
export interface Streams {
  out(text: string): void
  err(text: string): void
}

/** Where a command speaks while it runs: to a person at once, to a script in one object at the end. */
export class Voice {
  readonly isJson: boolean
  readonly #streams: Streams
  readonly #advice: Advice[] = []
  readonly #warnings: string[] = []

  constructor(streams: Streams, isJson: boolean) {
    this.#streams = streams
    this.isJson = isJson
  }

  /** A line about what is going on. */
  say(line: string): void {
    if (!this.isJson) this.#streams.out(`${line}\n`)
  }

  /** One object of a stream of them, in JSON. */
  stream(item: object): void {
    this.#streams.out(`${JSON.stringify(item)}\n`)
  }

  warn(warning: string): void {
    this.#warnings.push(warning)
    if (!this.isJson) this.#streams.err(`event-client: warning: ${warning}\n`)
  }

  advise(advice: readonly Advice[]): void {
    this.#advice.push(...advice)
    if (!this.isJson) for (const each of advice) this.#streams.err(`event-client: please note: ${each.text}\n`)
  }

  finish(report: Report): void {
    if (this.isJson) return this.#object({ code: report.code, message: report.message, ...report.data })
    for (const line of report.lines) this.#streams.out(`${line}\n`)
  }

  fail(code: string, message: string): void {
    if (this.isJson) return this.#object({ code, message })
    this.#streams.err(`event-client: ${code}: ${message}\n`)
  }

  #object(object: object): void {
    this.stream({ ...object, advice: this.#advice, warnings: this.#warnings })
  }
}
