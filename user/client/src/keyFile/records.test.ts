import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { fuzz } from "../../../../testing/src/fuzz.ts"
import { RECORD_BYTES_MAX, RecordReader, type Syntax } from "./records.ts"

type Found = readonly [line: number, start: number, found: string | readonly string[]]

/** What a reader makes of a text that comes in these pieces. */
function read(syntax: Syntax, ...pieces: readonly string[]): readonly Found[] {
  const reader = new RecordReader(syntax)
  const found: Found[] = []
  const readOn = (): void => {
    while (reader.next()) found.push([reader.line, reader.start, reader.fault ?? [...reader.fields]])
  }
  for (const piece of pieces) {
    reader.feed(piece, false)
    readOn()
  }
  reader.feed("", true)
  readOn()
  return found
}

const fieldsIn = (text: string): unknown => read("csv", text).map(([, , found]) => found)

/** RFC 4180 written down a character at a time, for a whole text, with the same rule for what is no record. */
function naive(text: string): readonly Found[] {
  const found: Found[] = []
  for (let [at, line] = [0, 1]; at < text.length;) {
    const record = naiveRecord(text, at)
    if (record === undefined) {
      found.push([line, at, "QUOTES"])
      const end = text.indexOf("\n", at)
      at = end < 0 ? text.length : end + 1
      line += 1
    } else {
      found.push([line, at, record.fields])
      line += text.slice(at, record.end).split("\n").length - (text[record.end - 1] === "\n" ? 1 : 0)
      at = record.end
    }
  }
  return found
}

interface Cut {
  readonly found: string
  readonly end: number
}

function naiveRecord(text: string, start: number): { fields: string[]; end: number } | undefined {
  const fields: string[] = []
  for (let at = start; ;) {
    const field = text[at] === '"' ? naiveQuoted(text, at + 1) : naivePlain(text, at)
    if (field === undefined) return undefined
    fields.push(field.found)
    at = field.end
    const ending = [",", "\n", "\r\n"].find((each) => text.startsWith(each, at)) ?? ""
    if (ending === "," && text[at] === ",") at += 1
    else if (ending !== "" || ["", "\r"].includes(text.slice(at)))
      return { fields, end: at + (ending || text.slice(at)).length }
    else return undefined
  }
}

function naiveQuoted(text: string, start: number): Cut | undefined {
  let found = ""
  for (let at = start; at < text.length; at++) {
    if (text[at] !== '"') found += text[at]
    else if (text[at + 1] !== '"') return { found, end: at + 1 }
    else [found, at] = [found + '"', at + 1]
  }
  return undefined
}

function naivePlain(text: string, start: number): Cut | undefined {
  let end = start
  while (end < text.length && !",\r\n".includes(text[end] ?? "")) end += 1
  const found = text.slice(start, end)
  return found.includes('"') ? undefined : { found, end }
}

