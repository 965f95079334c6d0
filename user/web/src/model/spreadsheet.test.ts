import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { workbookOf, zipOf, type Lies } from "../../../../testing/src/workbook.ts"
import { ROWS_MAX, type KeyTable } from "./keyTable.ts"
import type { PageError } from "./pageError.ts"
import { readDropped } from "./tableFile.ts"

function read(bytes: Uint8Array<ArrayBuffer>, sheet?: number): Promise<KeyTable> {
  return readDropped(new Blob([bytes]), sheet)
}

async function refused(bytes: Uint8Array<ArrayBuffer>, code: PageError["code"]): Promise<void> {
  await assert.rejects(read(bytes), { name: "PageError", code })
}

const text = (cell: string, written: string): string => `<c r="${cell}" t="inlineStr"><is><t>${written}</t></is></c>`

describe("a workbook", () => {
  test("has cells at their places, of shared, inline and typed text", async () => {
    const rows =
      '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="C1" t="s"><v>0</v></c></row>' +
      `<row r="3">${text("B3", "x &lt; y &#x1F600; &amp;amp;")}<c r="C3" t="str"><v>typed</v></c></row>`
    const shared =
      "<si><t>message</t></si><si><r><t>k</t></r><r><rPr/><t xml:space='preserve'>ey</t></r><rPh><t>no</t></rPh></si>"
    const { source, rows: found, columns, sheets, sheet, guess } = await read(workbookOf(rows, shared))
    assert.deepEqual(found, [["key", "", "message"], [""], ["", "x < y 😀 &amp;", "typed"]])
    assert.deepEqual([source, columns, sheets, sheet], ["xlsx", 3, ["Keys & more", "Second"], 0])
    assert.deepEqual(guess, { keyColumn: 0, messageColumn: 2, header: true })
  })

  test("has other sheets", async () => assert.deepEqual((await read(workbookOf(""), 1)).rows, [["second"]]))

  test("with formulas, numbers, errors and hidden rows is taken as it is stored, with a word", async () => {
    const rows =
      '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>HYPERLINK("http://x")</f><v>link</v></c></row>' +
      '<row r="2" hidden="1"><c r="A2"><v>45000.5</v></c><c r="B2" t="e"><v>#N/A</v></c><c r="C2" t="b"><v>1</v></c></row>' +
      '<row r="3"><c r="A3"><f>NOW()</f></c></row>'
    const { rows: found, warnings } = await read(workbookOf(rows))
    assert.deepEqual(found, [
      ["2", "link"],
      ["45000.5", "", "TRUE"],
    ])
    assert.deepEqual(warnings, [
      { kind: "FORMULAS", cells: 3 },
      { kind: "NUMBERS", cells: 2 },
      { kind: "HIDDEN_ROWS", rows: 1 },
    ])
  })

  test("has no key where a cell for a truth value is empty", async () => {
    const rows = '<row r="1"><c r="A1" t="b"/><c r="B1" t="b"><v>0</v></c></row>'
    assert.deepEqual((await read(workbookOf(rows))).rows, [["", "FALSE"]])
  })

  test("is read where cells and rows do not say where they are", async () => {
    const rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c/><c><v>3</v></c></row>"
    assert.deepEqual((await read(workbookOf(rows))).rows, [
      ["1", "2"],
      ["", "3"],
    ])
  })
})

