/*
 * Evidence as it crosses the wire: the enclave's statement about itself, its platform's quote over that, and what others
 * say of the platform and of the code (RFC 9334 calls the last endorsements and reference values). The host reads
 * quotes, to fetch what endorses them; nothing here is secret, and nothing that a host adds is believed unchecked.
 */
import { bytes, choice, count, enumeration, list, opaque, struct, uint16, type Of } from "./codec.ts"
import { invariant } from "./errors.ts"
import { DIGEST_BYTES, SIGNATURE_BYTES } from "./keys.ts"

export const EVIDENCE_BYTES_MAX = 1_048_576
export const REPORT_DATA_BYTES = 64
export const STATEMENT_BYTES_MAX = 2_048
/** AMD publication 56860, table "ATTESTATION_REPORT structure". */
export const SEV_SNP_REPORT_BYTES = 1_184

export const CERTIFICATES_BYTES_MAX = 16_384
export const QUOTE_BYTES_MAX = 16_384
export const EVENT_LOG_BYTES_MAX = 65_536
export const ENDORSEMENT_BYTES_MAX = 131_072
const ENDORSEMENTS_MAX = 4

export const platformCodec = enumeration({ mock: 0, simulation: 1, "sev-snp": 2, tdx: 3, sgx: 4, nitro: 5 })
export type Platform = Of<typeof platformCodec>

/** What mock and simulation have in place of a processor's report. */
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

const quoteCodec = choice({
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
  "sev-snp": {
    tag: 2,
    body: struct({
      report: bytes(SEV_SNP_REPORT_BYTES),
      /** The hypervisor's certificate table, empty where it gives none. */
      certificates: opaque(0, CERTIFICATES_BYTES_MAX),
    }),
  },
  tdx: {
    tag: 3,
    body: struct({
      quote: opaque(1, QUOTE_BYTES_MAX),
      /** The TD's event log, empty where it is not given. */
      eventLog: opaque(0, EVENT_LOG_BYTES_MAX),
    }),
  },
  sgx: { tag: 4, body: struct({ quote: opaque(1, QUOTE_BYTES_MAX) }) },
  /** A COSE_Sign1 document of the Nitro Security Module. */
  nitro: { tag: 5, body: struct({ document: opaque(1, QUOTE_BYTES_MAX) }) },
})

export const endorsementKindCodec = enumeration({
  /** A signed release manifest. */
  release: 0,
  /** The certificate of the key that signs SEV-SNP reports, VCEK or VLEK, in DER. */
  "sev-snp-key": 1,
  /** AMD's revocation list for that key's issuer, in DER. */
  "sev-snp-crl": 2,
  /** Intel's collateral, in JSON. */
  dcap: 3,
})
export type EndorsementKind = Of<typeof endorsementKindCodec>

const endorsementCodec = struct({ kind: endorsementKindCodec, bytes: opaque(1, ENDORSEMENT_BYTES_MAX) })
export type Endorsement = Of<typeof endorsementCodec>

export const evidenceCodec = struct({
  statement: opaque(1, STATEMENT_BYTES_MAX),
  quote: quoteCodec,
  /** The enclave gives none; its host adds them. */
  endorsements: list(endorsementCodec, 0, ENDORSEMENTS_MAX),
})
export type Evidence = Of<typeof evidenceCodec>
export type Quote = Evidence["quote"]

invariant(evidenceCodec.bytesMax <= EVIDENCE_BYTES_MAX, "evidence fits its response")
