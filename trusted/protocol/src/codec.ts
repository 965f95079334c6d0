import { DecodeError, invariant } from "./errors.ts"

/*
 * The TLS presentation language (RFC 8446 section 3): one declaration gives a value's type, its bounds and both
 * directions, and each value has exactly one encoding. Numbers are big-endian. A vector stands behind its length in
 * bytes, in as many bytes as its greatest length needs.
 */
export interface Codec<T> {
  /** The most bytes an encoding can take. */
  readonly bytesMax: number
  /** Throws InvariantError for a value outside the declared bounds: such a value should not have been built. */
  write(writer: Writer, value: T): void
  /** Throws DecodeError. */
  read(reader: Reader): T
}

export type Of<C> = C extends Codec<infer T> ? T : never

/** The encoding of `value`. Throws InvariantError for a value outside the codec's bounds. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array<ArrayBuffer> {
  const writer = new Writer()
  codec.write(writer, value)
  return writer.bytes()
}

/** The value that `bytes` encode, all of them. Throws DecodeError. */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes)
  const value = codec.read(reader)
  if (reader.left > 0) throw new DecodeError("LEFTOVER_BYTES", `${reader.left} bytes left over`)
  return value
}

/** The values that `bytes` encode one after the other, all of them. Throws DecodeError. */
export function decodeAll<T>(codec: Codec<T>, bytes: Uint8Array): T[] {
  const reader = new Reader(bytes)
  const values: T[] = []
  while (reader.left > 0) values.push(codec.read(reader))
  return values
}

const WRITER_BYTES_FIRST = 256
const UINT32_MAX = 0xffffffff

export class Writer {
  #buffer = new Uint8Array(WRITER_BYTES_FIRST)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** `width` bytes, 1 to 6, big-endian. */
  uint(value: number, width: number): void {
    this.#reserve(width)
    this.#put(this.#length, value, width)
    this.#length += width
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** What `body` writes, behind its length in `width` bytes. */
  vector(width: number, body: () => void): number {
    const start = this.#length
    this.uint(0, width)
    body()
    const length = this.#length - start - width
    this.#put(start, length, width)
    return length
  }

  /** What was written, which is not to be added to from here on. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length)
  }

  #put(at: number, value: number, width: number): void {
    let rest = value
    // Beyond 32 bits, which is seldom, shifting would lose some.
    for (let i = at + width - 1; i >= at; i--) {
      this.#buffer[i] = rest
      rest = rest > UINT32_MAX ? Math.floor(rest / 256) : rest >>> 8
    }
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#buffer.length) return
    // Room for a little behind something large, so that it is not copied again for that.
    const larger = new Uint8Array(Math.max(needed + WRITER_BYTES_FIRST, this.#buffer.length * 2))
    larger.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = larger
  }
}

export class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  /** `width` bytes, 1 to 6, big-endian. */
  uint(width: number): number {
    this.#require(width)
    let value = 0
    for (let i = 0; i < width; i++) value = value * 256 + (this.#bytes[this.#at + i] ?? 0)
    this.#at += width
    return value
  }

  /** The next `length` bytes, not copied. */
  view(length: number): Uint8Array {
    this.#require(length)
    const view = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return view
  }

  #require(length: number): void {
    if (length > this.left) throw new DecodeError("TRUNCATED", `${length} bytes expected, ${this.left} left`)
  }
}

function uint(width: number): Codec<number> {
  const max = 256 ** width - 1
  return {
    bytesMax: width,
    write(writer, value) {
      invariant(Number.isInteger(value) && value >= 0 && value <= max, "integer out of range")
      writer.uint(value, width)
    },
    read: (reader) => reader.uint(width),
  }
}

export const uint8 = uint(1)
export const uint16 = uint(2)
export const uint32 = uint(4)

/** A uint64 that JavaScript counts exactly: 0 to 2^53 - 1. */
export const count: Codec<number> = {
  bytesMax: 8,
  write(writer, value) {
    invariant(Number.isSafeInteger(value) && value >= 0, "count out of range")
    writer.uint(Math.floor(value / 2 ** 32), 4)
    writer.uint(value % 2 ** 32, 4)
  },
  read(reader) {
    const value = reader.uint(4) * 2 ** 32 + reader.uint(4)
    if (!Number.isSafeInteger(value)) throw new DecodeError("NUMBER_OUT_OF_RANGE", "count beyond 2^53")
    return value
  },
}

/** Exactly `length` bytes. */
export function bytes(length: number): Codec<Uint8Array<ArrayBuffer>> {
  return {
    bytesMax: length,
    write(writer, value) {
      invariant(value.length === length, `${length} bytes expected`)
      writer.raw(value)
    },
    read: (reader) => new Uint8Array(reader.view(length)),
  }
}

/** What is shorter is copied out of what it was decoded from; what is longer stays there. */
const VIEW_BYTES_MIN = 4_096

/** `min` to `max` bytes behind their length. Long ones are read as views of the bytes that are decoded. */
export function opaque(min: number, max: number): Codec<Uint8Array<ArrayBuffer>> {
  const width = widthOf(max)
  return {
    bytesMax: width + max,
    write(writer, value) {
      invariant(value.length >= min && value.length <= max, "length out of range")
      writer.uint(value.length, width)
      writer.raw(value)
    },
    read(reader) {
      const view = reader.view(readLength(reader, width, min, max))
      if (view.length < VIEW_BYTES_MIN) return new Uint8Array(view)
      // Bytes that come from elsewhere are never shared with another thread.
      return new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.length)
    },
  }
}

