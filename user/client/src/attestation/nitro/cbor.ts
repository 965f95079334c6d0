/*
 * CBOR (RFC 8949) from strangers, by cborg. Its decoder recurses, and takes floating point numbers for integers; what
 * stands in between keeps both from happening.
 */
import { decode, Tokenizer, Type, type DecodeOptions } from "cborg"
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"

const options: DecodeOptions = {
  // Integers and lengths in their shortest form, and numbers that are safe.
  strict: true,
  allowBigInt: false,
  useMaps: true,
  rejectDuplicateMapKeys: true,
}

/** As deep as it may nest, for each level is a token at least: an attestation document has about a hundred. */
const TOKENS_MAX = 256

const kinds: readonly Type[] = [
  Type.uint,
  Type.negint,
  Type.bytes,
  Type.string,
  Type.array,
  Type.map,
  Type.null,
  Type.break,
]

type Token = ReturnType<Tokenizer["next"]>

class BoundedTokenizer extends Tokenizer {
  #left = TOKENS_MAX

  override next(): Token {
    this.#left -= 1
    if (this.#left < 0) throw new DecodeError("LENGTH_OUT_OF_RANGE", `more than ${TOKENS_MAX} pieces of CBOR`)
    const token = super.next()
    if (kinds.some((kind) => Type.equals(kind, token.type))) return token
    throw new DecodeError("UNKNOWN_VARIANT", `CBOR of type ${token.type.name}`)
  }
}

/**
 * The one value that at most `bytesMax` bytes encode: integers, byte and text strings, null, arrays, and Maps without
 * doubled keys. Tags, floating point numbers and other simple values are refused. Throws DecodeError.
 */
export function decodeCbor(bytes: Bytes, bytesMax: number): unknown {
  if (bytes.length === 0 || bytes.length > bytesMax)
    throw new DecodeError("LENGTH_OUT_OF_RANGE", `${bytes.length} bytes`)
  try {
    const tokenizer = new BoundedTokenizer(bytes, options)
    const value: unknown = decode(bytes, { ...options, tokenizer })
    return value
  } catch (cause) {
    if (cause instanceof DecodeError) throw cause
    // The cause may quote what was sent.
    throw new DecodeError("UNKNOWN_VARIANT", "no strict CBOR", { cause })
  }
}

/** Throws DecodeError unless it is a byte string of a length within bounds. */
export function byteString(value: unknown, what: string, bytesMin: number, bytesMax: number): Bytes {
  if (!(value instanceof Uint8Array)) throw new DecodeError("UNKNOWN_VARIANT", `${what} is no byte string`)
  if (value.length < bytesMin || value.length > bytesMax) {
    throw new DecodeError("LENGTH_OUT_OF_RANGE", `${what} has ${value.length} bytes`)
  }
  return new Uint8Array(value)
}

/** Throws DecodeError unless it is a map. */
export function mapOf(value: unknown, what: string): ReadonlyMap<unknown, unknown> {
  if (value instanceof Map) return value
  throw new DecodeError("UNKNOWN_VARIANT", `${what} is no map`)
}

/** Throws DecodeError unless it is an array. */
export function arrayOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new DecodeError("UNKNOWN_VARIANT", `${what} is no array`)
}

/** Throws DecodeError unless it is a whole number: others are not decoded. */
export function wholeNumber(value: unknown, what: string): number {
  if (typeof value === "number") return value
  throw new DecodeError("UNKNOWN_VARIANT", `${what} is no whole number`)
}
