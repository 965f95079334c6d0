/*
 * All that the host may know of the protocol: how large a frame is, the one crossing between host and enclave, and what
 * an enclave's evidence looks like.
 */
import {
  bytes,
  choice,
  count,
  decode,
  flag,
  list,
  opaque,
  optional,
  struct,
  text,
  uint32,
  Writer,
  type Codec,
  type Of,
} from "./codec.ts"
import { DecodeError } from "./errors.ts"
import { EVIDENCE_BYTES_MAX } from "./quote.ts"

export * from "./address.ts"
export { decode, encode } from "./codec.ts"
export { DecodeError } from "./errors.ts"
export * from "./quote.ts"

/** A frame on the wire has exactly one of these sizes, in bytes. */
export const frameSizes = [2_048, 8_192, 32_768, 131_072, 524_288, 1_048_576] as const
export type FrameSize = (typeof frameSizes)[number]
export const FRAME_BYTES_MAX: FrameSize = 1_048_576
export const FRAME_MEDIA_TYPE = "application/octet-stream"

/** Whether a frame of `length` bytes can be one of ours. */
export function isFrameSize(length: number): boolean {
  return frameSizes.some((size) => size === length)
}

export interface Delivery {
  /** The answer to the frame delivered, itself a frame. */
  readonly reply: Uint8Array
  /** Whether the enclave's state changed, so that clients that wait should ask again. */
  readonly changed: boolean
}

/**
 * The crossing. The host may call `deliver` any number of times at once; replies come back in any order, each for its
 * own frame. A frame that the enclave cannot open is answered too: with one that says so. The promises reject only
 * where the enclave itself is gone.
 */
export interface EnclaveCrossing {
  /** The enclave's current evidence, at most EVIDENCE_BYTES_MAX. Rejects also where its platform gives none now. */
  evidence(): Promise<Uint8Array>
  deliver(frame: Uint8Array): Promise<Delivery>
  close(): Promise<void>
}

/** The most bytes that a stored record has. */
export const RECORD_BYTES_MAX = 1_048_576

/** The most bytes of records in one page of `records`, beyond its first. */
export const PAGE_BYTES_MAX = 4 * FRAME_BYTES_MAX

/**
 * What the enclave asks of its host: to keep sealed records, in order, and one snapshot that stands for the records
 * before it. Whoever implements it can read none of this, and whatever it brings back is checked.
 *
 * Durability: when a promise resolves, what it did survives a crash of host and machine. When it rejects, or the host
 * dies before it settles, it has happened wholly or not at all. Order: the enclave waits for one call that changes
 * something before it makes the next.
 */
export interface Store {
  /** Adds the record numbered `index`: one more than the last, or where there is none, whatever is asked. */
  append(index: number, record: Uint8Array): Promise<void>
  /** Records numbered `from` and later, in order, as many as make a page; none where there are no more. */
  records(from: number): Promise<readonly StoredRecord[]>
  /** The committed snapshot: how many records it stands for, and its number of parts; undefined where there is none. */
  snapshot(): Promise<{ readonly upTo: number; readonly parts: number } | undefined>
  snapshotPart(part: number): Promise<Uint8Array>
  /** Puts a part of a snapshot that is being made, over any of the same number from one that was not finished. */
  putSnapshotPart(upTo: number, part: number, bytes: Uint8Array): Promise<void>
  /** In one step: the parts put for `upTo` become the snapshot; the one before and the records below `upTo` go. */
  commitSnapshot(upTo: number, parts: number): Promise<void>
}

export interface StoredRecord {
  readonly index: number
  readonly record: Uint8Array
}

/*
 * Both ways of the crossing over a pipe, where the enclave is another process: packets behind their length in four
 * bytes, each with the id of its question, so that many can be in flight.
 */
const HASH_BYTES = 32
const SEED_BYTES = 32
const RECORDS_MAX = 65_535
const FAILURE_BYTES_MAX = 1_024

/** What the host hands a simulated enclave at its start in place of what hardware would know. */
export const simulationCodec = struct({
  /** SHA-256 of the bundle that was started. */
  codeHash: bytes(HASH_BYTES),
  /** The Ed25519 seed of the machine's simulated attestation key. */
  signingSeed: bytes(SEED_BYTES),
  /** What seals the enclave's state. */
  sealingKey: bytes(HASH_BYTES),
})
export type Simulation = Of<typeof simulationCodec>

const failed = struct({ code: text(1, FAILURE_BYTES_MAX), message: text(0, FAILURE_BYTES_MAX) })
const storedRecord = struct({ index: count, record: opaque(0, RECORD_BYTES_MAX) })

