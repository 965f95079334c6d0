/*
 * Keys in bulk. On the wire they are a vector of `struct { MatchKey key; optional<Message> message; }`, and here they
 * stay in those bytes: checked once as a whole, and then walked without an object or a string for each.
 */
import { convert, opaque, type Codec } from "./codec.ts"
import { BATCH_BYTES_MAX, BATCH_KEYS_MAX } from "./bulk.ts"
import { DecodeError } from "./errors.ts"
import { limits } from "./limits.ts"
import { matchKey, message, type MatchKey, type Message } from "./text.ts"

const LENGTH_BYTES = 2
const PLAIN_LETTERS_MAX = 64
/** One length, one byte of key, no message. */
const SUBMISSION_BYTES_MIN = LENGTH_BYTES + 1 + 1

export interface KeySubmission {
  readonly key: MatchKey
  readonly message: Message | undefined
}

/** Keys, each with its message or without, in an encoding that was checked. */
export class PackedKeys {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly count: number

  private constructor(bytes: Uint8Array<ArrayBuffer>, count: number) {
    this.bytes = bytes
    this.count = count
  }

  /**
   * Checks each key and message as matchKey and message do; `prefixBytes` stand before each and say what they may.
   * Throws DecodeError. The bytes are not copied, and must not be changed from here on.
   */
  static check(bytes: Uint8Array<ArrayBuffer>, prefixBytes = 0): PackedKeys {
    let count = 0
    for (let at = 0; at < bytes.length; count++) {
      const keyStart = at + prefixBytes + LENGTH_BYTES
      const keyEnd = checkText(bytes, keyStart, 1, limits.keyBytesMax, matchKey)
      const presence = bytes[keyEnd]
      if (presence === undefined) throw truncated()
      if (presence > 1) throw new DecodeError("UNKNOWN_VARIANT", `presence ${presence}`)
      at = keyEnd + 1
      if (presence === 1) at = checkText(bytes, at + LENGTH_BYTES, 0, limits.messageBytesMax, message)
    }
    return new PackedKeys(bytes, count)
  }

  /** Keys and messages that were checked, packed. Throws DecodeError where they do not fit so many bytes. */
  static of(submissions: Iterable<KeySubmission>, bytesMax = BATCH_BYTES_MAX): PackedKeys {
    const packer = new KeyPacker(bytesMax, BATCH_KEYS_MAX)
    for (const { key, message: beside } of submissions) {
      if (!packer.add(key, beside)) throw new DecodeError("LENGTH_OUT_OF_RANGE", "more keys than one request carries")
    }
    return packer.take()
  }

  *[Symbol.iterator](): Generator<KeySubmission> {
    const cursor = new KeyCursor(this)
    while (cursor.next()) {
      const beside = cursor.hasMessage ? message(textIn(this.bytes, cursor.messageStart, cursor.messageEnd)) : undefined
      yield { key: matchKey(textIn(this.bytes, cursor.keyStart, cursor.keyEnd)), message: beside }
    }
  }
}

/** Walks packed keys: after each `next` that is true, its fields say where in the bytes the key and its message are. */
export class KeyCursor {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Where what stands before the key begins. */
  start = 0
  keyStart = 0
  keyEnd = 0
  hasMessage = false
  messageStart = 0
  messageEnd = 0
  readonly #prefixBytes: number
  #next = 0

  constructor({ bytes }: PackedKeys, prefixBytes = 0) {
    this.bytes = bytes
    this.#prefixBytes = prefixBytes
  }

  next(): boolean {
    const { bytes } = this
    if (this.#next >= bytes.length) return false
    this.start = this.#next
    this.keyStart = this.start + this.#prefixBytes + LENGTH_BYTES
    this.keyEnd = this.keyStart + lengthBefore(bytes, this.keyStart)
    this.hasMessage = bytes[this.keyEnd] === 1
    this.messageStart = this.keyEnd + 1 + (this.hasMessage ? LENGTH_BYTES : 0)
    this.messageEnd = this.messageStart + (this.hasMessage ? lengthBefore(bytes, this.messageStart) : 0)
    this.#next = this.messageEnd
    return true
  }
}

/** Packs keys as they come, up to so many bytes and keys. */
export class KeyPacker {
  readonly #bytes: Uint8Array<ArrayBuffer>
  readonly #keysMax: number
  #length = 0
  #keys = 0

  constructor(bytesMax: number, keysMax: number) {
    this.#bytes = new Uint8Array(bytesMax)
    this.#keysMax = keysMax
  }

  get isEmpty(): boolean {
    return this.#keys === 0
  }

