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

/** What JSON.stringify lets stand and a terminal may act on: controls from U+007F on, and what is invisible. */
const UNSAFE_IN_JSON = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu

/** RFC 8259 section 7: each UTF-16 code unit as four hexadecimal digits. */
function escapeInJson(character: string): string {
  const units = Array.from({ length: character.length }, (_, i) =>
    character.charCodeAt(i).toString(16).padStart(4, "0"),
  )
  return units.map((unit) => `\\u${unit}`).join("")
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

  /** One object of a stream of them, in JSON: other people's text in it may yet come to a terminal. */
  stream(item: object): void {
    this.#streams.out(`${JSON.stringify(item).replace(UNSAFE_IN_JSON, escapeInJson)}\n`)
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
