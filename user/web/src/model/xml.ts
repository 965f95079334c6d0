/*
 * A reader of the little XML (1.0, fifth edition) that workbooks are written in: elements, attributes, text. A document
 * type is refused, and with it every entity that a file could define.
 */
import { PageError } from "./pageError.ts"

export type XmlToken =
  /** Without its namespace prefix, as attributes are. */
  | { readonly kind: "open"; readonly name: string; readonly attributes: string; readonly isEmpty: boolean }
  | { readonly kind: "close"; readonly name: string }
  | { readonly kind: "text"; readonly text: string }

const OPEN = /^([\w.-]+:)?([\w.-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)$/
const CLOSE = /^\/([\w.-]+:)?([\w.-]+)\s*$/

/** Throws PageError (SPREADSHEET_MALFORMED). */
export function* xmlTokens(text: string): Generator<XmlToken> {
  for (let at = 0; at < text.length;) {
    const start = text.indexOf("<", at)
    const end = start < 0 ? text.length : start
    if (end > at) yield { kind: "text", text: unescapeXml(text.slice(at, end)) }
    if (start < 0) return
    if (text.startsWith("<![CDATA[", start)) {
      const close = find(text, "]]>", start)
      yield { kind: "text", text: text.slice(start + 9, close) }
      at = close + 3
    } else if (text.startsWith("<!--", start)) at = find(text, "-->", start + 4) + 3
    else if (text.startsWith("<?", start)) at = find(text, "?>", start) + 2
    else {
      const close = tagEnd(text, start)
      yield tagIn(text.slice(start + 1, close))
      at = close + 1
    }
  }
}

/** Where a tag ends: a `>` within an attribute's quotes does not end it. */
function tagEnd(text: string, start: number): number {
  const end = find(text, ">", start)
  const isWithin = (quote: string): boolean => text.slice(start, end).split(quote).length % 2 === 0
  if (!isWithin('"') && !isWithin("'")) return end
  const closing = /^<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>/.exec(text.slice(start, start + TAG_CHARACTERS_MAX))
  if (closing === null) throw malformed()
  return start + closing[0].length - 1
}

const TAG_CHARACTERS_MAX = 65_536

function tagIn(inner: string): XmlToken {
  const close = CLOSE.exec(inner)
  if (close !== null) return { kind: "close", name: close[2] ?? "" }
  const open = OPEN.exec(inner)
  // A document type too comes here.
  if (open === null) throw malformed()
  return { kind: "open", name: open[2] ?? "", attributes: open[3] ?? "", isEmpty: open[4] === "/" }
}

/** An attribute's value among an element's attributes, with or without a prefix. */
export function attribute(attributes: string, name: string): string | undefined {
  for (const [, prefixed = "", double, single] of attributes.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    if (prefixed.slice(prefixed.indexOf(":") + 1) === name) return unescapeXml(double ?? single ?? "")
  }
  return undefined
}

const entities: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
])

function unescapeXml(text: string): string {
  if (!text.includes("&")) return text
  return text.replaceAll(/&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|[a-z]+);|&/g, (_whole, entity: string | undefined) => {
    if (entity === undefined) throw malformed()
    const known = entities.get(entity)
    if (known !== undefined) return known
    const code = entity.startsWith("#x") ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1))
    if (!entity.startsWith("#") || code > 0x10ffff) throw malformed()
    return String.fromCodePoint(code)
  })
}

function find(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from)
  if (found < 0) throw malformed()
  return found
}

function malformed(): PageError {
  return new PageError("SPREADSHEET_MALFORMED", "the workbook's contents cannot be read")
}
