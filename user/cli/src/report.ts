import type { Advice } from "@event-manager/client"
import { escapeText } from "@event-manager/client/display"

/** What a command has to say at its end. */
export interface Report {
  /** What scripts match on: a response code. */
  readonly code: string
  readonly message: string
  /** What a person reads, safe for a terminal. */
  readonly lines: readonly string[]
  /** What a script reads beside code and message. */
  readonly data: Readonly<Record<string, unknown>>
  /** Whether something failed half-way: code and message are an error, and the lines say how far it came. */
  readonly isFailure?: boolean
}

/** The codes that carry an answer; any other is a refusal. */
const answers = new Set(["SUCCESS", "NO_RESULTS"])

/** The code of a command that the user has interrupted, and its exit status: as of a process that SIGINT has ended. */
export const INTERRUPTED = "INTERRUPTED"
export const EXIT_INTERRUPTED = 130

export function exitStatusOf(report: Report): number {
  if (report.code === INTERRUPTED) return EXIT_INTERRUPTED
  return answers.has(report.code) ? 0 : 1
}

/** Messages quote files and hosts: nothing in them may act on the terminal, but a backslash of a path may stand. */
export function escapeLines(message: string): string {
  return escapeText(message).replaceAll("\\\\", "\\")
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

/** A line of JSON: other people's text in it may yet come to a terminal. */
export function jsonLine(item: object): string {
  return `${JSON.stringify(item).replace(UNSAFE_IN_JSON, escapeInJson)}\n`
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

  /** Text as it is, for a program: rows of a table, or of CSV. */
  print(text: string): void {
    this.#streams.out(text)
  }

  /** A line for a person about how far something has come. */
  note(line: string): void {
    if (!this.isJson) this.#streams.err(`event-client: ${line}\n`)
  }

  /** Text on the terminal, cursor movements and all. */
  draw(text: string): void {
    if (!this.isJson) this.#streams.err(text)
  }

  /** One object of a stream of them. */
  stream(item: object): void {
    this.#streams.out(jsonLine(item))
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
    if (report.isFailure === true) this.fail(report.code, report.message)
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
