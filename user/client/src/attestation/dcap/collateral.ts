/*
 * Collateral: what Intel's provisioning certification service says of a family of processors, as one JSON object. It is
 * whoever brings it that has put it together, so nothing of it is believed before its signature holds.
 */
import { DecodeError } from "@event-manager/protocol"
import { AttestationError } from "../../errors.ts"
import type { Bytes } from "../../webCrypto.ts"
import type { Certificate } from "../x509/certificate.ts"
import type { NonEmpty } from "../x509/chain.ts"
import { readRevocationList, type RevocationList } from "../x509/crl.ts"
import { readOr } from "../x509/malformed.ts"
import { readPemChain } from "../x509/pem.ts"
import { Json } from "../json.ts"

/** A text, and who is to have signed it. */
export interface SignedText {
  readonly text: string
  /** r and s, 32 bytes each. */
  readonly signature: Bytes
  readonly issuerChain: NonEmpty<Certificate>
}

export interface Collateral {
  readonly pckCrl: RevocationList
  readonly pckCrlIssuerChain: NonEmpty<Certificate>
  readonly rootCaCrl: RevocationList
  readonly tcbInfo: SignedText
  readonly qeIdentity: SignedText
}

const COLLATERAL_BYTES_MAX = 1_048_576
const SIGNATURE_BYTES = 64

const keys = [
  "pck_crl_issuer_chain",
  "root_ca_crl",
  "pck_crl",
  "tcb_info_issuer_chain",
  "tcb_info",
  "tcb_info_signature",
  "qe_identity_issuer_chain",
  "qe_identity",
  "qe_identity_signature",
] as const
type Key = (typeof keys)[number]

/**
 * Reads collateral; nothing is verified. Throws AttestationError (ENDORSEMENT_MISSING, COLLATERAL_MALFORMED,
 * CERTIFICATE_MALFORMED, CRL_MALFORMED).
 */
export function readCollateral(bytes: Bytes | undefined): Collateral {
  if (bytes === undefined) {
    throw new AttestationError("ENDORSEMENT_MISSING", "Intel's collateral is missing; the host must add it")
  }
  const { texts, tcbInfoSignature, qeIdentitySignature, rootCaCrl, pckCrl } = readTexts(bytes)
  const tcbInfoIssuer = readPemChain(texts.tcb_info_issuer_chain)
  // Both are signed with one key, and then the same chain need not be read twice.
  const isOneIssuer = texts.tcb_info_issuer_chain === texts.qe_identity_issuer_chain
  const qeIdentityIssuer = isOneIssuer ? tcbInfoIssuer : readPemChain(texts.qe_identity_issuer_chain)
  return {
    pckCrl: readRevocationList(pckCrl),
    pckCrlIssuerChain: readPemChain(texts.pck_crl_issuer_chain),
    rootCaCrl: readRevocationList(rootCaCrl),
    tcbInfo: { text: texts.tcb_info, signature: tcbInfoSignature, issuerChain: tcbInfoIssuer },
    qeIdentity: { text: texts.qe_identity, signature: qeIdentitySignature, issuerChain: qeIdentityIssuer },
  }
}

interface Texts {
  readonly texts: Readonly<Record<Key, string>>
  readonly tcbInfoSignature: Bytes
  readonly qeIdentitySignature: Bytes
  readonly rootCaCrl: Bytes
  readonly pckCrl: Bytes
}

function readTexts(bytes: Bytes): Texts {
  return readOr("COLLATERAL_MALFORMED", "Intel's collateral", () => {
    if (bytes.length > COLLATERAL_BYTES_MAX) throw new DecodeError("LENGTH_OUT_OF_RANGE", `${bytes.length} bytes`)
    const json = Json.parse(utf8(bytes))
    if (json.keys().length !== keys.length) throw new DecodeError("UNKNOWN_VARIANT", "fields that are not known")
    const text = (key: Key): string => json.field(key).text(COLLATERAL_BYTES_MAX)
    return {
      texts: {
        pck_crl_issuer_chain: text("pck_crl_issuer_chain"),
        root_ca_crl: text("root_ca_crl"),
        pck_crl: text("pck_crl"),
        tcb_info_issuer_chain: text("tcb_info_issuer_chain"),
        tcb_info: text("tcb_info"),
        tcb_info_signature: text("tcb_info_signature"),
        qe_identity_issuer_chain: text("qe_identity_issuer_chain"),
        qe_identity: text("qe_identity"),
        qe_identity_signature: text("qe_identity_signature"),
      },
      tcbInfoSignature: hex(text("tcb_info_signature"), SIGNATURE_BYTES),
      qeIdentitySignature: hex(text("qe_identity_signature"), SIGNATURE_BYTES),
      rootCaCrl: hex(text("root_ca_crl")),
      pckCrl: hex(text("pck_crl")),
    }
  })
}

function utf8(bytes: Bytes): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new DecodeError("NOT_UTF8", "it is not UTF-8", { cause })
  }
}

function hex(digits: string, length?: number): Bytes {
  const isWhole = /^(?:[0-9A-Fa-f]{2})*$/.test(digits)
  if (!isWhole) throw new DecodeError("UNKNOWN_VARIANT", "hexadecimal digits were due")
  const bytes = Uint8Array.fromHex(digits)
  if (length === undefined || bytes.length === length) return bytes
  throw new DecodeError("LENGTH_OUT_OF_RANGE", `${bytes.length} bytes where ${length} were due`)
}