const toEnclaveCodec = struct({
  id: count,
  body: choice({
    /** `simulation` where that is the enclave's platform, and on no other. */
    start: { tag: 0, body: struct({ simulation: optional(simulationCodec) }) },
    evidence: { tag: 1, body: struct({}) },
    deliver: { tag: 2, body: struct({ frame: opaque(0, FRAME_BYTES_MAX) }) },
    /** Answers to what the enclave asked of its store. */
    done: { tag: 16, body: struct({}) },
    records: { tag: 17, body: struct({ records: list(storedRecord, 0, RECORDS_MAX) }) },
    snapshot: {
      tag: 18,
      body: struct({ snapshot: optional(struct({ upTo: count, parts: uint32 })) }),
    },
    part: { tag: 19, body: struct({ bytes: opaque(0, RECORD_BYTES_MAX) }) },
    failed: { tag: 20, body: failed },
  }),
})
export type ToEnclave = Of<typeof toEnclaveCodec>

const toHostCodec = struct({
  id: count,
  body: choice({
    started: { tag: 0, body: struct({}) },
    evidence: { tag: 1, body: struct({ evidence: opaque(0, EVIDENCE_BYTES_MAX) }) },
    delivered: { tag: 2, body: struct({ reply: opaque(0, FRAME_BYTES_MAX), changed: flag }) },
    /** The enclave cannot start, or give evidence: a code and a line for whoever runs the host. */
    failed: { tag: 3, body: failed },
    /** Questions to the store. */
    append: { tag: 16, body: storedRecord },
    records: { tag: 17, body: struct({ from: count }) },
    snapshot: { tag: 18, body: struct({}) },
    snapshotPart: { tag: 19, body: struct({ part: uint32 }) },
    putSnapshotPart: {
      tag: 20,
      body: struct({ upTo: count, part: uint32, bytes: opaque(0, RECORD_BYTES_MAX) }),
    },
    commitSnapshot: { tag: 21, body: struct({ upTo: count, parts: uint32 }) },
  }),
})
export type ToHost = Of<typeof toHostCodec>

const LENGTH_BYTES = 4
/** A page of records, and one more. */
const PACKET_BYTES_MAX = PAGE_BYTES_MAX + 2 * FRAME_BYTES_MAX

export function packetToEnclave(message: ToEnclave): Uint8Array {
  return packet(toEnclaveCodec, message)
}

export function packetToHost(message: ToHost): Uint8Array {
  return packet(toHostCodec, message)
}

/** Throws DecodeError. */
export function readToEnclave(body: Uint8Array): ToEnclave {
  return decode(toEnclaveCodec, body)
}

/** Throws DecodeError. */
export function readToHost(body: Uint8Array): ToHost {
  return decode(toHostCodec, body)
}

/** Cuts a pipe's bytes into packets. `push` throws DecodeError for a packet longer than any can be. */
export class PacketReader {
  /** What has come of a packet that is not whole yet, and how long that is. */
  #pieces: Uint8Array[] = []
  #length = 0
  /** How long it must be before there is something to read: first its length, then all of it. */
  #needed = LENGTH_BYTES

  push(chunk: Uint8Array): Uint8Array[] {
    this.#length += chunk.length
    if (this.#length < this.#needed) {
      // The memory that a chunk came in may be used again.
      this.#pieces.push(chunk.slice())
      return []
    }
    const pending = this.#pieces.length === 0 ? chunk : joined([...this.#pieces, chunk], this.#length)
    const packets: Uint8Array[] = []
    let at = 0
    this.#needed = neededAt(pending, at)
    while (pending.length - at >= this.#needed) {
      packets.push(pending.subarray(at + LENGTH_BYTES, at + this.#needed))
      at += this.#needed
      this.#needed = neededAt(pending, at)
    }
    this.#pieces = at === pending.length ? [] : [pending.slice(at)]
    this.#length = pending.length - at
    return packets
  }
}

/** How many bytes from `at` on make the packet that begins there; of its length alone, where that is not whole. */
function neededAt(bytes: Uint8Array, at: number): number {
  if (bytes.length - at < LENGTH_BYTES) return LENGTH_BYTES
  const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0)
  if (length > PACKET_BYTES_MAX) throw new DecodeError("LENGTH_OUT_OF_RANGE", `a packet of ${length} bytes`)
  return LENGTH_BYTES + length
}

function packet<T>(codec: Codec<T>, message: T): Uint8Array {
  const writer = new Writer()
  writer.vector(LENGTH_BYTES, () => codec.write(writer, message))
  return writer.bytes()
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
