import type { Platform as PlatformName, Quote } from "@event-manager/protocol"

/** All that an enclave's run depends on beside the frames delivered to it. */
export interface Platform {
  readonly name: PlatformName
  /** `length` bytes of fresh, secret randomness. */
  entropy(length: number): Uint8Array<ArrayBuffer>
  /** Milliseconds since 1970. The host can turn this clock: it decides when things expire, and nothing else. */
  nowMs(): number
  /** The platform's word that this very code asked for it to vouch for these 64 bytes. */
  quote(reportData: Uint8Array<ArrayBuffer>, issuedAt: number): Quote
}
