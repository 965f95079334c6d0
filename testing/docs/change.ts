/** Changes that a document shows: lines behind ` ` are there, those behind `-` go, those behind `+` come. */
import assert from "node:assert/strict"

/** Between two places of one file. */
const APART = /^…\n/m

/** A text with the changes made. Throws AssertionError where it does not have the lines, or has them more than once. */
export function applyChange(text: string, change: string, where: string): string {
  return change.split(APART).reduce((changed, hunk) => {
    const before = side(hunk, "-")
    const parts = changed.split(before)
    assert.equal(parts.length, 2, `${where}: there should be one place that reads\n${before}`)
    return parts.join(side(hunk, "+"))
  }, text)
}

function side(hunk: string, sign: "-" | "+"): string {
  const lines = hunk.split("\n").slice(0, -1)
  return lines
    .filter((line) => line.startsWith(sign) || line.startsWith(" ") || line === "")
    .map((line) => `${line.slice(1)}\n`)
    .join("")
}
