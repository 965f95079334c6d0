import { UserError } from "@event-manager/client"
import { open, type FileHandle } from "node:fs/promises"
import { pipeline, Readable } from "node:stream"
import { createGunzip } from "node:zlib"

/** What a file is recognised by between runs, and while it is read. */
interface Stamp {
  readonly bytes: number
  /** Nanoseconds since 1970. */
  readonly modified: string
}

/** A piece of what a file holds, unpacked. */
export interface Piece {
  /** Each character stands for one byte (ISO 8859-1). */
  readonly text: string
  /** How much of the file has been read, from 0 to 1; undefined where its size is not known. */
  readonly share: number | undefined
}

export interface Source {
  /** Undefined for what can be read only once: standard input, a pipe. */
  readonly stamp: Stamp | undefined
  /**
   * What it holds, unpacked, from a position on. Throws UserError: FILE_UNREADABLE, and FILE_CHANGED where it is no
   * longer what it was when it was opened.
   */
  pieces(from: number): AsyncGenerator<Piece>
  close(): Promise<void>
}

const PIECE_BYTES = 512 * 1_024
/** RFC 1952 section 2.3.1. */
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b])

/** Opens a file, or with `-` the standard input. Throws UserError (FILE_UNREADABLE). */
export async function openSource(file: string, input: Readable = process.stdin): Promise<Source> {
  if (file === "-") return new Stream("standard input", input)
  const handle = await opened(file)
  const stat = await handle.stat()
  if (stat.isFile()) return new PlainFile(file, handle, await stampOf(handle))
  if (!stat.isDirectory()) return new Stream(file, handle.createReadStream({ highWaterMark: PIECE_BYTES }))
  await handle.close()
  throw new UserError("FILE_UNREADABLE", `${file} is a folder; name a file`)
}

function isSameStamp(one: Stamp, other: Stamp): boolean {
  return one.bytes === other.bytes && one.modified === other.modified
}

class PlainFile implements Source {
  readonly stamp: Stamp
  readonly #file: string
  readonly #handle: FileHandle
  #bytesRead = 0

  constructor(file: string, handle: FileHandle, stamp: Stamp) {
    this.#file = file
    this.#handle = handle
    this.stamp = stamp
  }

  async *pieces(from: number): AsyncGenerator<Piece> {
    const isPacked = GZIP_MAGIC.equals(await this.#bytesAt(0, GZIP_MAGIC.length))
    // What is packed can be read from its beginning alone.
    const chunks = isPacked ? without(from, unpacked(this.#file, this.#chunks(0))) : this.#chunks(from)
    for await (const chunk of chunks) {
      yield { text: chunk.toString("latin1"), share: this.#bytesRead / this.stamp.bytes }
    }
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  async *#chunks(from: number): AsyncGenerator<Buffer> {
    for (let at = from; ;) {
      const chunk = await this.#bytesAt(at, PIECE_BYTES)
      // Asked after each piece, so that what was read is what the stamp stands for.
      if (!isSameStamp(await stampOf(this.#handle), this.stamp)) throw changed(this.#file)
      if (chunk.length === 0) return
      at += chunk.length
      this.#bytesRead = at
      yield chunk
    }
  }

  async #bytesAt(at: number, length: number): Promise<Buffer> {
    try {
      const { buffer, bytesRead } = await this.#handle.read(Buffer.allocUnsafe(length), 0, length, at)
      return buffer.subarray(0, bytesRead)
    } catch (cause) {
      throw unreadable(this.#file, cause)
    }
  }
}

class Stream implements Source {
  readonly stamp = undefined
  readonly #name: string
  readonly #input: Readable

  constructor(name: string, input: Readable) {
    this.#name = name
    this.#input = input
  }

  async *pieces(from: number): AsyncGenerator<Piece> {
    const chunks = this.#chunks()
    const first = await chunks.next()
    if (first.done === true) return
    const whole = continued(first.value, chunks)
    const isPacked = GZIP_MAGIC.equals(first.value.subarray(0, GZIP_MAGIC.length))
    for await (const chunk of without(from, isPacked ? unpacked(this.#name, whole) : whole)) {
      yield { text: chunk.toString("latin1"), share: undefined }
    }
  }

  /** Whoever writes to it would otherwise keep the process from ending. */
  async close(): Promise<void> {
    this.#input.destroy()
  }

  /** The first is long enough to tell what the others are, where there is as much. */
  async *#chunks(): AsyncGenerator<Buffer> {
    let begin = Buffer.alloc(0)
    try {
      for await (const chunk of bytesOf(this.#input)) {
        begin = Buffer.concat([begin, chunk])
        if (begin.length < TELLING_BYTES) continue
        yield begin
        begin = Buffer.alloc(0)
      }
    } catch (cause) {
      throw unreadable(this.#name, cause)
    }
    if (begin.length > 0) yield begin
  }
}

export async function* bytesOf(input: Readable): AsyncGenerator<Uint8Array> {
  for await (const chunk of input) if (chunk instanceof Uint8Array) yield chunk
}

/** As long as the longest mark that a file may begin with. */
const TELLING_BYTES = 3

async function* continued(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first
  yield* rest
}

async function* without(bytes: number, chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const chunk of chunks) {
    if (chunk.length > left) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}

/** What is packed as gzip (RFC 1952), all its members one after another. */
async function* unpacked(file: string, chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES })
  // What goes wrong on either side of it reaches the loop below.
  const packed = pipeline(Readable.from(chunks, { objectMode: false }), gunzip, () => undefined)
  try {
    for await (const chunk of packed) yield Buffer.from(chunk)
  } catch (cause) {
    if (cause instanceof UserError) throw cause
    const what = codeOf(cause) === "Z_BUF_ERROR" ? "is cut short" : "is damaged"
    throw new UserError("FILE_UNREADABLE", `${file} is packed as gzip, and ${what}`, { cause })
  }
}

async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file)
  } catch (cause) {
    throw unreadable(file, cause)
  }
}

async function stampOf(handle: FileHandle): Promise<Stamp> {
  const { size, mtimeNs } = await handle.stat({ bigint: true })
  return { bytes: Number(size), modified: String(mtimeNs) }
}

function changed(file: string): UserError {
  const advice = "let whoever writes it finish; what it holds then can be sent from its beginning with --restart"
  return new UserError("FILE_CHANGED", `${file} was changed while it was read; ${advice}`)
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "cannot be read: permission denied",
  EISDIR: "is a folder; name a file",
}

function unreadable(file: string, cause: unknown): UserError {
  const code = codeOf(cause)
  return new UserError("FILE_UNREADABLE", `${file} ${reasons[code] ?? `cannot be read (${code})`}`, { cause })
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error"
}
