import type { Readable } from "node:stream"

const LINE_CHARACTERS_MAX = 1_024

/** Calls `take` with each line of `text`, cut where it is too long to be one. */
export function eachLine(text: Readable, take: (line: string) => void): void {
  let rest = ""
  text.setEncoding("utf8")
  text.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n")
    rest = (lines.pop() ?? "").slice(0, LINE_CHARACTERS_MAX)
    for (const line of lines) take(line.slice(0, LINE_CHARACTERS_MAX))
  })
  text.on("end", () => {
    if (rest !== "") take(rest)
  })
}