describe("records of CSV", () => {
  for (const [text, expected] of [
    [
      "a,b\r\nc,d\r\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "a,b\nc,d",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ['"a,b","c ""d"""\n', [["a,b", 'c "d"']]],
    [
      '"two\nlines",x\nnext,y\n',
      [
        ["two\nlines", "x"],
        ["next", "y"],
      ],
    ],
    ["\n\n", [[""], [""]]],
    [",\n", [["", ""]]],
    ['""\n', [[""]]],
    ["a\r", [["a"]]],
    [" a , b \n", [[" a ", " b "]]],
    ["", []],
  ] as const) {
    test(JSON.stringify(text), () => assert.deepEqual(fieldsIn(text), expected))
  }

  test("what is none costs its first line, and no more", () => {
    for (const bad of ['a"b,c', '"a"b,c', 'a,"b', "a\rb", '"', 'a,""b"']) {
      assert.deepEqual(read("csv", `x,y\n${bad}\nz,w\n`), [
        [1, 0, ["x", "y"]],
        [2, 4, "QUOTES"],
        [3, 5 + bad.length, ["z", "w"]],
      ])
    }
  })

  test("a quote that is never closed does not swallow the file", () => {
    const rest = "12345678,abcdefgh\n".repeat(10_000)
    const found = read("csv", `a,b\n"c,d\n${rest}`)
    assert.equal(found.length, 10_002)
    assert.deepEqual(found[1], [2, 4, "RECORD_TOO_LONG"])
    assert.deepEqual(found.at(-1), [10_002, 9 + 18 * 9_999, ["12345678", "abcdefgh"]])
  })

  test("a line that does not end is left out in bounded memory", () => {
    const piece = "x".repeat(RECORD_BYTES_MAX)
    for (const syntax of ["csv", "lines"] as const) {
      assert.deepEqual(read(syntax, piece, piece, piece, "x\nshort\n"), [
        [1, 0, "RECORD_TOO_LONG"],
        [2, 3 * RECORD_BYTES_MAX + 2, ["short"]],
      ])
    }
  })

  test("where pieces begin and end makes no difference, and a naive reader finds the same", (t) => {
    const text = fc
      .array(fc.constantFrom("a", "é", ",", '"', '""', "\n", "\r\n", "\r", "x,y\n", '"q"'), { maxLength: 60 })
      .map((parts) => parts.join(""))
    fc.assert(
      fc.property(text, fc.array(fc.nat(8), { minLength: 1, maxLength: 8 }), (text, sizes) => {
        const whole = read("csv", text)
        assert.deepEqual(whole, naive(text))
        assert.deepEqual(read("csv", ...piecesOf(text, sizes)), whole)
      }),
      fuzz(t, 3_000),
    )
  })

  test("so it is where records are as long as they may be", (t) => {
    const long = fc.integer({ min: RECORD_BYTES_MAX - 4, max: RECORD_BYTES_MAX + 4 }).map((size) => "x".repeat(size))
    const text = fc
      .array(fc.oneof(long, fc.constantFrom('"', "\n", "a,b\n", ',"')), { maxLength: 8 })
      .map((parts) => parts.join(""))
    fc.assert(
      fc.property(
        text,
        fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 6 }),
        (text, sizes) => {
          assert.deepEqual(read("csv", ...piecesOf(text, sizes)), read("csv", text))
        },
      ),
      fuzz(t, 200),
    )
  })

  test("reading can begin at any record", () => {
    const text = 'a,"1\n2"\nb,c\nd,e\n'
    const [, second, third] = read("csv", text)
    const reader = new RecordReader("csv", second?.[1], second?.[0])
    reader.feed(text.slice(second?.[1]), true)
    assert.ok(reader.next() && reader.next())
    assert.deepEqual([reader.line, reader.start, [...reader.fields]], third)
  })
})

describe("cells that a spreadsheet copied", () => {
  const cells = (text: string): readonly Found[] => read("tabs", text)

  test("have tabs between them, and line breaks and tabs within quotes alone", () => {
    assert.deepEqual(cells('a\tb,c\r\n"x\ty\nz ""q"""\t\n'), [
      [1, 0, ["a", "b,c"]],
      [2, 7, ['x\ty\nz "q"', ""]],
    ])
  })

  test("may have a quote in them that is only a quote", () => {
    assert.deepEqual(cells('5" pipe\t6"\n'), [[1, 0, ['5" pipe', '6"']]])
    assert.deepEqual(cells('"5" pipe\tb\nc\n'), [
      [1, 0, "QUOTES"],
      [2, 11, ["c"]],
    ])
  })
})

test("lines are taken as they stand", () => {
  assert.deepEqual(read("lines", 'a,"b\r\n', '\n  c"d \r', "\ne\rf"), [
    [1, 0, ['a,"b']],
    [2, 6, [""]],
    [3, 7, ['  c"d ']],
    [4, 15, ["e\rf"]],
  ])
})

/** The text in pieces of these sizes, over and over. */
function piecesOf(text: string, sizes: readonly number[]): readonly string[] {
  const pieces: string[] = []
  for (let [at, i] = [0, 0]; at < text.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1)
    pieces.push(text.slice(at, at + size))
    at += size
  }
  return pieces
}
