import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { checkKeys, ROWS_MAX, rowProblems, TABLE_BYTES_MAX, type KeyTable, type TableChoice } from "./keyTable.ts"
import { readDropped, readPasted } from "./tableFile.ts"

const choice: TableChoice = { keyColumn: 0, messageColumn: undefined, header: false, normalise: "none" }

function dropped(content: string | Uint8Array<ArrayBuffer>): Promise<KeyTable> {
  return readDropped(new Blob([content]))
}

describe("a table that is pasted", () => {
  test("is cut at tabs as spreadsheets copy it, or else is lines", () => {
    assert.deepEqual(readPasted('a\t"x\ny"\nb\t5"\n').rows, [
      ["a", "x\ny"],
      ["b", '5"'],
    ])
    assert.deepEqual(readPasted('a,b\r\n"c"\r\n').rows, [["a,b"], ['"c"']])
  })

  test("ends at its last row that has something in it, and what is within stays numbered", () => {
    const { rows } = readPasted("a\n\nb\n \n\n")
    assert.deepEqual(rows, [["a"], [""], ["b"]])
    const { keys, problems } = checkKeys(readPasted("a\n\nb\n \n\n"), choice)
    assert.deepEqual(
      [keys, problems],
      [
        [
          { key: "a", row: 1 },
          { key: "b", row: 3 },
        ],
        [{ row: 2, problem: "EMPTY", text: "" }],
      ],
    )
  })

  for (const nothing of ["", "\n\n", " \t \n"]) {
    test(`is refused where it is ${JSON.stringify(nothing)}`, () =>
      assert.throws(() => readPasted(nothing), { name: "PageError", code: "TABLE_EMPTY" }))
  }

  test("is refused where it is too long, before it is looked at", () => {
    assert.throws(() => readPasted("x".repeat(TABLE_BYTES_MAX + 1)), { code: "TABLE_TOO_LARGE" })
    assert.throws(() => readPasted("x\n".repeat(ROWS_MAX + 1)), { code: "TABLE_TOO_LARGE", message: /event-client/ })
    assert.equal(readPasted("x\n".repeat(ROWS_MAX)).rows.length, ROWS_MAX)
  })
})

describe("a file that is dropped", () => {
  test("is CSV with commas, semicolons or tabs, as its first line has it", async () => {
    for (const [text, row] of [
      ['key,"a;b;c",d\n', ["key", "a;b;c", "d"]],
      ["key;message\n1,5;2\n", ["key", "message"]],
      ["key\tmessage, more\n", ["key", "message, more"]],
      ["just one\n", ["just one"]],
    ] as const)
      assert.deepEqual((await dropped(text)).rows[0], row)
  })

  test("may be in UTF-8, with a mark or without, or UTF-16 as spreadsheets write it", async () => {
    const utf16 = new Uint8Array([0xff, 0xfe, ...Buffer.from("Schlüssel\tb\n", "utf16le")])
    for (const content of ["Schlüssel,b\n", "\ufeffSchlüssel,b\n", utf16]) {
      const { rows, guess } = await dropped(content)
      assert.deepEqual([rows, guess.header, guess.keyColumn], [[["Schlüssel", "b"]], true, 0])
    }
  })

  test("is refused where it is no text, or too long", async () => {
    for (const bytes of [
      new Uint8Array([0x53, 0xfc, 0x64]),
      new Uint8Array([65, 0, 66]),
      new Uint8Array([0xff, 0xfe, 0]),
    ])
      await assert.rejects(dropped(bytes), { code: "TABLE_NOT_TEXT" })
    await assert.rejects(readDropped({ size: TABLE_BYTES_MAX + 1 } as Blob), { code: "TABLE_TOO_LARGE" })
  })

  test("is told of rows that cannot be cut, which are left out", async () => {
    const table = await dropped('a,b\nx"y,z\nc,d\n')
    assert.deepEqual(table.warnings, [{ kind: "BROKEN_ROWS", rows: 1 }])
    const { keys, problems } = checkKeys(table, choice)
    assert.deepEqual(
      [keys.map(({ key, row }) => [key, row]), problems],
      [
        [
          ["a", 1],
          ["c", 3],
        ],
        [{ row: 2, problem: "BROKEN", text: "" }],
      ],
    )
  })
})

describe("a row", () => {
  const table = (...rows: readonly (readonly string[])[]): KeyTable => ({
    source: "csv",
    rows,
    columns: 2,
    guess: choice,
    warnings: [],
    sheets: [],
    sheet: 0,
  })
  const long = "ä".repeat(129)
  const rows: readonly (readonly [readonly string[], Partial<TableChoice>, string])[] = [
    [[" "], { normalise: "trim" }, "EMPTY"],
    [[], {}, "BROKEN"],
    [["\ud800"], {}, "NOT_TEXT"],
    [["a", "\udc00"], { messageColumn: 1 }, "NOT_TEXT"],
    [[long], {}, "KEY_TOO_LONG"],
    [["a", "x".repeat(1_025)], { messageColumn: 1 }, "MESSAGE_TOO_LONG"],
    [["1M8GDM9AXKP04278"], { normalise: "vin" }, "VIN_LENGTH"],
    [["1M8GDM9AXKP04278O"], { normalise: "vin" }, "VIN_LETTERS"],
    [["1M8GDM9A0KP042788"], { normalise: "vin" }, "VIN_CHECK_DIGIT"],
    [["nobody"], { normalise: "email" }, "EMAIL"],
  ]
  for (const [cells, more, problem] of rows) {
    test(`is left out: ${problem}`, () => {
      const found = checkKeys(table(cells), { ...choice, ...more })
      assert.deepEqual([found.keys, found.problems.map((each) => each.problem)], [[], [problem]])
    })
  }

  test("has every problem there is in a test", () => {
    const tested = new Set([...rows.map(([, , problem]) => problem), "REPEATED"])
    assert.deepEqual(new Set(rowProblems).symmetricDifference(tested), new Set())
  })

  test("that repeats another is told of, in its normal form, and another message is no repetition", () => {
    const same = table(["é", "1"], ["e\u0301", "1"], ["é", "2"], ["É", ""], ["é", ""])
    const { keys, problems } = checkKeys(same, { ...choice, messageColumn: 1, normalise: "upper" })
    assert.deepEqual(
      keys.map(({ key, message, row }) => [key, message, row]),
      [
        ["É", "1", 1],
        ["É", "2", 3],
        ["É", undefined, 4],
      ],
    )
    assert.deepEqual(
      problems.map(({ row, problem }) => [row, problem]),
      [
        [2, "REPEATED"],
        [5, "REPEATED"],
      ],
    )
  })

  test("that names the columns is no key", () => {
    const { keys } = checkKeys(table(["key"], ["a"]), { ...choice, header: true })
    assert.deepEqual(keys, [{ key: "a", row: 2 }])
  })
})
