/*
 * Matches as a reply has them: for each computation a section, in it for each key a run of the submissions that were
 * told together. Participants are numbered in the order of the computation's descriptor. They stay in these bytes, and
 * are walked without an object for each.
 */
import { convert, opaque, type Codec } from "./codec.ts"
import { DecodeError, invariant } from "./errors.ts"
import type { PartyKey } from "./keys.ts"
import { limits } from "./limits.ts"
import { checkText, lengthBefore, textIn } from "./packed.ts"
import { matchKey, message, name, type MatchKey, type Message, type Name } from "./text.ts"

/** A matched submission. */
export interface Match {
  readonly computation: Name
  /** Which of the computation's submissions this is, from 0. */
  readonly position: number
  readonly party: PartyKey
  readonly key: MatchKey
  readonly message: Message | undefined
}

const TEXT_LENGTH_BYTES = 2
const VECTOR_LENGTH_BYTES = 3
const PARTY_BYTES = 2
const POSITION_BYTES = 4

/** The most bytes that a section has beside its runs. */
export const SECTION_BYTES_MAX = 1 + limits.nameBytesMax + VECTOR_LENGTH_BYTES
/** The most bytes that one match takes, with a section of its own. */
export const MATCH_BYTES_MAX =
  SECTION_BYTES_MAX +
  (TEXT_LENGTH_BYTES + limits.keyBytesMax + VECTOR_LENGTH_BYTES) +
  (PARTY_BYTES + POSITION_BYTES + 1 + TEXT_LENGTH_BYTES + limits.messageBytesMax)

/** Matches in an encoding that was checked. */
export class PackedMatches {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly count: number

  private constructor(bytes: Uint8Array<ArrayBuffer>, count: number) {
    this.bytes = bytes
    this.count = count
  }

  /** Throws DecodeError. */
  static check(bytes: Uint8Array<ArrayBuffer>): PackedMatches {
    return new PackedMatches(bytes, checkSections(bytes))
  }

  /**
   * The matches as objects. Those of a computation whose participants are not known are left out, and so are those of
   * participants that it does not have.
   */
  *matches(participantsOf: (computation: Name) => readonly PartyKey[] | undefined): Generator<Match> {
    const cursor = new MatchCursor(this)
    let keyAt = -1
    let key: MatchKey | undefined
    while (cursor.next()) {
      const party = participantsOf(cursor.computation)?.[cursor.party]
      if (keyAt !== cursor.keyStart) key = matchKey(textIn(this.bytes, cursor.keyStart, cursor.keyEnd))
      keyAt = cursor.keyStart
      if (party === undefined || key === undefined) continue
      const beside = cursor.hasMessage ? message(textIn(this.bytes, cursor.messageStart, cursor.messageEnd)) : undefined
      yield { computation: cursor.computation, position: cursor.position, party, key, message: beside }
    }
  }
}

/** Walks matches: after each `next` that is true, its fields say what the match is and where its texts are. */
export class MatchCursor {
  readonly bytes: Uint8Array<ArrayBuffer>
  computation: Name = name("-")
  /** The number of the participant, in the order of the computation's descriptor. */
  party = 0
  position = 0
  /** The same as for the match before where both have one key and were told together. */
  keyStart = 0
  keyEnd = 0
  hasMessage = false
  messageStart = 0
  messageEnd = 0
  #next = 0
  #sectionEnd = 0
  #runEnd = 0

  constructor({ bytes }: PackedMatches) {
    this.bytes = bytes
  }

