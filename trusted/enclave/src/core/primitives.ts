import type { Digest, PartyKey } from "@event-manager/protocol"

/** The functions of fixed outcome that the core computes with and does not contain, and whose enclave it is. */
export interface Primitives {
  /** The enclave's long-term key. */
  readonly identity: PartyKey
  sha256(bytes: Uint8Array): Digest
  /**
   * HMAC-SHA-256 (RFC 2104) under a key that only this enclave has, over the link before (none: zeros) and an entry.
   * Under a bare hash, who saw the heads before and after a submission could find its value by guessing.
   */
  link(previous: Digest | undefined, entry: Uint8Array): Digest
  /** Whether the party has signed this (Ed25519). */
  verify(party: PartyKey, signed: Uint8Array, signature: Uint8Array): boolean
}
