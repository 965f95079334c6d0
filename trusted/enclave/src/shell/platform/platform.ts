import { CodedError, type Platform as PlatformName, type Quote } from "@event-manager/protocol"

/** All that an enclave's run depends on beside the frames delivered to it. */
export interface Platform {
  readonly name: PlatformName
  /** `length` bytes of fresh, secret randomness. */
  entropy(length: number): Uint8Array<ArrayBuffer>
  /** Milliseconds since 1970. The host can turn this clock: it decides when things expire, and nothing else. */
  nowMs(): number
  /** The platform's word that this very code asked it to vouch for these 64 bytes. Rejects with PlatformError. */
  quote(reportData: Uint8Array<ArrayBuffer>, issuedAt: number): Promise<Quote>
}

/** The platform did not give what the enclave needs of it. Whoever runs the enclave must act, or ask again. */
export class PlatformError extends CodedError<
  | "TSM_UNAVAILABLE"
  /** Others use it, or the processor's firmware lets it wait: a later question may be answered. */
  | "TSM_BUSY"
  /** It is there, and is not the platform that this enclave is told it runs on. */
  | "TSM_PROVIDER"
  | "EVIDENCE_COMMAND"
  | "EVENT_LOG"
> {}
