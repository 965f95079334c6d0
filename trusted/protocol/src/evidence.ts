/*
 * Evidence: the enclave's statement about itself, and a report by its platform that covers the statement's SHA-512.
 */
import { bytes, choice, count, encode, enumeration, opaque, struct, uint16, uint8, type Of } from "./codec.ts"
import { invariant } from "./errors.ts"
import { EVIDENCE_BYTES_MAX } from "./frame.ts"
import { MAIL_KEY_BYTES } from "./handshake.ts"
import { labelled } from "./label.ts"
import { DIGEST_BYTES, partyKeyCodec, SIGNATURE_BYTES } from "./keys.ts"

export const LIFE_BYTES = 32
export const REPORT_DATA_BYTES = 64
const STATEMENT_BYTES_MAX = 2_048

export const platformCodec = enumeration({ mock: 0, simulation: 1 })
export type Platform = Of<typeof platformCodec>

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

export const reportCodec = struct({
  /** SHA-256 of the enclave's bundle; zeros in mock mode. */
  codeHash: bytes(DIGEST_BYTES),
  productId: uint16,
  revocationLevel: uint16,
  /** When the report was made, in seconds since 1970. */
  issuedAt: count,
  /** SHA-512 of the encoded statement. */
  reportData: bytes(REPORT_DATA_BYTES),
})
export type Report = Of<typeof reportCodec>

export const evidenceCodec = struct({
  statement: opaque(1, STATEMENT_BYTES_MAX),
  quote: choice({
    /** Vouched for by nobody. */
    mock: { tag: 0, body: struct({ report: reportCodec }) },
    /** Signed by a key on the machine that runs the enclave. */
    simulation: {
      tag: 1,
      body: struct({
        report: reportCodec,
        signer: bytes(DIGEST_BYTES),
        signature: bytes(SIGNATURE_BYTES),
      }),
    },
  }),
})
export type Evidence = Of<typeof evidenceCodec>
export type Quote = Evidence["quote"]

invariant(statementCodec.bytesMax <= STATEMENT_BYTES_MAX, "a statement fits its evidence")
invariant(evidenceCodec.bytesMax <= EVIDENCE_BYTES_MAX, "evidence fits its response")

/** What the simulated platform signs. */
export function reportSigned(report: Report): Uint8Array<ArrayBuffer> {
  return labelled("simulation report", encode(reportCodec, report))
}
