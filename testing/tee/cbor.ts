/*
 * Writes CBOR (RFC 8949) in its preferred form, for the documents of the test TEE.
 */
import { joined, type Bytes } from "./bytes.ts"

/** What is already encoded, well or badly. */
export class RawCbor {
  readonly bytes: Uint8Array

  constructor(...bytes: readonly number[]) {
    this.bytes = Uint8Array.from(bytes)
  }
}

export type Cbor = number | string | Uint8Array | null | readonly Cbor[] | ReadonlyMap<Cbor, Cbor> | RawCbor

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5 } as const
const NULL = 0xf6

/** Maps in the order of their entries. */
export function encodeCbor(value: Cbor): Bytes {
  if (value === null) return Uint8Array.of(NULL)
  if (value instanceof RawCbor) return joined([value.bytes])
  if (typeof value === "number") return value < 0 ? head(MAJOR.negative, -1 - value) : head(MAJOR.unsigned, value)
  if (typeof value === "string") {
    const text = new TextEncoder().encode(value)
    return joined([head(MAJOR.text, text.length), text])
  }
  if (value instanceof Uint8Array) return joined([head(MAJOR.bytes, value.length), value])
  if (value instanceof Map) return joined([head(MAJOR.map, value.size), ...[...value].flat().map(encodeCbor)])
  const items = value as readonly Cbor[]
  return joined([head(MAJOR.array, items.length), ...items.map(encodeCbor)])
}

/** The initial byte and the argument (RFC 8949 section 3), in as few bytes as it takes. */
function head(major: number, argument: number): Bytes {
  if (argument < 24) return Uint8Array.of((major << 5) | argument)
  const width = [1, 2, 4, 8].find((bytes) => argument < 256 ** bytes) ?? 8
  const bytes = new Uint8Array(1 + width)
  bytes[0] = (major << 5) | (24 + Math.log2(width))
  for (let at = width, left = argument; at > 0; at--, left = Math.floor(left / 256)) bytes[at] = left % 256
  return bytes
}
