/*
 * Writes DER (ITU-T X.690), for the certificates and revocation lists of the test TEE.
 */
import type { Bytes } from "./bytes.ts"
import { joined } from "./bytes.ts"

function element(tag: number, content: Uint8Array): Bytes {
  return joined([Uint8Array.of(tag), lengthOctets(content.length), content])
}

function lengthOctets(length: number): Bytes {
  if (length < 0x80) return Uint8Array.of(length)
  const octets = octetsOf(BigInt(length))
  return joined([Uint8Array.of(0x80 | octets.length), octets])
}

/** Big-endian, in as few octets as it takes, at least one. */
function octetsOf(value: bigint): Bytes {
  const digits = value.toString(16)
  return Uint8Array.fromHex(digits.length % 2 === 0 ? digits : `0${digits}`)
}

export function sequence(...parts: readonly Uint8Array[]): Bytes {
  return element(0x30, joined(parts))
}

export function set(...parts: readonly Uint8Array[]): Bytes {
  return element(0x31, joined(parts))
}

/** [n] EXPLICIT. */
export function explicit(number: number, inner: Uint8Array): Bytes {
  return element(0xa0 | number, inner)
}

/** A non-negative INTEGER; bytes are its big-endian value. */
export function integer(value: number | bigint | Uint8Array): Bytes {
  const octets = value instanceof Uint8Array ? octetsOf(BigInt(`0x${value.toHex() || "0"}`)) : octetsOf(BigInt(value))
  return element(0x02, (octets[0] ?? 0) < 0x80 ? octets : joined([Uint8Array.of(0), octets]))
}

export function objectIdentifier(dotted: string): Bytes {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number)
  return element(0x06, joined([first * 40 + second, ...rest].map(arcOctets)))
}

function arcOctets(arc: number): Bytes {
  const septets = [arc & 0x7f]
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) septets.unshift(0x80 | (left & 0x7f))
  return Uint8Array.from(septets)
}

export function octetString(bytes: Uint8Array): Bytes {
  return element(0x04, bytes)
}

/** A BIT STRING of whole octets. */
export function bitString(bytes: Uint8Array): Bytes {
  return element(0x03, joined([Uint8Array.of(0), bytes]))
}

export function boolean(value: boolean): Bytes {
  return element(0x01, Uint8Array.of(value ? 0xff : 0))
}

export function nullValue(): Bytes {
  return element(0x05, new Uint8Array(0))
}

export function utf8String(text: string): Bytes {
  return element(0x0c, new TextEncoder().encode(text))
}

export function ia5String(text: string): Bytes {
  return element(0x16, new TextEncoder().encode(text))
}

export function enumerated(value: number): Bytes {
  return element(0x0a, Uint8Array.of(value))
}

/** Seconds since 1970, as RFC 5280 section 4.1.2.5 wants it: UTCTime up to 2049. */
export function time(seconds: number): Bytes {
  const digits = new Date(seconds * 1_000).toISOString().replaceAll(/[-:T]|\.\d+/g, "")
  const isShort = Number(digits.slice(0, 4)) < 2_050
  return element(isShort ? 0x17 : 0x18, new TextEncoder().encode(isShort ? digits.slice(2) : digits))
}
