/*
 * All that the host may know of the protocol: how large a frame is, and the one crossing between host and enclave.
 */
import { bytes, choice, count, decode, encode, flag, opaque, struct, type Of } from "./codec.ts"
import { DecodeError } from "./errors.ts"

/** A frame on the wire has exactly one of these sizes, in bytes. */
export const frameSizes = [2_048, 8_192, 32_768, 131_072, 524_288, 1_048_576] as const
export type FrameSize = (typeof frameSizes)[number]
export const FRAME_BYTES_MAX: FrameSize = 1_048_576
export const FRAME_MEDIA_TYPE = "application/octet-stream"
export const EVIDENCE_BYTES_MAX = 65_536

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
  /** The enclave's current evidence, at most EVIDENCE_BYTES_MAX. */
  evidence(): Promise<Uint8Array>
  deliver(frame: Uint8Array): Promise<Delivery>
  close(): Promise<void>
}

/*
 * The same crossing over a pipe, where the enclave is another process: packets behind their length in four bytes, each
 * with the id of its question, so that many can be in flight.
 */
const HASH_BYTES = 32
const SEED_BYTES = 32

/** What the host hands a simulated enclave at its start in place of what hardware would know. */
export const simulationCodec = struct({
  /** SHA-256 of the bundle that was started. */
  codeHash: bytes(HASH_BYTES),
  /** The Ed25519 seed of the machine's simulated attestation key. */
  signingSeed: bytes(SEED_BYTES),
})
export type Simulation = Of<typeof simulationCodec>

const questionCodec = struct({
  id: count,
  body: choice({
    start: { tag: 0, body: simulationCodec },
    evidence: { tag: 1, body: struct({}) },
    deliver: { tag: 2, body: struct({ frame: opaque(0, FRAME_BYTES_MAX) }) },
  }),
})
export type Question = Of<typeof questionCodec>

const answerCodec = struct({
  id: count,
  body: choice({
    started: { tag: 0, body: struct({}) },
    evidence: { tag: 1, body: struct({ evidence: opaque(0, EVIDENCE_BYTES_MAX) }) },
    delivered: { tag: 2, body: struct({ reply: opaque(0, FRAME_BYTES_MAX), changed: flag }) },
  }),
})
export type Answer = Of<typeof answerCodec>

const LENGTH_BYTES = 4
const PACKET_BYTES_MAX = Math.max(questionCodec.bytesMax, answerCodec.bytesMax)

export function questionPacket(question: Question): Uint8Array {
  return packet(encode(questionCodec, question))
}

export function answerPacket(answer: Answer): Uint8Array {
  return packet(encode(answerCodec, answer))
}

/** Throws DecodeError. */
export function readQuestion(body: Uint8Array): Question {
  return decode(questionCodec, body)
}

/** Throws DecodeError. */
export function readAnswer(body: Uint8Array): Answer {
  return decode(answerCodec, body)
}

/** Cuts a pipe's bytes into packets. `push` throws DecodeError for a packet longer than any can be. */
export class PacketReader {
  #rest: Uint8Array = new Uint8Array(0)

  push(chunk: Uint8Array): Uint8Array[] {
    const pending = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk)
    const packets: Uint8Array[] = []
    let at = 0
    while (pending.length - at >= LENGTH_BYTES) {
      const length = new DataView(pending.buffer, pending.byteOffset + at).getUint32(0)
      if (length > PACKET_BYTES_MAX) throw new DecodeError("LENGTH_OUT_OF_RANGE", `a packet of ${length} bytes`)
      if (pending.length - at - LENGTH_BYTES < length) break
      packets.push(pending.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + length))
      at += LENGTH_BYTES + length
    }
    this.#rest = pending.slice(at)
    return packets
  }
}

function packet(body: Uint8Array): Uint8Array {
  const whole = new Uint8Array(LENGTH_BYTES + body.length)
  new DataView(whole.buffer).setUint32(0, body.length)
  whole.set(body, LENGTH_BYTES)
  return whole
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
