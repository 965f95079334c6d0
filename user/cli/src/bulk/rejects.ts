import { limits, UserError } from "@event-manager/client"
import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs"
import type { Rejection } from "./keyReader.ts"
import { RECORD_BYTES_MAX } from "@event-manager/client/keys"

/** Why a line was left out, in words that go on from "line 7: ". */
export const rejections: Readonly<Record<Rejection, string>> = {
  EMPTY: "there is no key in it",
  NOT_UTF8: "it is not UTF-8",
  KEY_TOO_LONG: `its key has more than ${limits.keyBytesMax} bytes`,
  MESSAGE_TOO_LONG: `its message has more than ${limits.messageBytesMax} bytes`,
  QUOTES: "its quotes are not those of CSV (RFC 4180)",
  RECORD_TOO_LONG: `it has more than ${RECORD_BYTES_MAX} bytes, or a quote in it is never closed`,
  COLUMNS: "it has not as many columns as the first line",
  VIN_LENGTH: "a VIN has 17 characters",
  VIN_LETTERS: "a VIN has letters but I, O and Q, and digits",
  VIN_CHECK_DIGIT: "the check digit of the VIN, its ninth character, is wrong",
  EMAIL: "it is no e-mail address",
}

/** Text that is kept of a line. */
const KEPT_LETTERS_MAX = 4_096
const BUFFERED_LETTERS_MAX = 65_536

/** Where lines that are left out are kept: CSV of line number, reason and the line as it stands. */
export class RejectsFile {
  readonly #path: string
  readonly #file: number
  #buffered = ""
  #bytes: number

  private constructor(path: string, file: number, bytes: number) {
    this.#path = path
    this.#file = file
    this.#bytes = bytes
  }

  /** Opens it, and keeps so many bytes of what an earlier run wrote. Throws UserError (FILE_UNWRITABLE). */
  static open(path: string, bytesKept: number): RejectsFile {
    return writing(path, () => {
      const file = openSync(path, bytesKept > 0 ? "r+" : "w", 0o600)
      ftruncateSync(file, bytesKept)
      const rejects = new RejectsFile(path, file, bytesKept)
      if (bytesKept === 0) rejects.#write("line,reason,text\n")
      return rejects
    })
  }

  /** How long it is with all that was added. */
  get bytes(): number {
    return this.#bytes
  }

  /** Each character of `raw` stands for a byte. */
  add(line: number, rejection: Rejection, raw: string): void {
    this.#write(`${line},${rejection},"${raw.slice(0, KEPT_LETTERS_MAX).replaceAll('"', '""')}"\n`)
    if (this.#buffered.length > BUFFERED_LETTERS_MAX) this.#flush()
  }

  /** Makes what was added durable. */
  sync(): void {
    this.#flush()
    writing(this.#path, () => fsyncSync(this.#file))
  }

  close(): void {
    this.sync()
    closeSync(this.#file)
  }

  #write(text: string): void {
    this.#buffered += text
    this.#bytes += text.length
  }

  #flush(): void {
    const bytes = Buffer.from(this.#buffered, "latin1")
    // Where it ends, counted from its beginning: after a run that went on, that is not where writing began.
    const end = this.#bytes - bytes.length
    writing(this.#path, () => {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at, bytes.length - at, end + at)
    })
    this.#buffered = ""
  }
}

function writing<T>(path: string, write: () => T): T {
  try {
    return write()
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error"
    throw new UserError("FILE_UNWRITABLE", `${path} cannot be written (${code})`, { cause })
  }
}
