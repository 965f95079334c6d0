import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { BEGINNING, beginReading, type Reading } from "./keyReader.ts"

const plain: Reading = { key: undefined, message: undefined, header: false, lines: false, normalise: "none" }

type Found = readonly [line: number, key: string, message?: string]

function read(bytes: string | Uint8Array, options: Partial<Reading> = {}): readonly Found[] {
  const reader = beginReading({ ...plain, ...options }, BEGINNING, Buffer.from(bytes).toString("latin1"))
  const found: Found[] = []
  const readOn = (): void => {
    while (reader.next()) {
      const { line, rejection, key, message } = reader
      if (rejection !== undefined) found.push([line, rejection])
      else found.push(message === undefined ? [line, key] : [line, key, message])
    }
  }
  readOn()
  reader.feed("", true)
  readOn()
  return found
}

const invalid = (message: RegExp): object => ({ name: "UserError", code: "INVALID_VALUE", message })

describe("which column is the key", () => {
  test("the one of a plain list, which may be quoted, and has no header", () => {
    assert.deepEqual(read('A\n"B, and ""b"""\nC'), [
      [1, "A"],
      [2, 'B, and "b"'],
      [3, "C"],
    ])
  })
  test("the one that a header calls key, with the one that it calls message", () => {
    assert.deepEqual(read("Message,KEY\nhello,A\n,B\n"), [
      [2, "A", "hello"],
      [3, "B"],
    ])
    assert.deepEqual(read("key\nA\n"), [[2, "A"]])
  })
  test("the one that is named, wherever it stands, or numbered", () => {
    const text = "vin,when,claim\nA,today,one\nB,now,two\n"
    assert.deepEqual(read(text, { key: "vin", message: "claim" }), [
      [2, "A", "one"],
      [3, "B", "two"],
    ])
    assert.deepEqual(read(text, { key: "2" }), [
      [1, "when"],
      [2, "today"],
      [3, "now"],
    ])
    assert.deepEqual(read(text, { key: "2", message: "1", header: true }), [
      [2, "today", "A"],
      [3, "now", "B"],
    ])
    assert.deepEqual(read(text, { key: "2", message: "vin" }), [
      [2, "today", "A"],
      [3, "now", "B"],
    ])
  })
  test("all of the line, where lines are asked for", () => {
    assert.deepEqual(read('key,"x\n a,b \r\n', { lines: true }), [
      [1, 'key,"x'],
      [2, " a,b "],
    ])
  })
  test("several columns of which none is named are no keys", () => {
    assert.throws(() => read("A,B\n"), invalid(/^the first line has 2 columns; say which is the key with --key-column/))
    assert.throws(() => read("A,B\n", { header: true }), invalid(/^the first line has 2 columns/))
  })
  test("a column that is not there, or twice, is said", () => {
    assert.throws(() => read("a,b\n", { key: "vin" }), invalid(/^the first line names no column 'vin'; it says: a, b$/))
    assert.throws(() => read("a,a\n", { key: "a" }), invalid(/more than one column 'a'/))
    assert.throws(() => read("a,b\n", { key: "3" }), invalid(/^there is no column 3: the first line has 2$/))
    assert.throws(() => read("\na,b\n", { key: "a" }), invalid(/^the first line names no columns$/))
    assert.throws(() => read('"a\n', { key: "a" }), invalid(/^the first line names no columns$/))
  })
})

describe("a line is left out", () => {
  for (const [bytes, rejection, options] of [
    ["", "EMPTY", {}],
    ["\u00a0", "EMPTY", { normalise: "trim" }],
    ["x".repeat(257), "KEY_TOO_LONG", {}],
    ["é".repeat(129), "KEY_TOO_LONG", {}],
    ["\ud83d\ude00".repeat(65), "KEY_TOO_LONG", {}],
    [Buffer.from([0x41, 0xff]), "NOT_UTF8", {}],
    [Buffer.from([0xc0, 0x80]), "NOT_UTF8", {}],
    ["a,b", "COLUMNS", {}],
    ['a"b', "QUOTES", {}],
    ["1M8GDM9A1KP042788", "VIN_CHECK_DIGIT", { normalise: "vin" }],
    ["nobody", "EMAIL", { normalise: "email" }],
  ] as const) {
    test(`${rejection}: ${JSON.stringify(bytes).slice(0, 30)}`, () => {
      const good = options.normalise === "vin" ? "11111111111111111" : "a@b"
      const text = Buffer.concat([Buffer.from(`${good}\n`), Buffer.from(bytes), Buffer.from(`\n${good}`)])
      assert.deepEqual(read(text, options), [
        [1, good],
        [2, rejection],
        [3, good],
      ])
    })
  }
  test("MESSAGE_TOO_LONG, NOT_UTF8 for its message, too", () => {
    const text = Buffer.concat([Buffer.from(`key,message\nA,${"é".repeat(513)}\nB,`), Buffer.from([0x80, 0x0a])])
    assert.deepEqual(read(text), [
      [2, "MESSAGE_TOO_LONG"],
      [3, "NOT_UTF8"],
    ])
    assert.equal(read(`key,message\nA,${"é".repeat(512)}\n`)[0]?.[2]?.length, 512)
  })
  test("but not at its greatest length, nor for another normalization form", () => {
    assert.equal(read("x".repeat(256))[0]?.[1].length, 256)
    assert.equal(read("é".repeat(128))[0]?.[1].length, 128)
    assert.deepEqual(read("e\u0301\n"), [[1, "é"]])
    assert.equal(read("e\u0301".repeat(128))[0]?.[1], "é".repeat(128))
  })
  test("and the columns are learned from the first that is none of these", () => {
    assert.deepEqual(read('"A\n\nkey\nB\n'), [
      [1, "QUOTES"],
      [2, "EMPTY"],
      [4, "B"],
    ])
  })
})

describe("marks at the beginning of a file", () => {
  test("of UTF-8 is no part of the first key", () => {
    assert.deepEqual(read("\ufeffA\nB"), [
      [1, "A"],
      [2, "B"],
    ])
    assert.deepEqual(read("\ufeffvin,x\nA,1", { key: "vin" }), [[2, "A"]])
  })
  test("of UTF-16 is an error that says what to do", () => {
    for (const mark of [
      [0xff, 0xfe],
      [0xfe, 0xff],
    ]) {
      assert.throws(() => read(Buffer.from([...mark, 0x41, 0])), invalid(/^the file is in UTF-16: save it as UTF-8/))
    }
  })
})
