import type { PartyKey } from "@event-manager/protocol"

/** Who a client acts for: an Ed25519 key that signs (RFC 8032). */
export interface Identity {
  readonly party: PartyKey
  /** The 64-byte signature over `data`. */
  sign(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>
}