  next(): boolean {
    const { bytes } = this
    if (this.#next >= bytes.length) return false
    if (this.#next >= this.#sectionEnd) this.#enterSection()
    if (this.#next >= this.#runEnd) this.#enterRun()
    const at = this.#next
    this.party = uintAt(bytes, at, PARTY_BYTES)
    this.position = uintAt(bytes, at + PARTY_BYTES, POSITION_BYTES)
    const presence = at + PARTY_BYTES + POSITION_BYTES
    this.hasMessage = bytes[presence] === 1
    this.messageStart = presence + 1 + (this.hasMessage ? TEXT_LENGTH_BYTES : 0)
    this.messageEnd = this.messageStart + (this.hasMessage ? lengthBefore(bytes, this.messageStart) : 0)
    this.#next = this.messageEnd
    return true
  }

  #enterSection(): void {
    const start = this.#next + 1
    const end = start + (this.bytes[this.#next] ?? 0)
    this.computation = name(textIn(this.bytes, start, end))
    this.#next = end + VECTOR_LENGTH_BYTES
    this.#sectionEnd = this.#next + uintAt(this.bytes, end, VECTOR_LENGTH_BYTES)
  }

  #enterRun(): void {
    this.keyStart = this.#next + TEXT_LENGTH_BYTES
    this.keyEnd = this.keyStart + lengthBefore(this.bytes, this.keyStart)
    this.#next = this.keyEnd + VECTOR_LENGTH_BYTES
    this.#runEnd = this.#next + uintAt(this.bytes, this.keyEnd, VECTOR_LENGTH_BYTES)
  }
}

/** Packs matches up to so many bytes. */
export class MatchWriter {
  readonly #bytes: Uint8Array<ArrayBuffer>
  #length = 0
  #computation: Name | undefined
  #section = -1
  #run = -1
  #key: Uint8Array = new Uint8Array(0)
  #keyStart = 0
  #keyEnd = 0

  constructor(bytesMax: number) {
    this.#bytes = new Uint8Array(bytesMax)
  }

  /** Says which computation the next matches are of. */
  computation(computation: Name): void {
    if (computation === this.#computation) return
    this.#computation = computation
    this.#section = -1
    this.#run = -1
  }

  /** Says which key the next matches have. */
  key(bytes: Uint8Array, start: number, end: number): void {
    this.#run = -1
    this.#key = bytes
    this.#keyStart = start
    this.#keyEnd = end
  }

  /** Adds a match, unless there is no room for it; the message is `text` from `start` up to `end`. */
  add(party: number, position: number, text: Uint8Array | undefined, start: number, end: number): boolean {
    if (this.#length + this.#bytesFor(text === undefined ? 0 : TEXT_LENGTH_BYTES + end - start) > this.#bytes.length) {
      return false
    }
    if (this.#section < 0) this.#openSection()
    if (this.#run < 0) this.#openRun()
    this.#uint(party, PARTY_BYTES)
    this.#uint(position, POSITION_BYTES)
    this.#uint(text === undefined ? 0 : 1, 1)
    if (text !== undefined) this.#text(text, start, end)
    this.#close(this.#run)
    this.#close(this.#section)
    return true
  }

  /** Everything that was added. */
  finish(): PackedMatches {
    return PackedMatches.check(this.#bytes.slice(0, this.#length))
  }

  #bytesFor(messageBytes: number): number {
    const section = this.#section < 0 ? 1 + (this.#computation?.length ?? 0) + VECTOR_LENGTH_BYTES : 0
    const run = this.#run < 0 ? TEXT_LENGTH_BYTES + this.#keyEnd - this.#keyStart + VECTOR_LENGTH_BYTES : 0
    return section + run + PARTY_BYTES + POSITION_BYTES + 1 + messageBytes
  }

  #openSection(): void {
    invariant(this.#computation !== undefined, "a match is of a computation")
    const computation = new TextEncoder().encode(this.#computation)
    this.#uint(computation.length, 1)
    this.#raw(computation, 0, computation.length)
    this.#section = this.#length
    this.#uint(0, VECTOR_LENGTH_BYTES)
    this.#run = -1
  }

  #openRun(): void {
    this.#text(this.#key, this.#keyStart, this.#keyEnd)
    this.#run = this.#length
    this.#uint(0, VECTOR_LENGTH_BYTES)
  }

  /** Writes how much stands behind a length. */
  #close(at: number): void {
    putUint(this.#bytes, at, this.#length - at - VECTOR_LENGTH_BYTES, VECTOR_LENGTH_BYTES)
  }

  #text(bytes: Uint8Array, start: number, end: number): void {
    this.#uint(end - start, TEXT_LENGTH_BYTES)
    this.#raw(bytes, start, end)
  }

  #uint(value: number, width: number): void {
    putUint(this.#bytes, this.#length, value, width)
    this.#length += width
  }

  #raw(bytes: Uint8Array, start: number, end: number): void {
    copyBytes(this.#bytes, this.#length, bytes, start, end)
    this.#length += end - start
  }
}

/** Matches of at most so many bytes. */
export function packedMatchesCodec(bytesMax: number): Codec<PackedMatches> {
  return convert(
    opaque(0, bytesMax),
    ({ bytes }: PackedMatches) => bytes,
    (bytes) => PackedMatches.check(bytes),
  )
}

/** Short texts are copied byte by byte: a view of each would cost more than the bytes. */
const COPY_BYTES_SHORT = 48

/** Copies `from` from `start` up to `end` to `to` at `at`. */
export function copyBytes(to: Uint8Array, at: number, from: Uint8Array, start: number, end: number): void {
  if (end - start > COPY_BYTES_SHORT) to.set(from.subarray(start, end), at)
  else for (let i = start; i < end; i++) to[at + i - start] = from[i] ?? 0
}

/** The number in `width` bytes, 1 to 4, big-endian. */
export function uintAt(bytes: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let i = at; i < at + width; i++) value = (value << 8) | (bytes[i] ?? 0)
  return value >>> 0
}

/** Puts a number in `width` bytes, 1 to 4, big-endian. */
export function putUint(bytes: Uint8Array, at: number, value: number, width: number): void {
  for (let i = 0; i < width; i++) bytes[at + i] = value >>> (8 * (width - 1 - i))
}

/** How many matches there are. Throws DecodeError. */
function checkSections(bytes: Uint8Array): number {
  let count = 0
  for (let at = 0; at < bytes.length;) {
    const nameEnd = at + 1 + (bytes[at] ?? 0)
    name(textIn(bytes, at + 1, nameEnd))
    const end = vectorEnd(bytes, nameEnd, bytes.length)
    at = nameEnd + VECTOR_LENGTH_BYTES
    while (at < end) {
      const keyEnd = checkText(bytes, at + TEXT_LENGTH_BYTES, 1, limits.keyBytesMax, matchKey)
      const runEnd = vectorEnd(bytes, keyEnd, end)
      at = keyEnd + VECTOR_LENGTH_BYTES
      for (; at < runEnd; count++) at = checkMember(bytes, at)
      if (at !== runEnd) throw misfit()
    }
    if (at !== end) throw misfit()
  }
  return count
}

/** Where a run's member ends. Throws DecodeError. */
function checkMember(bytes: Uint8Array, at: number): number {
  const presence = bytes[at + PARTY_BYTES + POSITION_BYTES]
  const after = at + PARTY_BYTES + POSITION_BYTES + 1
  if (presence === 0) return after
  if (presence !== 1)
    throw presence === undefined ? misfit() : new DecodeError("UNKNOWN_VARIANT", `presence ${presence}`)
  return checkText(bytes, after + TEXT_LENGTH_BYTES, 0, limits.messageBytesMax, message)
}

/** Where a vector ends whose length stands at `at`: it has something in it, and is within what it stands in. */
function vectorEnd(bytes: Uint8Array, at: number, outerEnd: number): number {
  const start = at + VECTOR_LENGTH_BYTES
  const end = start + uintAt(bytes, at, VECTOR_LENGTH_BYTES)
  if (start > outerEnd || end > outerEnd || end === start) throw misfit()
  return end
}

function misfit(): DecodeError {
  return new DecodeError("LENGTH_OUT_OF_RANGE", "packed matches whose lengths do not fit one another")
}