// ignoreBOM keeps a leading U+FEFF: dropping it would give two encodings one value.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
const utf8Encoder = new TextEncoder()

/** Text of `min` to `max` bytes of UTF-8. */
export function text(min: number, max: number): Codec<string> {
  const raw = opaque(min, max)
  const width = widthOf(max)
  return {
    bytesMax: raw.bytesMax,
    write(writer, value) {
      invariant(value.isWellFormed(), "text with a lone surrogate")
      raw.write(writer, utf8Encoder.encode(value))
    },
    read(reader) {
      const encoded = reader.view(readLength(reader, width, min, max))
      try {
        return utf8.decode(encoded)
      } catch (cause) {
        throw new DecodeError("NOT_UTF8", "text is not UTF-8", { cause })
      }
    },
  }
}

/** `min` to `max` items behind their length in bytes. */
export function list<T>(item: Codec<T>, min: number, max: number): Codec<readonly T[]> {
  const bytesMax = item.bytesMax * max
  const width = widthOf(bytesMax)
  return {
    bytesMax: width + bytesMax,
    write(writer, values) {
      invariant(values.length >= min && values.length <= max, "number of items out of range")
      writer.vector(width, () => {
        for (const value of values) item.write(writer, value)
      })
    },
    read(reader) {
      const inner = new Reader(reader.view(readLength(reader, width, 0, bytesMax)))
      const values: T[] = []
      while (inner.left > 0) {
        if (values.length === max) throw new DecodeError("LENGTH_OUT_OF_RANGE", `more than ${max} items`)
        values.push(item.read(inner))
      }
      if (values.length < min) throw new DecodeError("LENGTH_OUT_OF_RANGE", `fewer than ${min} items`)
      return values
    },
  }
}

/** Nothing, or one value (RFC 9420 section 2.1.1). */
export function optional<T>(inner: Codec<T>): Codec<T | undefined> {
  return {
    bytesMax: 1 + inner.bytesMax,
    write(writer, value) {
      writer.uint(value === undefined ? 0 : 1, 1)
      if (value !== undefined) inner.write(writer, value)
    },
    read(reader) {
      const present = reader.uint(1)
      if (present > 1) throw new DecodeError("UNKNOWN_VARIANT", `presence ${present}`)
      return present === 1 ? inner.read(reader) : undefined
    },
  }
}

