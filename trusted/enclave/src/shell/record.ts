/*
 * What the host stores: records of the log and parts of snapshots, each sealed under a key of one life of the enclave,
 * and each naming the one before it. A header in the clear is the seal's additional data.
 */
import {
  bytes,
  count,
  decode,
  DecodeError,
  encode,
  enumeration,
  flag,
  frameSizes,
  invariant,
  LIFE_BYTES,
  opaque,
  optional,
  Reader,
  RECORD_BYTES_MAX,
  struct,
  TAG_BYTES,
  uint16,
  uint32,
  type Of,
} from "@event-manager/protocol"
import { openAes, sealAes } from "@event-manager/protocol/node"
import { createHash, createHmac, hkdfSync } from "node:crypto"
import { SEED_BYTES } from "./ed25519.ts"
import { RecoveryError } from "./recoveryError.ts"

/**
 * What is written. From 2 on there are keys in bulk, and snapshots hold computations over keys in pieces: a program of
 * before would take such events for damage, where it should say that it is too old. All that was written before is read.
 */
const FORMAT = 2
export const HASH_BYTES = 32
const SEALING_KEY_BYTES = 32
const KEY_ID_BYTES = 8
const LENGTH_BYTES = 4

const headerCodec = struct({
  format: uint16,
  /** Which sealing key: a value derived from it that says nothing else. */
  keyId: bytes(KEY_ID_BYTES),
  kind: enumeration({ record: 0, snapshotPart: 1 }),
  /** The life that sealed it. */
  life: bytes(LIFE_BYTES),
  /** Of a record, its number; of a snapshot, the number of records that it stands for. */
  index: count,
  /** Of a snapshot's part, its number. */
  part: uint32,
  /** SHA-256 of the sealed record or part before; of a snapshot's first part, of the last record it stands for. */
  previous: bytes(HASH_BYTES),
})
export type Header = Of<typeof headerCodec>

/** What an enclave is born with and keeps. */
const genesisCodec = struct({
  identitySeed: bytes(SEED_BYTES),
  /** The key of every history's links. */
  historyKey: bytes(HASH_BYTES),
})
export type Genesis = Of<typeof genesisCodec>

export const EVENTS_BYTES_MAX = RECORD_BYTES_MAX - headerCodec.bytesMax - TAG_BYTES - LENGTH_BYTES - 512

const contentCodec = struct({
  /** The freshness anchor's value before this record; of a snapshot, after the last record it stands for. */
  register: optional(bytes(HASH_BYTES)),
  /** In the first record, and in the first part of each snapshot. */
  genesis: optional(genesisCodec),
  /** Encoded events, one after the other. */
  events: opaque(0, EVENTS_BYTES_MAX),
  /** Whether a snapshot ends here. */
  last: flag,
})
export type Content = Of<typeof contentCodec>

invariant(roomIn(RECORD_BYTES_MAX) >= contentCodec.bytesMax, "the longest content fits a record")

/** The keys under which one sealing key has records sealed: one for each life, kind by kind. */
export class RecordKeys {
  readonly keyId: Uint8Array<ArrayBuffer>
  /** Whether a record was opened, so that the sealing key is the right one. */
  isProven = false
  readonly #sealingKey: Uint8Array
  readonly #byLife = new Map<string, Uint8Array>()

  constructor(sealingKey: Uint8Array) {
    invariant(sealingKey.length === SEALING_KEY_BYTES, "a sealing key has 32 bytes")
    this.#sealingKey = sealingKey
    this.keyId = new Uint8Array(hkdfSync("sha256", sealingKey, "", "event-manager/1 key id", KEY_ID_BYTES))
  }

