/*
 * A strict reader of DER (ITU-T X.690): definite lengths in their shortest form, low tag numbers, nothing left over.
 * Everything throws DecodeError; callers say which document it was.
 */
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"

/** Identifier octets (X.690 section 8.1.2) of what certificates are made of. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** A context-specific, constructed tag, as EXPLICIT ones are. */
export function explicitTag(number: number): number {
  return 0xa0 | number
}

export interface Element {
  readonly tag: number
  readonly content: Bytes
  /** Identifier, length and content. */
  readonly whole: Bytes
}

const LENGTH_OCTETS_MAX = 3
const HIGH_TAG = 0x1f

export class DerReader {
  readonly #bytes: Bytes
  #at = 0

  constructor(bytes: Bytes) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  /** The next element's identifier octet, or undefined at the end. */
  get tag(): number | undefined {
    return this.#bytes[this.#at]
  }

  /** The next element, whatever it is. */
  next(): Element {
    const start = this.#at
    const tag = this.#octet()
    if ((tag & HIGH_TAG) === HIGH_TAG) throw new DecodeError("UNKNOWN_VARIANT", "a high tag number")
    const length = this.#length()
    const content = this.#at
    if (length > this.#bytes.length - content) throw new DecodeError("TRUNCATED", `${length} bytes expected`)
    this.#at += length
    return {
      tag,
      content: this.#bytes.subarray(content, this.#at),
      whole: this.#bytes.subarray(start, this.#at),
    }
  }

  /** The next element, which must have this tag. */
  take(tag: number): Element {
    const element = this.next()
    if (element.tag === tag) return element
    throw new DecodeError("UNKNOWN_VARIANT", `tag ${element.tag} where ${tag} was due`)
  }

  /** The next element if it has this tag. */
  optional(tag: number): Element | undefined {
    return this.tag === tag ? this.next() : undefined
  }

  /** A reader of what is inside the next element, which must have this tag. */
  enter(tag: number): DerReader {
    return new DerReader(this.take(tag).content)
  }

  end(): void {
    if (!this.isAtEnd) throw new DecodeError("LEFTOVER_BYTES", `${this.#bytes.length - this.#at} bytes left over`)
  }

  #octet(): number {
    const octet = this.#bytes[this.#at]
    if (octet === undefined) throw new DecodeError("TRUNCATED", "an octet expected")
    this.#at += 1
    return octet
  }

  /** X.690 section 10.1: the definite form, in the fewest octets. */
  #length(): number {
    const first = this.#octet()
    if (first < 0x80) return first
    const octets = first - 0x80
    if (octets === 0 || octets > LENGTH_OCTETS_MAX) throw new DecodeError("LENGTH_OUT_OF_RANGE", "length of a length")
    let length = 0
    for (let i = 0; i < octets; i++) length = length * 256 + this.#octet()
    if (length < 0x80 || length < 256 ** (octets - 1)) throw new DecodeError("LENGTH_OUT_OF_RANGE", "a padded length")
    return length
  }
}

/** The one element that `bytes` hold, which must have this tag. */
export function onlyElement(bytes: Bytes, tag: number): Element {
  const reader = new DerReader(bytes)
  const element = reader.take(tag)
  reader.end()
  return element
}

/** What `read` makes of the one element that `bytes` hold. */
export function readWhole<T>(bytes: Bytes, tag: number, read: (inside: DerReader) => T): T {
  return readInside(onlyElement(bytes, tag), read)
}

/** What `read` makes of an element's content, all of it. */
export function readInside<T>({ content }: Element, read: (inside: DerReader) => T): T {
  const inside = new DerReader(content)
  const value = read(inside)
  inside.end()
  return value
}

/** A non-negative INTEGER's content without its sign octet (X.690 section 8.3). */
export function unsignedInteger({ content }: Element): Bytes {
  const [first, second] = content
  if (first === undefined || first >= 0x80) throw new DecodeError("NUMBER_OUT_OF_RANGE", "no positive integer")
  if (first !== 0 || second === undefined) return content
  if (second < 0x80) throw new DecodeError("NUMBER_OUT_OF_RANGE", "a padded integer")
  return content.subarray(1)
}

