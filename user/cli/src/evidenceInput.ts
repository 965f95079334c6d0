import { UserError } from "@event-manager/client"
import { readBytes } from "@event-manager/client/node"
import type { Readable } from "node:stream"
import { bytesOf } from "./bulk/source.ts"

type Bytes = Uint8Array<ArrayBuffer>

const FILE_BYTES_MAX = 4_194_304

const ASCII = /^[\t\n\r\x20-\x7e]*$/
const HEX = /^(?:0x)?((?:[0-9a-f]{2})+)$/i
/** In either alphabet (RFC 4648 sections 4 and 5), padded or not. */
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/
/** RFC 7468 section 6. */
const REVOCATION_LIST = /^\s*-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----\s*$/

/** A file of at most 4 MiB; `-` is the standard input. Rejects with UserError (FILE_UNREADABLE). */
export async function readInput(path: string, input: Readable = process.stdin): Promise<Bytes> {
  if (path === "-") return readStream(input)
  const bytes = readBytes(path, FILE_BYTES_MAX)
  if (bytes === undefined) throw new UserError("FILE_UNREADABLE", `${path} does not exist`)
  return bytes
}

async function readStream(input: Readable): Promise<Bytes> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of bytesOf(input)) {
    chunks.push(chunk)
    length += chunk.length
    if (length > FILE_BYTES_MAX) {
      throw new UserError("FILE_UNREADABLE", `the standard input is longer than ${FILE_BYTES_MAX} bytes`)
    }
  }
  return new Uint8Array(Buffer.concat(chunks))
}

/**
 * What a text of hexadecimal digits or of base64 stands for, or of PEM where it is a revocation list; all else as it is.
 * Nothing binary is taken for text: each of the formats has a zero, or a byte beyond ASCII, near its start.
 */
export function unwrapped(bytes: Bytes): Bytes {
  const text = Buffer.from(bytes).toString("latin1")
  if (!ASCII.test(text)) return bytes
  const [, body = text] = REVOCATION_LIST.exec(text) ?? []
  const letters = body.replaceAll(/\s/g, "")
  const [, digits] = HEX.exec(letters) ?? []
  if (digits !== undefined) return Uint8Array.fromHex(digits)
  // A line of dashes heads other PEM, which whoever reads it knows better.
  return BASE64.test(letters) && !letters.startsWith("-") ? fromBase64(letters, bytes) : bytes
}

function fromBase64(letters: string, otherwise: Bytes): Bytes {
  try {
    return Uint8Array.fromBase64(letters.replaceAll("-", "+").replaceAll("_", "/"))
  } catch (error) {
    if (error instanceof SyntaxError) return otherwise
    throw error
  }
}
