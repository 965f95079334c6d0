import { strict as assert } from "node:assert"
import { test } from "node:test"
import { csvText } from "./csv.ts"

test("cells with separators, quotes and line ends are quoted", () => {
  assert.equal(csvText([["a,b", 'say "x"', "two\nlines", "plain"]]), '"a,b","say ""x""","two\nlines",plain\r\n')
})

test("a cell that a spreadsheet would run is led by an apostrophe", () => {
  const cells = ["=1+1", "+1", "-1", "@x", "\tx", "\rx"]
  for (const cell of cells) assert.match(csvText([[cell]]), /^"?'/, JSON.stringify(cell))
  assert.equal(csvText([["1-1", "a=b"]]), "1-1,a=b\r\n")
})
