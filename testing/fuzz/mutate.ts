/*
 * Changes to evidence that know its structure: lengths, elements of DER and CBOR, fields of JSON, and plain bytes.
 */
import type { Dice } from "../simulator/dice.ts"

type Bytes = Uint8Array<ArrayBuffer>
type Mutation = (dice: Dice, bytes: Bytes, other: Bytes) => Bytes

const BOUNDARIES = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]
const EXTRA_BYTES_MAX = 64
const ELEMENTS_MAX = 2_000
const TAGS: ReadonlySet<number> = new Set([0x02, 0x03, 0x04, 0x06, 0x17, 0x30, 0x31, 0xa0, 0xa3])

/** One to four changes to `bytes`; `other` is a piece of evidence to take parts from. */
export function mutate(dice: Dice, bytes: Bytes, other: Bytes): Bytes {
  let changed: Bytes = new Uint8Array(bytes)
  for (let left = 1 + dice.below(4); left > 0; left--) changed = dice.pick(mutations)(dice, changed, other)
  return changed
}

const mutations: readonly Mutation[] = [
  flipBit,
  flipBit,
  setByte,
  setLength,
  truncate,
  extend,
  splice,
  duplicate,
  remove,
  changeElement,
  changeElement,
  changeText,
  changeText,
]

function at(dice: Dice, bytes: Bytes): number {
  return bytes.length === 0 ? 0 : dice.below(bytes.length)
}

function flipBit(dice: Dice, bytes: Bytes): Bytes {
  if (bytes.length === 0) return bytes
  const place = at(dice, bytes)
  return bytes.with(place, (bytes[place] ?? 0) ^ (1 << dice.below(8)))
}

function setByte(dice: Dice, bytes: Bytes): Bytes {
  if (bytes.length === 0) return bytes
  return bytes.with(at(dice, bytes), dice.pick([0, 1, 0x7f, 0x80, 0xff, dice.below(256)]))
}

/** Two or four bytes that may be a length, at the end of a range, in either order. */
function setLength(dice: Dice, bytes: Bytes): Bytes {
  if (bytes.length < 4) return bytes
  const changed = new Uint8Array(bytes)
  const view = new DataView(changed.buffer)
  const place = dice.below(bytes.length - 3)
  const value = dice.pick(BOUNDARIES)
  if (dice.chance(0.5)) view.setUint32(place, value, dice.chance(0.5))
  else view.setUint16(place, value & 0xffff, dice.chance(0.5))
  return changed
}

function truncate(dice: Dice, bytes: Bytes): Bytes {
  return bytes.slice(0, at(dice, bytes))
}

function extend(dice: Dice, bytes: Bytes): Bytes {
  return joined(bytes, dice.bytes(1 + dice.below(EXTRA_BYTES_MAX)))
}

function splice(dice: Dice, bytes: Bytes, other: Bytes): Bytes {
  const [start, end] = range(dice, other)
  const place = at(dice, bytes)
  const part = other.slice(start, end)
  const rest = dice.chance(0.5) ? bytes.slice(place + part.length) : bytes.slice(place)
  return joined(bytes.slice(0, place), part, rest)
}

function duplicate(dice: Dice, bytes: Bytes): Bytes {
  const [start, end] = range(dice, bytes)
  return joined(bytes.slice(0, end), bytes.slice(start))
}

function remove(dice: Dice, bytes: Bytes): Bytes {
  const [start, end] = range(dice, bytes)
  return joined(bytes.slice(0, start), bytes.slice(end))
}

/** An element of DER: removed, doubled, of another tag or length, emptied. */
function changeElement(dice: Dice, bytes: Bytes): Bytes {
  const elements = elementsOf(bytes)
  if (elements.length === 0) return flipBit(dice, bytes)
  const { start, content, end } = dice.pick(elements)
  const [before, element, after] = [bytes.slice(0, start), bytes.slice(start, end), bytes.slice(end)]
  return dice.pick([
    () => joined(before, after),
    () => joined(before, element, element, after),
    () => bytes.with(start, dice.pick([0x02, 0x04, 0x05, 0x30, 0x31, 0xa0, 0xff, dice.below(256)])),
    () => bytes.with(start + 1, dice.pick([0, 1, 0x7f, 0x80, 0x81, 0x84, 0xff])),
    () => joined(before, bytes.slice(start, content), new Uint8Array(end - content), after),
  ])()
}

interface Place {
  readonly start: number
  readonly content: number
  readonly end: number
}

/** Where SEQUENCEs, INTEGERs and strings of DER seem to stand; some only look like it. */
function elementsOf(bytes: Bytes): Place[] {
  const found: Place[] = []
  for (let start = 0; start + 4 < bytes.length && found.length < ELEMENTS_MAX; start++) {
    const place = TAGS.has(bytes[start] ?? 0) ? elementAt(bytes, start) : undefined
    if (place !== undefined) found.push(place)
  }
  return found
}

/** With a length of up to two octets behind its first. */
function elementAt(bytes: Bytes, start: number): Place | undefined {
  const [, first = 0, second = 0, third = 0] = bytes.subarray(start, start + 4)
  const long = first === 0x81 ? second : first === 0x82 ? second * 256 + third : undefined
  const content = start + (first < 0x80 ? 2 : first - 0x7e)
  const end = content + (first < 0x80 ? first : (long ?? bytes.length))
  return end <= bytes.length && end > content ? { start, content, end } : undefined
}

/** JSON or PEM: a digit, a letter, a date, a value or a whole field is another. */
function changeText(dice: Dice, bytes: Bytes): Bytes {
  const text = new TextDecoder("latin1").decode(bytes)
  if (!text.startsWith("{") && !text.startsWith("-----")) return setByte(dice, bytes)
  const changed = dice.pick([
    () =>
      text.replaceAll(dice.pick(["UpToDate", "OutOfDate", "Revoked", "TDX", "SGX"]), dice.pick(["UpToDate", "QE", ""])),
    () => replaceOne(dice, text, /"[^"\\]{1,40}"/g, () => dice.pick(['""', "null", "[]", "{}", "-1", '"x"', "1e999"])),
    () => replaceOne(dice, text, /\d+/g, () => dice.pick(["0", "1", "255", "256", "65536", "4294967296", "-1"])),
    () => replaceOne(dice, text, /20\d\d-/g, () => dice.pick(["1999-", "2099-", "20-"])),
    () => replaceOne(dice, text, /[[\]{},:]/g, () => dice.pick(["[", "]", "{", "}", ",", ""])),
    () => "[".repeat(dice.below(20_000)),
  ])()
  return new TextEncoder().encode(changed)
}

function replaceOne(dice: Dice, text: string, pattern: RegExp, value: () => string): string {
  const matches = [...text.matchAll(pattern)]
  if (matches.length === 0) return text
  const match = dice.pick(matches)
  return text.slice(0, match.index) + value() + text.slice(match.index + match[0].length)
}

function range(dice: Dice, bytes: Bytes): [number, number] {
  const start = at(dice, bytes)
  return [start, Math.min(bytes.length, start + 1 + dice.below(200))]
}

function joined(...parts: readonly Bytes[]): Bytes {
  return new Uint8Array(Buffer.concat(parts))
}
