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

test("what a spreadsheet that splits at semicolons or tabs would run is led by an apostrophe, and quoted", () => {
  for (const separator of [";", "\t", "\n", "\r\n"]) {
    for (const formula of ["=1+1", " +1", "-1", "@x", '"=1"']) {
      const text = csvText([["key", `x${separator}${formula}`]])
      assert.ok(text.includes(`${separator}'`), JSON.stringify(text))
      assert.match(text, /^key,"/, JSON.stringify(text))
    }
  }
  assert.equal(csvText([["a;b", "a; b=1"]]), "a;b,a; b=1\r\n")
})
