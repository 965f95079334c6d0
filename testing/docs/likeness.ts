/*
 * Whether a command printed what its document shows. Values that differ from run to run may do so, each kind in its own
 * way: a fingerprint or a hash stands for the same one wherever it stands in the document, and for no other.
 */
import assert from "node:assert/strict"

interface Kind {
  readonly name: string
  readonly pattern: RegExp
  /** Whether one value of the document stands for one value of the run. */
  readonly isNamed: boolean
}

const kinds: readonly Kind[] = [
  { name: "fingerprint", pattern: /\b[a-z2-7]{4}(?:-[a-z2-7]{4}){4}\b/g, isNamed: true },
  { name: "hash", pattern: /\b[0-9a-f]{64}\b/g, isNamed: true },
  { name: "time", pattern: /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, isNamed: false },
  { name: "duration", pattern: /\b\d+(?:\.\d+)? (?:ms|s)\b/g, isNamed: false },
  { name: "rate", pattern: /\b[\d,]+ keys\/s/g, isNamed: false },
  { name: "cursor", pattern: /\b[0-9a-f]{16}(?=-\d+\b)/g, isNamed: false },
]

/** A line of the document that stands for any lines. */
const ANY_LINES = "…"

export class Likeness {
  readonly #found = new Map<string, string>()
  readonly #meant = new Map<string, string>()

  /** A value of the document is, in this run, that one. */
  bind(meant: string, found: string): void {
    assert.equal(this.#found.get(meant) ?? found, found, `${meant} of the document was another value before`)
    assert.equal(this.#meant.get(found) ?? meant, meant, `${found} stands for two values of the document`)
    this.#found.set(meant, found)
    this.#meant.set(found, meant)
  }

  /** A text of the document with this run's values in place of its own. */
  translate(text: string): string {
    let translated = text
    for (const [meant, found] of this.#found) translated = translated.replaceAll(meant, found)
    return translated
  }

  /** Asserts that what was printed is what the document shows. */
  compare(shown: string, printed: string, where: string): void {
    const expected = linesOf(this.translate(shown))
    const lines = linesOf(printed)
    const skeleton = expected.map(generalise)
    const found = matchLines(skeleton, lines.map(generalise))
    assert.ok(found !== undefined, `${where}\n--- shown\n${expected.join("\n")}\n--- printed\n${lines.join("\n")}`)
    for (const [i, at] of found.entries()) if (at !== undefined) this.#bindLine(expected[i] ?? "", lines[at] ?? "")
  }

  #bindLine(shown: string, printed: string): void {
    for (const { pattern, isNamed } of kinds) {
      const found = isNamed ? (printed.match(pattern) ?? []) : []
      for (const [i, each] of (isNamed ? (shown.match(pattern) ?? []) : []).entries()) {
        // What was translated stands for itself.
        if (!this.#meant.has(each)) this.bind(each, found[i] ?? "")
        else assert.equal(found[i], each, "another value than before")
      }
    }
  }
}

function linesOf(text: string): readonly string[] {
  return text
    .replace(/\n+$/, "")
    .split("\n")
    .map((line) => line.trimEnd())
}

function generalise(line: string): string {
  let general = line
  for (const { name, pattern } of kinds) general = general.replaceAll(pattern, `<${name}>`)
  return general
}

/** For each line shown, the line printed that it is; undefined for any lines. Undefined where they do not match. */
function matchLines(shown: readonly string[], printed: readonly string[]): (number | undefined)[] | undefined {
  const [first, ...rest] = shown
  if (first === undefined) return printed.length === 0 ? [] : undefined
  if (first === ANY_LINES) {
    for (let skipped = 0; skipped <= printed.length; skipped++) {
      const found = matchLines(rest, printed.slice(skipped))
      if (found !== undefined) return [undefined, ...found.map((at) => (at === undefined ? at : at + skipped))]
    }
    return undefined
  }
  if (first !== printed[0]) return undefined
  const found = matchLines(rest, printed.slice(1))
  return found === undefined ? undefined : [0, ...found.map((at) => (at === undefined ? at : at + 1))]
}
