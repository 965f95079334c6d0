/*
 * The layout of frames: a header in the clear, then sealed bytes, up to a frame size. Inside the seal stands the
 * content behind its length in four bytes, and zeros to the end.
 */
import { bytes, choice, count, encode, Reader, struct, uint8, type Of } from "./codec.ts"
import { DecodeError, invariant } from "./errors.ts"
import { frameSizes, isFrameSize, type FrameSize } from "./frame.ts"

/** MLKEM768-X25519: an ML-KEM-768 ciphertext and an X25519 public key. */
export const ENCAPSULATED_BYTES = 1_120
export const SALT_BYTES = 32
export const SESSION_ID_BYTES = 16
export const TAG_BYTES = 16
export const NONCE_BYTES = 12
const LENGTH_BYTES = 4
const VERSION = 1

const headerCodec = struct({
  version: uint8,
  frame: choice({
    /** Client to enclave: sealed with HPKE to the enclave's key of this life. */
    hello: { tag: 1, body: struct({ encapsulated: bytes(ENCAPSULATED_BYTES) }) },
    /** Enclave to client: sealed under the hello-reply key. */
    welcome: { tag: 2, body: struct({ salt: bytes(SALT_BYTES) }) },
    /** Client to enclave, in a session. */
    mail: { tag: 3, body: struct({ session: bytes(SESSION_ID_BYTES), sequence: count }) },
    /** Enclave to client, under the sequence of the mail it answers. */
    reply: { tag: 4, body: struct({ session: bytes(SESSION_ID_BYTES), sequence: count }) },
    /** Enclave to client, not sealed, so it proves nothing: shake hands again. */
    unopened: { tag: 5, body: struct({}) },
  }),
})
export type Header = Of<typeof headerCodec>["frame"]
export type HeaderOf<Kind extends Header["kind"]> = Extract<Header, { kind: Kind }>

const headerBytes: Readonly<Record<Header["kind"], number>> = {
  hello: 2 + ENCAPSULATED_BYTES,
  welcome: 2 + SALT_BYTES,
  mail: 2 + SESSION_ID_BYTES + 8,
  reply: 2 + SESSION_ID_BYTES + 8,
  unopened: 2,
}

/** The header's bytes: the beginning of the frame, and the additional data of its seal. */
export function headerOf(frame: Header): Uint8Array<ArrayBuffer> {
  return encode(headerCodec, { version: VERSION, frame })
}

export interface Opened<B extends ArrayBufferLike = ArrayBufferLike> {
  readonly header: Header
  readonly headerBytes: Uint8Array<B>
  /** Ciphertext and tag. */
  readonly sealed: Uint8Array<B>
}

/** Splits a frame, without copying; nothing in it is to be believed before the seal is opened. Throws DecodeError. */
export function openFrame<B extends ArrayBufferLike>(frame: Uint8Array<B>): Opened<B> {
  if (!isFrameSize(frame.length)) throw new DecodeError("FRAME_SIZE", `no frame has ${frame.length} bytes`)
  const reader = new Reader(frame)
  const { version, frame: header } = headerCodec.read(reader)
  if (version !== VERSION) throw new DecodeError("FRAME_HEADER", `a frame of protocol version ${version}`)
  const split = frame.length - reader.left
  return {
    header,
    headerBytes: viewOf(frame, 0, split),
    sealed: viewOf(frame, split, frame.length),
  }
}

/** Header and sealed bytes as one frame. */
export function joinFrame(header: Uint8Array, sealed: Uint8Array): Uint8Array<ArrayBuffer> {
  invariant(isFrameSize(header.length + sealed.length), "a frame has one of the frame sizes")
  const frame = new Uint8Array(header.length + sealed.length)
  frame.set(header)
  frame.set(sealed, header.length)
  return frame
}

/** The frame that answers one which could not be opened: always the same bytes. */
export function unopenedFrame(): Uint8Array<ArrayBuffer> {
  const header = headerOf({ kind: "unopened" })
  return joinFrame(header, new Uint8Array(frameSizes[0] - header.length))
}

/** The most content, in bytes, that a frame of this kind and size holds. */
export function contentBytesMax(kind: Header["kind"], size: FrameSize): number {
  return size - headerBytes[kind] - TAG_BYTES - LENGTH_BYTES
}

/** The smallest frame of this kind that holds `length` bytes of content. Throws InvariantError where none does. */
export function frameSizeFor(kind: Header["kind"], length: number): FrameSize {
  const size = frameSizes.find((each) => length <= contentBytesMax(kind, each))
  invariant(size !== undefined, `no frame holds ${length} bytes`)
  return size
}

/** Content as it is sealed: behind its length, with zeros up to what a frame of `size` bytes holds. */
export function pad(kind: Header["kind"], content: Uint8Array, size: FrameSize): Uint8Array<ArrayBuffer> {
  const room = contentBytesMax(kind, size)
  invariant(content.length <= room, "content fits its frame")
  const padded = new Uint8Array(LENGTH_BYTES + room)
  new DataView(padded.buffer).setUint32(0, content.length)
  padded.set(content, LENGTH_BYTES)
  return padded
}

/** Undoes `pad`, without copying. Throws DecodeError where the length lies or the padding is not zeros. */
export function unpad<B extends ArrayBufferLike>(padded: Uint8Array<B>): Uint8Array<B> {
  if (padded.length < LENGTH_BYTES) throw new DecodeError("TRUNCATED", "sealed content without a length")
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0)
  const end = LENGTH_BYTES + length
  if (end > padded.length) throw new DecodeError("TRUNCATED", "sealed content shorter than its length")
  if (!isZeros(padded, end)) throw new DecodeError("NOT_ZERO_PADDED", "padding is not zeros")
  return viewOf(padded, LENGTH_BYTES, end)
}

/** A view that is a plain Uint8Array, of whatever kind the bytes are. */
function viewOf<B extends ArrayBufferLike>(bytes: Uint8Array<B>, start: number, end: number): Uint8Array<B> {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start)
}

const WORD_BYTES = 4

/** Whether the bytes from `start` on are zeros: word by word, since there may be a mebibyte of them. */
function isZeros(bytes: Uint8Array, start: number): boolean {
  let seen = 0
  let at = start
  for (; at < bytes.length && (bytes.byteOffset + at) % WORD_BYTES !== 0; at++) seen |= bytes[at] ?? 0
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + at, Math.floor((bytes.length - at) / WORD_BYTES))
  for (let i = 0; i < words.length; i++) seen |= words[i] ?? 0
  for (at += words.length * WORD_BYTES; at < bytes.length; at++) seen |= bytes[at] ?? 0
  return seen === 0
}

/** The AES-GCM nonce of a session's sequence number: four zero bytes, then the number. */
export function sequenceNonce(sequence: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(NONCE_BYTES)
  nonce.set(encode(count, sequence), NONCE_BYTES - 8)
  return nonce
}
