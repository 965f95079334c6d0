/*
 * The enclave's statement about itself, and what the simulated platform signs.
 */
import { bytes, encode, enumeration, struct, uint8, type Of } from "./codec.ts"
import { invariant } from "./errors.ts"
import { MAIL_KEY_BYTES } from "./handshake.ts"
import { labelled } from "./label.ts"
import { partyKeyCodec } from "./keys.ts"
import { platformCodec, reportCodec, STATEMENT_BYTES_MAX, type Report } from "./quote.ts"

export const LIFE_BYTES = 32

export const anchorCodec = enumeration({ none: 0, tpm: 1 })
export type AnchorName = Of<typeof anchorCodec>

export const statementCodec = struct({
  version: uint8,
  platform: platformCodec,
  /** The enclave's long-term Ed25519 identity. */
  identity: partyKeyCodec,
  /** Its HPKE public key, made for this life. */
  mailKey: bytes(MAIL_KEY_BYTES),
  /** Random: no two starts of an enclave share it. */
  life: bytes(LIFE_BYTES),
  /** What keeps the host from starting the enclave on an old state. */
  anchor: anchorCodec,
})
export type Statement = Of<typeof statementCodec>
export const STATEMENT_VERSION = 1

invariant(statementCodec.bytesMax <= STATEMENT_BYTES_MAX, "a statement fits its evidence")

/** What the simulated platform signs. */
export function reportSigned(report: Report): Uint8Array<ArrayBuffer> {
  return labelled("simulation report", encode(reportCodec, report))
}