describe("a workbook that is none, or is meant to do harm", () => {
  const good = workbookOf(`<row r="1">${text("A1", "x")}</row>`)

  test("has a text longer than any cell, by itself or shared by many", async () => {
    const long = "x".repeat(32_768)
    await refused(workbookOf(`<row r="1">${text("A1", long)}</row>`), "SPREADSHEET_TOO_LARGE")
    const shared = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    await refused(workbookOf(shared, `<si><t>${long}</t></si>`), "SPREADSHEET_TOO_LARGE")
    assert.deepEqual((await read(workbookOf(shared, `<si><t>${long.slice(1)}</t></si>`))).rows, [[long.slice(1)]])
  })

  test("is refused wherever it is cut", async () => {
    for (let length = 4; length < good.length; length += 37)
      await refused(good.slice(0, length), "SPREADSHEET_MALFORMED")
  })

  test("is refused, or read, whatever byte is changed, and nothing else happens", async () => {
    for (let at = 0; at < good.length; at += 11) {
      const changed = good.slice()
      changed[at] = (changed[at] ?? 0) ^ 0x55
      await read(changed).catch((error: unknown) => {
        assert.ok(error instanceof Error && error.name === "PageError", String(error))
      })
    }
  })

  test("a bomb that says how large it is, is not inflated", async () => {
    const zeros = new Uint8Array(150 * 1_024 * 1_024)
    const bomb = zipOf([
      ["xl/workbook.xml", zeros],
      ["xl/_rels/workbook.xml.rels", "<a/>"],
    ])
    assert.ok(bomb.length < 200_000)
    await refused(bomb, "SPREADSHEET_TOO_LARGE")
  })

  test("one that lies about it is inflated no further than it says", async () => {
    const bomb = zipOf([["xl/workbook.xml", new Uint8Array(64 * 1_024 * 1_024)]], { size: 1_000 })
    const before = process.memoryUsage().arrayBuffers
    await refused(bomb, "SPREADSHEET_MALFORMED")
    assert.ok(process.memoryUsage().arrayBuffers - before < 32 * 1_024 * 1_024)
  })

  test("one whose beginning, as long as it says it is, is a good workbook, is none", async () => {
    const bytes = workbookOf(`<row r="1">${text("A1", "x")}</row>${" ".repeat(1_000_000)}`)
    const view = new DataView(bytes.buffer)
    const isSheet = (at: number): boolean =>
      view.getUint32(at, true) === 0x02014b50 && view.getUint32(at + 24, true) > 1_000_000
    const at = Array.from({ length: bytes.length - 46 }, (_, i) => i).find(isSheet) ?? assert.fail()
    assert.equal((await read(bytes)).rows[0]?.[0], "x")
    view.setUint32(at + 24, 150, true)
    await refused(bytes, "SPREADSHEET_MALFORMED")
  })

  test("many that are small are counted together", async () => {
    const part = new Uint8Array(100 * 1_024 * 1_024).fill(0x20)
    const bomb = zipOf([
      ["xl/workbook.xml", part],
      ["xl/_rels/workbook.xml.rels", part],
    ])
    await refused(bomb, "SPREADSHEET_TOO_LARGE")
  })

  test("entities that a file defines are refused with the document type that defines them", async () => {
    const laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    await refused(workbookOf(`</sheetData>${laughs}<sheetData>`), "SPREADSHEET_MALFORMED")
    await refused(workbookOf(`<row r="1">${text("A1", "&b;")}</row>`), "SPREADSHEET_MALFORMED")
    await refused(workbookOf(`<row r="1">${text("A1", "&#99999999;")}</row>`), "SPREADSHEET_MALFORMED")
  })

  const lies: Readonly<Record<string, readonly [Lies, PageError["code"]]>> = {
    encrypted: [{ flags: 1 }, "SPREADSHEET_UNSUPPORTED"],
    "packed by another method": [{ method: 12 }, "SPREADSHEET_UNSUPPORTED"],
    "of another length": [{ size: 7 }, "SPREADSHEET_MALFORMED"],
  }
  for (const [what, [lie, code]] of Object.entries(lies)) test(what, () => refused(workbookOf("", "", lie), code))

  test("rows and columns too many, and a shared text that is not there", async () => {
    await refused(workbookOf(`<row r="${ROWS_MAX + 1}">${text("A9", "x")}</row>`), "TABLE_TOO_LARGE")
    await refused(workbookOf(`<row r="1">${text("XFD1", "x")}</row>`), "SPREADSHEET_TOO_LARGE")
    await refused(workbookOf('<row r="0"/>'), "SPREADSHEET_MALFORMED")
    for (const number of ["7", "-1", "", "1e3"]) {
      await refused(workbookOf(`<row r="1"><c t="s"><v>${number}</v></c></row>`), "SPREADSHEET_MALFORMED")
    }
  })

  test("two entries of one name, no workbook, an old one, an empty one", async () => {
    await refused(
      zipOf([
        ["xl/workbook.xml", "<a/>"],
        ["xl/workbook.xml", "<b/>"],
      ]),
      "SPREADSHEET_MALFORMED",
    )
    await refused(zipOf([["content.xml", "<a/>"]]), "SPREADSHEET_UNSUPPORTED")
    await refused(new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]), "SPREADSHEET_UNSUPPORTED")
    await refused(workbookOf(""), "TABLE_EMPTY")
  })
})
