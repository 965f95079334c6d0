/* Workbooks and ZIP files (APPNOTE 6.3.10) as hostile people make them. */
import { deflateRawSync } from "node:zlib"

export interface Packed {
  readonly path: string
  readonly content: string | Uint8Array
  /** What the directory says that it unpacks to, where that is a lie; in bytes. */
  readonly claims?: number
}

const NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

/** A workbook of one sheet whose rows are these elements. */
export function workbook(rows: string, sheet?: Omit<Packed, "path">): Uint8Array {
  const xml = `<worksheet ${NAMESPACE}><sheetData>${rows}</sheetData></worksheet>`
  return zip([
    {
      path: "xl/workbook.xml",
      content: `<workbook ${NAMESPACE} xmlns:r="${RELATIONSHIPS}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
    },
    {
      path: "xl/_rels/workbook.xml.rels",
      content: `<Relationships><Relationship Id="r1" Type="${RELATIONSHIPS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    },
    { path: "xl/worksheets/sheet1.xml", ...(sheet ?? { content: xml }) },
  ])
}

/** A cell with text, and perhaps a formula that it came from. */
export function cell(at: string, text: string, formula?: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
  return formula === undefined
    ? `<c r="${at}" t="inlineStr"><is><t>${escaped}</t></is></c>`
    : `<c r="${at}" t="str"><f>${formula}</f><v>${escaped}</v></c>`
}

function zip(entries: readonly Packed[]): Uint8Array {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { path, content, claims } of entries) {
    const bytes = Buffer.from(content)
    const data = deflateRawSync(bytes)
    const name = Buffer.from(path)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(claims ?? bytes.length, 18)
    common.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from("504b0304", "hex"), common, name, data])
    const entry = Buffer.concat([Buffer.from("504b01021400", "hex"), common, Buffer.alloc(14), name])
    entry.writeUInt32LE(offset, 42)
    locals.push(local)
    directory.push(entry)
    offset += local.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, listed, end])
}
