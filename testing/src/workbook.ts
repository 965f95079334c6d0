/*
 * Small workbooks, and ZIP files that are not what they say.
 */
import { crc32, deflateRawSync } from "node:zlib"

/** What a ZIP file says of an entry in place of the truth. */
export interface Lies {
  readonly size?: number
  readonly flags?: number
  readonly method?: number
}

/** A ZIP file (APPNOTE 6.3.10) of these texts, deflated. */
export function zipOf(
  entries: readonly (readonly [path: string, text: string | Uint8Array])[],
  lies: Lies = {},
): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [path, text] of entries) {
    const content = Buffer.from(text)
    const data = deflateRawSync(content)
    const name = Buffer.from(path)
    const fields = { flags: 0, method: 8, size: content.length, ...lies }
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(name.length, 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(fields.flags, 8)
    central.writeUInt16LE(fields.method, 10)
    central.writeUInt32LE(crc32(content), 16)
    central.writeUInt32LE(data.length, 20)
    central.writeUInt32LE(fields.size, 24)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt32LE(offset, 42)
    parts.push(local, name, data)
    directory.push(central, name)
    offset += 30 + name.length + data.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return new Uint8Array(Buffer.concat([...parts, central, end]))
}

const WORKBOOK = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="Keys &amp; more" sheetId="1" r:id="rId1"/><sheet name="Second" sheetId="2" r:id="rId2"/></sheets></workbook>`

const RELATIONS = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId2" Type="worksheet" Target="worksheets/sheet2.xml"/>
<Relationship Id="rId1" Type="worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>`

/** A workbook of two sheets, the first of these rows (in SpreadsheetML), the second of one cell, with shared texts. */
export function workbookOf(rows: string, sharedStrings = "", lies: Lies = {}): Uint8Array<ArrayBuffer> {
  const second = '<row r="1"><c r="A1" t="inlineStr"><is><t>second</t></is></c></row>'
  const sheet = (data: string): string => `<worksheet><sheetData>${data}</sheetData></worksheet>`
  const shared = `<sst>${sharedStrings}</sst>`
  return zipOf(
    [
      ["xl/workbook.xml", WORKBOOK],
      ["xl/_rels/workbook.xml.rels", RELATIONS],
      ["xl/worksheets/sheet1.xml", sheet(rows)],
      ["xl/worksheets/sheet2.xml", sheet(second)],
      ["xl/sharedStrings.xml", shared],
    ],
    lies,
  )
}
