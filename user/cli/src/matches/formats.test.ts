import fc from "fast-check"
import { name, type Match } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { fuzz } from "../../../../testing/src/fuzz.ts"
import { party } from "../../../../testing/src/world.ts"
import { RecordReader } from "@event-manager/client/keys"
import type { Context } from "../context.ts"
import { Voice } from "../report.ts"
import type { Format } from "./format.ts"
import { countLine, csvCell, openSink, readFormat } from "./formats.ts"

const match = (key: string, message?: string, position = 0): Match =>
  ({ computation: name("K"), position, party: party(1), key, message }) as unknown as Match

/** What a sink prints to standard output, and to standard error. */
function printed(format: Format, isTerminal: boolean, ...pages: readonly (readonly Match[])[]): [string, string] {
  let [out, err] = ["", ""]
  const voice = new Voice({ out: (text) => void (out += text), err: (text) => void (err += text) }, false)
  const cards = { namesOf: () => ["BOB"] }
  const context = { voice, cards, show: () => "BOB" } as unknown as Context
  const sink = openSink(context, format, isTerminal)
  for (const page of pages) sink.matches(page)
  sink.count({ computation: "C", keys: 2 })
  return [out, err]
}

describe("CSV", () => {
  test("has a row for each match, and its header even where there is none", () => {
    const header = "computation,position,key,participant,party,message\n"
    const count = "event-client: Computation: C; 2 of your keys have matched\n"
    assert.deepEqual(printed("csv", false), [header, count])
    const rows = `K,7,A,BOB,${party(1)},\nK,8,"b,""c""",BOB,${party(1)},"two\nlines"\n`
    assert.deepEqual(printed("csv", false, [match("A", undefined, 7)], [match('b,"c"', "two\nlines", 8)]), [
      header + rows,
      count,
    ])
  })

  for (const [text, cell] of [
    ["plain", "plain"],
    ["", ""],
    ["a b", "a b"],
    ["a,b", '"a,b"'],
    ['a"b', '"a""b"'],
    ["a\rb", '"a\rb"'],
    ["a ", '"a "'],
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    [" =1", "' =1"],
    ["\n=1", '"\'\n=1"'],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ["\uff1d1", "'\uff1d1"],
    ["'tis", "''tis"],
    ["a=1", "a=1"],
  ] as const) {
    test(`${JSON.stringify(text)} is written ${JSON.stringify(cell)}`, () => assert.equal(csvCell(text), cell))
  }

  test("no cell begins as a formula does; without its apostrophe it is the text, as our own reader reads it", (t) => {
    const text = fc.string({ unit: fc.constantFrom(..."=+-@',\"\r\n\t aé\uff1d") })
    fc.assert(
      fc.property(text, text, (one, other) => {
        const reader = new RecordReader("csv")
        reader.feed(`${csvCell(one)},${csvCell(`x${other}`)}\n`, true)
        assert.ok(reader.next())
        const [first = "", second = ""] = reader.fields
        assert.doesNotMatch(first, /^\s*[=+\-@\uff1d]/)
        assert.equal(first.startsWith("'") ? first.slice(1) : first, one)
        assert.equal(second, `x${other}`)
        assert.equal(reader.next(), false)
      }),
      fuzz(t, 1_000),
    )
  })

  test("is escaped where a terminal could act on it, and there alone", () => {
    const red = match("\u001b[31mred", "\u202eback")
    assert.match(printed("csv", true, [red])[0], /^K,0,\\u\{1b\}\[31mred,BOB,[0-9a-f]{64},\\u\{202e\}back$/m)
    assert.match(printed("csv", false, [red])[0], /^K,0,\u001b\[31mred,BOB,[0-9a-f]{64},\u202eback$/m)
  })
})

describe("lines of JSON", () => {
  test("are one object each, in which nothing acts on a terminal", () => {
    const [out, err] = printed("jsonl", false, [match("A\u001b", "m\u202e", 3)], [match("B")])
    assert.equal(err, "")
    assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    const objects = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown)
    const bob = { name: "BOB", key: party(1) }
    assert.deepEqual(objects, [
      { computation: "K", key: "A\u001b", position: 3, party: bob, message: "m\u202e" },
      { computation: "K", key: "B", position: 0, party: bob },
      { computation: "C", matchedKeys: 2 },
    ])
  })
})

describe("a table", () => {
  test("has columns as wide as its first rows need, and text that no terminal acts on", () => {
    const [out, err] = printed(
      "table",
      true,
      [],
      [match("A", "one"), match("LONGER", "\u001b[31m")],
      [match("THE LONGEST")],
    )
    assert.equal(err, "")
    assert.deepEqual(out.split("\n"), [
      "COMPUTATION  KEY     PARTICIPANT  MESSAGE",
      "K            A       BOB          one",
      "K            LONGER  BOB          \\u{1b}[31m",
      "K            THE LONGEST  BOB",
      "Computation: C; 2 of your keys have matched",
      "",
    ])
  })
})

test("one key has matched, several have", () => {
  const lines = [0, 1, 2].map((keys) => countLine({ computation: "C", keys }).slice("Computation: C; ".length))
  assert.deepEqual(lines, ["0 of your keys have matched", "1 of your keys has matched", "2 of your keys have matched"])
})

test("a format is one that there is, and no other output beside it", () => {
  assert.equal(readFormat(undefined, true), undefined)
  for (const format of ["table", "csv", "jsonl"]) {
    assert.equal(readFormat(format, false), format)
    assert.throws(() => readFormat(format, true), { name: "UsageError", message: /^--json and --format exclude/ })
  }
  for (const format of ["", "CSV", "json", "\u001b"]) {
    assert.throws(() => readFormat(format, false), {
      name: "UsageError",
      message: /is no format: give one of table, csv/,
    })
  }
})