/** An INTEGER or ENUMERATED of at most four octets. */
export function smallInteger(element: Element): number {
  const content = unsignedInteger(element)
  if (content.length > 4) throw new DecodeError("NUMBER_OUT_OF_RANGE", "an integer of more than four octets")
  return content.reduce((value, octet) => value * 256 + octet, 0)
}

/** A BIT STRING of whole octets (X.690 section 8.6). */
export function wholeBits({ content }: Element): Bytes {
  if (content[0] !== 0) throw new DecodeError("UNKNOWN_VARIANT", "a bit string of part of an octet")
  return content.subarray(1)
}

/** The first eight flags of a BIT STRING of named bits (X.690 section 11.2.2), which may have none; the first is 0x80. */
export function flagsOf({ content }: Element): number {
  const [unused, bits = 0, ...more] = content
  const isWritten = unused !== undefined && unused < 8 && (content.length > 1 || unused === 0)
  const last = more.at(-1) ?? bits
  if (isWritten && (last & ((1 << unused) - 1)) === 0) return bits
  throw new DecodeError("UNKNOWN_VARIANT", "no flags")
}

/** X.690 section 11.1: all bits set, or none. */
export function booleanOf({ content }: Element): boolean {
  const [octet] = content
  if (content.length === 1 && (octet === 0x00 || octet === 0xff)) return octet === 0xff
  throw new DecodeError("UNKNOWN_VARIANT", "no boolean")
}

/** An OBJECT IDENTIFIER with dots (X.690 section 8.19). */
export function objectIdentifier({ content }: Element): string {
  const arcs: number[] = []
  let arc = 0
  let isStart = true
  for (const octet of content) {
    if (isStart && octet === 0x80) throw new DecodeError("NUMBER_OUT_OF_RANGE", "a padded arc")
    arc = arc * 128 + (octet & 0x7f)
    if (arc > Number.MAX_SAFE_INTEGER / 256) throw new DecodeError("NUMBER_OUT_OF_RANGE", "an arc too large")
    isStart = octet < 0x80
    if (!isStart) continue
    arcs.push(arc)
    arc = 0
  }
  const [first] = arcs
  if (first === undefined || !isStart) throw new DecodeError("TRUNCATED", "half an object identifier")
  const top = Math.min(Math.floor(first / 40), 2)
  return [top, first - top * 40, ...arcs.slice(1)].join(".")
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/

/** A time in seconds since 1970 (RFC 5280 section 4.1.2.5: in UTC, to the second). */
export function timeOf(element: Element): number {
  const [year, month, day, hour, minute, second] = timeFields(element)
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const found = [time.getUTCFullYear(), time.getUTCMonth() + 1, time.getUTCDate(), time.getUTCHours()]
  // Date carries over what is out of range: a 30th of February is no day.
  const isReal = [year, month, day, hour].every((part, i) => part === found[i]) && minute < 60 && second < 60
  if (!isReal) throw new DecodeError("NUMBER_OUT_OF_RANGE", "no such time")
  return time.getTime() / 1_000
}

type TimeFields = readonly [number, number, number, number, number, number]

function timeFields({ tag, content }: Element): TimeFields {
  const text = String.fromCharCode(...content.subarray(0, 16))
  const match =
    tag === tags.utcTime ? UTC_TIME.exec(text) : tag === tags.generalizedTime ? GENERALIZED_TIME.exec(text) : null
  if (match === null) throw new DecodeError("UNKNOWN_VARIANT", "no time")
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  return [tag === tags.utcTime ? fullYear(year) : year, month, day, hour, minute, second]
}

/** RFC 5280 section 4.1.2.5.1: two digits stand for the years from 1950 to 2049. */
function fullYear(year: number): number {
  return year < 50 ? 2_000 + year : 1_900 + year
}
