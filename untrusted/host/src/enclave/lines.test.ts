import assert from "node:assert/strict"
import { PassThrough } from "node:stream"
import { test } from "node:test"
import { eachLine } from "./lines.ts"

test("Lines come whole however they were cut, the last without its end, and none is longer than can be meant", async () => {
  const stream = new PassThrough()
  const lines: string[] = []
  eachLine(stream, (line) => lines.push(line))
  for (const chunk of ["fir", "st\nsec", "ond\n", "x".repeat(5_000), "y\n", "last"]) stream.write(chunk)
  const ended = new Promise((resolve) => stream.once("close", resolve))
  stream.end()
  await ended
  assert.deepEqual(lines, ["first", "second", "x".repeat(1_024), "last"])
})
