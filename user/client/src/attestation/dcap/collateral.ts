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
import { readBytes, readSigned, unescapedPem } from "./collateralForms.ts"

/** A text, and who is to have signed it. */
export interface SignedText {
  readonly text: string
  /** r and s, 32 bytes each. */
  readonly signature: Bytes
  readonly issuerChain: NonEmpty<Certificate>
}

export interface Collateral {
  /** For quotes that do not carry it: the PCK certificate and its issuers, in PEM. */
  readonly pckChain: string | undefined
  readonly pckCrl: RevocationList
  readonly pckCrlIssuerChain: NonEmpty<Certificate>
  readonly rootCaCrl: RevocationList
  readonly tcbInfo: SignedText
  readonly qeIdentity: SignedText
}

const COLLATERAL_BYTES_MAX = 1_048_576

/**
 * Reads collateral; nothing is verified. Throws AttestationError (ENDORSEMENT_MISSING, COLLATERAL_MALFORMED,
 * CERTIFICATE_MALFORMED, CRL_MALFORMED).
 */
export function readCollateral(bytes: Bytes | undefined): Collateral {
  if (bytes === undefined) {
    throw new AttestationError("ENDORSEMENT_MISSING", "Intel's collateral is missing; the host must add it")
  }
  const { chains, tcbInfo, qeIdentity, rootCaCrl, pckCrl } = readFields(bytes)
  const tcbInfoIssuer = readPemChain(chains.tcbInfo)
  // Both are signed with one key, and then the same chain need not be read twice.
  const qeIdentityIssuer = chains.tcbInfo === chains.qeIdentity ? tcbInfoIssuer : readPemChain(chains.qeIdentity)
  return {
    pckChain: chains.pck,
    pckCrl: readRevocationList(pckCrl),
    pckCrlIssuerChain: readPemChain(chains.pckCrl),
    rootCaCrl: readRevocationList(rootCaCrl),
    tcbInfo: { ...tcbInfo, issuerChain: tcbInfoIssuer },
    qeIdentity: { ...qeIdentity, issuerChain: qeIdentityIssuer },
  }
}

type Unsigned = Omit<SignedText, "issuerChain">

interface Fields {
  readonly chains: Readonly<Record<"pckCrl" | "tcbInfo" | "qeIdentity", string>> & { readonly pck: string | undefined }
  readonly tcbInfo: Unsigned
  readonly qeIdentity: Unsigned
  readonly rootCaCrl: Bytes
  readonly pckCrl: Bytes
}

/** Other fields, which some sources add, are nobody's word, and passed over. */
function readFields(bytes: Bytes): Fields {
  return readOr("COLLATERAL_MALFORMED", "Intel's collateral", () => {
    if (bytes.length > COLLATERAL_BYTES_MAX) throw new DecodeError("LENGTH_OUT_OF_RANGE", `${bytes.length} bytes`)
    const json = Json.parse(utf8(bytes))
    const pem = (field: Json): string => unescapedPem(field.text(COLLATERAL_BYTES_MAX))
    const pck = json.optional("pck_certificate_chain")
    return {
      chains: {
        pck: pck === undefined || pck.isNull ? undefined : pem(pck),
        pckCrl: pem(json.field("pck_crl_issuer_chain")),
        tcbInfo: pem(json.field("tcb_info_issuer_chain")),
        qeIdentity: pem(json.field("qe_identity_issuer_chain")),
      },
      tcbInfo: readSigned(json, "tcb_info", "tcbInfo", COLLATERAL_BYTES_MAX),
      qeIdentity: readSigned(json, "qe_identity", "enclaveIdentity", COLLATERAL_BYTES_MAX),
      rootCaCrl: readBytes(json.field("root_ca_crl"), COLLATERAL_BYTES_MAX),
      pckCrl: readBytes(json.field("pck_crl"), COLLATERAL_BYTES_MAX),
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
