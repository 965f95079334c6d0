import { headerOf, NONCE_BYTES, pad, TAG_BYTES, type FrameSize, type Header } from "@event-manager/protocol"
import { createCipheriv, createDecipheriv } from "node:crypto"

const CIPHER = "aes-256-gcm"

/** A frame of `size` bytes with `content` sealed in it (NIST SP 800-38D); a key and nonce are used together once. */
export function sealFrame(
  key: Uint8Array,
  nonce: Uint8Array,
  header: Header,
  content: Uint8Array,
  size: FrameSize,
): Uint8Array {
  const head = headerOf(header)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(head)
  const frame = new Uint8Array(size)
  frame.set(head)
  frame.set(cipher.update(pad(header.kind, content, size)), head.length)
  cipher.final()
  frame.set(cipher.getAuthTag(), size - TAG_BYTES)
  return frame
}

/** The padded content sealed in a frame, or undefined where it was not sealed under this key, nonce and header. */
export function openSealed(
  key: Uint8Array,
  nonce: Uint8Array,
  headerBytes: Uint8Array,
  sealed: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(headerBytes)
  const body = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return new Uint8Array(body.buffer, body.byteOffset, body.length)
}

export const ZERO_NONCE = new Uint8Array(NONCE_BYTES)
