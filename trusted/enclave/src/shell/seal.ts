import { headerOf, joinFrame, NONCE_BYTES, pad, type FrameSize, type Header } from "@event-manager/protocol"
import { sealAes } from "@event-manager/protocol/node"

/** A frame of `size` bytes with `content` sealed in it; a key and nonce are used together once. */
export function sealFrame(
  key: Uint8Array,
  nonce: Uint8Array,
  header: Header,
  content: Uint8Array,
  size: FrameSize,
): Uint8Array {
  const head = headerOf(header)
  return joinFrame(head, sealAes(key, nonce, head, pad(header.kind, content, size)))
}

export const ZERO_NONCE = new Uint8Array(NONCE_BYTES)
