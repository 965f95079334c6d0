/*
 * A bounded reader of ZIP files (APPNOTE 6.3.10), for workbooks: what is inside is inflated by the browser, and never
 * further than it may be long.
 */
import { PageError } from "./pageError.ts"

type Bytes = Uint8Array<ArrayBuffer>

interface Entry {
  readonly method: number
  readonly compressed: number
  readonly size: number
  readonly offset: number
}

const END_MARK = 0x06054b50
const CENTRAL_MARK = 0x02014b50
const LOCAL_MARK = 0x04034b50
const END_BYTES = 22
const CENTRAL_BYTES = 46
const LOCAL_BYTES = 30
const COMMENT_BYTES_MAX = 65_535
const ENTRIES_MAX = 4_096
/** What is read of all entries together. */
const INFLATED_BYTES_MAX = 128 * 1_024 * 1_024

const STORED = 0
const DEFLATED = 8
const ENCRYPTED_FLAG = 1

export class ZipFile {
  readonly #bytes: Bytes
  readonly #entries: ReadonlyMap<string, Entry>
  #left = INFLATED_BYTES_MAX

  private constructor(bytes: Bytes, entries: ReadonlyMap<string, Entry>) {
    this.#bytes = bytes
    this.#entries = entries
  }

  /** Reads the directory alone. Throws PageError (SPREADSHEET_MALFORMED, SPREADSHEET_UNSUPPORTED). */
  static open(bytes: Bytes): ZipFile {
    try {
      return new ZipFile(bytes, readDirectory(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)))
    } catch (cause) {
      // A field beyond the end.
      if (cause instanceof RangeError) throw malformed()
      throw cause
    }
  }

  has(path: string): boolean {
    return this.#entries.has(path)
  }

  /** An entry as text. Rejects with PageError (SPREADSHEET_*). */
  async text(path: string): Promise<string> {
    const entry = this.#entries.get(path)
    if (entry === undefined) throw malformed()
    const bytes = await this.#read(entry)
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
    } catch {
      throw malformed()
    }
  }

  async #read({ method, compressed, size, offset }: Entry): Promise<Bytes> {
    // What it claims is looked at first; what comes out of it is counted as it comes.
    if (size > this.#left) throw tooLarge()
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength)
    if (offset + LOCAL_BYTES > view.byteLength || view.getUint32(offset, true) !== LOCAL_MARK) throw malformed()
    const start = offset + LOCAL_BYTES + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
    if (start + compressed > view.byteLength) throw malformed()
    const data = this.#bytes.subarray(start, start + compressed)
    const content = method === STORED ? data : await inflate(data, size)
    if (content.length !== size) throw malformed()
    this.#left -= size
    return content
  }
}

function readDirectory(view: DataView): Map<string, Entry> {
  const end = findEnd(view)
  const [count, start] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)]
  if (count > ENTRIES_MAX) throw tooLarge()
  const entries = new Map<string, Entry>()
  for (let at = start, i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== CENTRAL_MARK) throw malformed()
    const nameLength = view.getUint16(at + 28, true)
    const name = new Uint8Array(view.buffer, view.byteOffset + at + CENTRAL_BYTES, nameLength)
    const path = new TextDecoder().decode(name)
    // Two of one name: which one is read would depend on who reads.
    if (entries.has(path)) throw malformed()
    entries.set(path, readEntry(view, at))
    at += CENTRAL_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return entries
}

function readEntry(view: DataView, at: number): Entry {
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)]
  if ((flags & ENCRYPTED_FLAG) !== 0 || (method !== STORED && method !== DEFLATED)) {
    throw new PageError("SPREADSHEET_UNSUPPORTED", "the workbook is packed in a way that this page does not read")
  }
  const [compressed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)]
  return { method, compressed, size, offset: view.getUint32(at + 42, true) }
}

/** Where the end of the directory begins: it stands last, before a comment. */
function findEnd(view: DataView): number {
  const first = Math.max(0, view.byteLength - END_BYTES - COMMENT_BYTES_MAX)
  for (let at = view.byteLength - END_BYTES; at >= first; at--) {
    if (view.getUint32(at, true) === END_MARK) return at
  }
  throw malformed()
}

/** Inflates (RFC 1951) up to as many bytes as there are said to be. */
async function inflate(data: Bytes, size: number): Promise<Bytes> {
  const content = new Uint8Array(size)
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader()
  let at = 0
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (at + next.value.length > size) throw malformed()
      content.set(next.value, at)
      at += next.value.length
    }
  } catch (cause) {
    await reader.cancel().catch(() => undefined)
    throw cause instanceof PageError ? cause : malformed()
  }
  return content.subarray(0, at)
}

function malformed(): PageError {
  return new PageError("SPREADSHEET_MALFORMED", "the file is no whole workbook: it was cut or changed")
}

function tooLarge(): PageError {
  const most = `${INFLATED_BYTES_MAX / 1_024 / 1_024} MiB`
  return new PageError("SPREADSHEET_TOO_LARGE", `the workbook is larger than this page reads (${most} unpacked)`)
}