  /** Under one key for all lives, a rewound enclave would seal two records with one nonce. */
  keyOf({ life, kind }: Header): Uint8Array {
    const name = `event-manager/1 ${kind}`
    const known = this.#byLife.get(name + life.toHex())
    if (known !== undefined) return known
    const key = new Uint8Array(hkdfSync("sha256", this.#sealingKey, life, name, SEALING_KEY_BYTES))
    this.#byLife.set(name + life.toHex(), key)
    return key
  }
}

/** The least of the frame sizes that holds a record of this content, with so many bytes to spare. */
export function recordSize(content: Content, spareBytes: number): number {
  const needed = contentBytes(content) + spareBytes
  return frameSizes.find((each) => roomIn(each) >= needed) ?? RECORD_BYTES_MAX
}

/** How long content is when it is encoded: all of it but the events has a fixed length, where it is there. */
function contentBytes({ register, genesis, events }: Content): number {
  const without = contentCodec.bytesMax - EVENTS_BYTES_MAX + events.length
  return without - (register === undefined ? HASH_BYTES : 0) - (genesis === undefined ? genesisCodec.bytesMax : 0)
}

/** Seals content into a record of `size` bytes. One life seals each number once. */
export function sealRecord(
  keys: RecordKeys,
  header: Omit<Header, "format" | "keyId">,
  content: Content,
  size: number,
): Uint8Array<ArrayBuffer> {
  const whole: Header = { format: FORMAT, keyId: keys.keyId, ...header }
  const head = encode(headerCodec, whole)
  const body = encode(contentCodec, content)
  const padded = new Uint8Array(LENGTH_BYTES + roomIn(size))
  new DataView(padded.buffer).setUint32(0, body.length)
  padded.set(body, LENGTH_BYTES)
  const record = new Uint8Array(size)
  record.set(head)
  record.set(sealAes(keys.keyOf(whole), nonceOf(whole), head, padded), head.length)
  return record
}

/** Reads a record back; `name` says which one it should be. Throws RecoveryError. */
export function openRecord(keys: RecordKeys, name: string, record: Uint8Array): { header: Header; content: Content } {
  const { header, head } = readHeader(keys, name, record)
  const padded = openAes(keys.keyOf(header), nonceOf(header), head, record.subarray(head.length))
  if (padded === undefined) throw recordChanged(name)
  keys.isProven = true
  try {
    const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0)
    return { header, content: decode(contentCodec, padded.subarray(LENGTH_BYTES, LENGTH_BYTES + length)) }
  } catch (cause) {
    throw recordChanged(name, { cause })
  }
}

function recordChanged(name: string, options?: ErrorOptions): RecoveryError {
  return new RecoveryError("RECORD_CHANGED", `${name} was changed or cut short; restore the state from a copy`, options)
}

/**
 * What the freshness anchor is extended by for a record: a value that cannot be computed from what the host stores, so
 * that who may delete the register cannot bring it to an earlier record that it did not see pass.
 */
export function anchorValue(genesis: Genesis, hash: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac("sha256", genesis.historyKey).update("event-manager/1 anchor").update(hash).digest())
}

export function hashOf(record: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(record).digest())
}

function readHeader(keys: RecordKeys, name: string, record: Uint8Array): { header: Header; head: Uint8Array } {
  const format = record.length < 2 ? 0 : new DataView(record.buffer, record.byteOffset).getUint16(0)
  if (format > FORMAT) {
    throw new RecoveryError(
      "FORMAT_NEWER",
      `${name} has format ${format}, of a newer version; this one reads ${FORMAT}`,
    )
  }
  const changed = `${name} was changed or cut short; restore the state from a copy`
  if (record.length < headerCodec.bytesMax + LENGTH_BYTES + TAG_BYTES)
    throw new RecoveryError("RECORD_CHANGED", changed)
  const head = record.subarray(0, headerCodec.bytesMax)
  try {
    const header = headerCodec.read(new Reader(head))
    if (header.keyId.toHex() === keys.keyId.toHex()) return { header, head }
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw new RecoveryError("RECORD_CHANGED", changed, { cause })
  }
  if (keys.isProven) throw new RecoveryError("RECORD_FOREIGN", `${name} was sealed under another key than those before`)
  const advice = "give the key with which this state was made, or another state"
  throw new RecoveryError("SEALING_KEY_WRONG", `${name} was sealed under another sealing key; ${advice}`)
}

function roomIn(size: number): number {
  return size - headerCodec.bytesMax - TAG_BYTES - LENGTH_BYTES
}

function nonceOf({ part, index }: Header): Uint8Array {
  return encode(struct({ part: uint32, index: count }), { part, index })
}
