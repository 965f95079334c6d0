import type { Head, PartyKey } from "@event-manager/protocol"
import type { Command } from "../../../trusted/enclave/src/core/decide.ts"
import type { Step } from "../../../trusted/enclave/src/core/step.ts"

/** What a run is told of what goes on inside enclaves and clients. It changes nothing there. */
export interface Observer {
  /** An enclave has taken a command; `before` is the head that the history of the computation had. */
  stepped(command: Command, before: Head | undefined, taken: Step): void
  /** A client has opened a reply, and takes it to be the one to this request. */
  accepted(party: PartyKey, request: Uint8Array, reply: Uint8Array): void
  /** A client computes a hash of so many bytes, which may take so long that something else happens first. */
  hashing(length: number): Promise<void> | undefined
  /** Something is sealed with AES-256-GCM. */
  sealing(key: Uint8Array, nonce: Uint8Array): void
}

export const watched: { observer: Observer | undefined } = { observer: undefined }