/** False or true, as 0 or 1. */
export const flag: Codec<boolean> = convert(
  uint8,
  (value: boolean) => (value ? 1 : 0),
  (byte) => {
    if (byte > 1) throw new DecodeError("UNKNOWN_VARIANT", `flag ${byte}`)
    return byte === 1
  },
)

/** One of the names in `values`, as its number in one byte. */
export function enumeration<Name extends string>(values: Readonly<Record<Name, number>>): Codec<Name> {
  const names = new Map<number, Name>()
  for (const name in values) names.set(values[name], name)
  return convert(
    uint8,
    (name: Name) => values[name],
    (byte) => {
      const name = names.get(byte)
      if (name === undefined) throw new DecodeError("UNKNOWN_VARIANT", `value ${byte}`)
      return name
    },
  )
}

/** A codec of another type: `from` may throw DecodeError, and must undo `to`. */
export function convert<T, U>(inner: Codec<U>, to: (value: T) => U, from: (value: U) => T): Codec<T> {
  return {
    bytesMax: inner.bytesMax,
    write: (writer, value) => inner.write(writer, to(value)),
    read: (reader) => from(inner.read(reader)),
  }
}

type Fields = Readonly<Record<string, Codec<unknown>>>
type Struct<F extends Fields> = { readonly [K in keyof F]: Of<F[K]> }

/** The fields one after the other, in the order of their declaration. */
export function struct<F extends Fields>(fields: F): StructCodec<Struct<F>> {
  const entries = Object.entries(fields)
  return {
    bytesMax: entries.reduce((sum, [, field]) => sum + field.bytesMax, 0),
    write(writer, value) {
      for (const name in fields) fields[name]?.write(writer, value[name])
    },
    read: (reader) => readFields(reader, entries, {}) as Struct<F>,
    [FIELDS]: entries,
  }
}

/** How a structure tells `choice` of its fields, so that they are read into one object together with the kind. */
const FIELDS = Symbol("fields")
type Entries = readonly (readonly [string, Codec<unknown>])[]

/** Reads fields into an object. What it is then, its type says where this is called. */
function readFields(reader: Reader, entries: Entries, into: Record<string, unknown>): object {
  for (const [name, field] of entries) into[name] = field.read(reader)
  return into
}

export interface StructCodec<T> extends Codec<T> {
  readonly [FIELDS]: Entries
}

interface Variant {
  readonly tag: number
  readonly body: StructCodec<object>
}
type Choice<V extends Readonly<Record<string, Variant>>> = {
  [K in keyof V]: { readonly kind: K } & Of<V[K]["body"]>
}[keyof V]

/** One of several structures, behind its tag in one byte; `kind` names it. */
export function choice<V extends Readonly<Record<string, Variant>>>(variants: V): Codec<Choice<V>> {
  const byTag = new Map(Object.entries(variants).map(([kind, variant]) => [variant.tag, { kind, ...variant }]))
  invariant(byTag.size === Object.keys(variants).length, "two variants share a tag")
  return {
    bytesMax: 1 + Math.max(...Object.values(variants).map((variant) => variant.body.bytesMax)),
    write(writer, value) {
      const variant = variants[value.kind]
      invariant(variant !== undefined, "unknown variant")
      writer.uint(variant.tag, 1)
      variant.body.write(writer, value)
    },
    read(reader) {
      const tag = reader.uint(1)
      const variant = byTag.get(tag)
      if (variant === undefined) throw new DecodeError("UNKNOWN_VARIANT", `tag ${tag}`)
      return readFields(reader, variant.body[FIELDS], { kind: variant.kind }) as Choice<V>
    },
  }
}

export const nothing: StructCodec<object> = struct({})

function widthOf(max: number): number {
  if (max < 2 ** 8) return 1
  if (max < 2 ** 16) return 2
  return max < 2 ** 24 ? 3 : 4
}

function readLength(reader: Reader, width: number, min: number, max: number): number {
  const length = reader.uint(width)
  if (length < min || length > max) {
    throw new DecodeError("LENGTH_OUT_OF_RANGE", `length ${length} is not within ${min} to ${max}`)
  }
  return length
}