  /** Adds a key, unless there is no room for it. Throws DecodeError (KEY_SYNTAX, MESSAGE_SYNTAX), and adds nothing. */
  add(key: string, beside: string | undefined): boolean {
    if (this.#keys >= this.#keysMax) return false
    const keyEnd = this.#put(this.#length, key, limits.keyBytesMax, matchKey)
    if (keyEnd < 0 || keyEnd >= this.#bytes.length) return false
    this.#bytes[keyEnd] = beside === undefined ? 0 : 1
    const end = beside === undefined ? keyEnd + 1 : this.#put(keyEnd + 1, beside, limits.messageBytesMax, message)
    if (end < 0) return false
    this.#length = end
    this.#keys += 1
    return true
  }

  /** What was added since it was last asked. */
  take(): PackedKeys {
    const packed = PackedKeys.check(this.#bytes.slice(0, this.#length))
    this.#length = 0
    this.#keys = 0
    return packed
  }

  /** Writes text behind its length. Returns where it ends, or -1 where there is no room. */
  #put(at: number, text: string, bytesMax: number, check: (text: string) => unknown): number {
    const start = at + LENGTH_BYTES
    const length = this.#putPlain(start, text) ? text.length : this.#encode(start, text)
    // ASCII has one form alone; how long it is shows.
    const isPlain = length === text.length && length >= 1 && length <= bytesMax
    if (!isPlain) check(text)
    if (length < 0 || start + length > this.#bytes.length) return -1
    this.#bytes[at] = length >>> 8
    this.#bytes[at + 1] = length
    return start + length
  }

  /** Writes text that is ASCII and fits; most keys are short, and this is several times as fast as an encoder. */
  #putPlain(start: number, text: string): boolean {
    const { length } = text
    if (length > PLAIN_LETTERS_MAX || start + length > this.#bytes.length) return false
    let seen = 0
    for (let i = 0; i < length; i++) {
      const letter = text.charCodeAt(i)
      seen |= letter
      this.#bytes[start + i] = letter
    }
    return seen < 0x80
  }

  /** Writes any text. Returns how many bytes it takes, or -1 where it does not fit. */
  #encode(start: number, text: string): number {
    const { read, written } = encoder.encodeInto(text, this.#bytes.subarray(start))
    return read < text.length ? -1 : written
  }
}

/** Keys with their messages, as many as one request carries. */
export const packedKeysCodec: Codec<PackedKeys> = convert(
  opaque(SUBMISSION_BYTES_MIN, BATCH_BYTES_MAX),
  ({ bytes }: PackedKeys) => bytes,
  (bytes) => {
    const keys = PackedKeys.check(bytes)
    if (keys.count <= BATCH_KEYS_MAX) return keys
    throw new DecodeError("LENGTH_OUT_OF_RANGE", `${keys.count} keys in one request, which carries ${BATCH_KEYS_MAX}`)
  },
)

/** Keys alone: none of them has a message. */
export const packedKeysAloneCodec: Codec<PackedKeys> = convert(
  packedKeysCodec,
  (keys: PackedKeys) => keys,
  (keys) => {
    const cursor = new KeyCursor(keys)
    while (cursor.next())
      if (cursor.hasMessage) throw new DecodeError("UNKNOWN_VARIANT", "a message beside a key alone")
    return keys
  },
)

const encoder = new TextEncoder()
// ignoreBOM keeps a leading U+FEFF, as in codec.ts.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** The text in these bytes. Throws DecodeError where it is not UTF-8. */
export function textIn(bytes: Uint8Array, start: number, end: number): string {
  try {
    return decoder.decode(bytes.subarray(start, end))
  } catch (cause) {
    throw new DecodeError("NOT_UTF8", "text is not UTF-8", { cause })
  }
}

/** Checks text that stands at `start` behind its length. Returns where it ends. Throws DecodeError. */
export function checkText(
  bytes: Uint8Array,
  start: number,
  min: number,
  max: number,
  check: (text: string) => unknown,
): number {
  if (start > bytes.length) throw truncated()
  const length = lengthBefore(bytes, start)
  if (length < min || length > max) {
    throw new DecodeError("LENGTH_OUT_OF_RANGE", `length ${length} is not within ${min} to ${max}`)
  }
  const end = start + length
  if (end > bytes.length) throw truncated()
  let seen = 0
  for (let at = start; at < end; at++) seen |= bytes[at] ?? 0
  // ASCII is UTF-8 and in every normalization form as it is (Unicode UAX #15 section 1.2).
  if (seen >= 0x80) check(textIn(bytes, start, end))
  return end
}

export function lengthBefore(bytes: Uint8Array, at: number): number {
  return ((bytes[at - 2] ?? 0) << 8) | (bytes[at - 1] ?? 0)
}

function truncated(): DecodeError {
  return new DecodeError("TRUNCATED", "packed keys are cut short")
}
