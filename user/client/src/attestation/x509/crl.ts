/*
 * Certificate revocation lists (RFC 5280 section 5).
 */
import { DecodeError } from "@event-manager/protocol"
import { AttestationError } from "../../errors.ts"
import type { Bytes } from "../../webCrypto.ts"
import { readExtensionList, type Certificate, type Signed } from "./certificate.ts"
import {
  explicitTag,
  readInside,
  readWhole,
  smallInteger,
  tags,
  timeOf,
  unsignedInteger,
  wholeBits,
  type DerReader,
} from "./der.ts"
import { readOr } from "./malformed.ts"
import { readSignatureAlgorithm, verifySigned, type SignatureAlgorithm } from "./signature.ts"

export interface RevocationList extends Signed {
  /** As in Certificate. */
  readonly issuer: string
  /** Seconds since 1970. */
  readonly thisUpdate: number
  readonly nextUpdate: number
  /** Serial numbers, as in Certificate. */
  readonly revoked: ReadonlySet<string>
}

/** Reads one list in DER. Throws AttestationError (CRL_MALFORMED). */
export function readRevocationList(der: Bytes): RevocationList {
  return readOr("CRL_MALFORMED", "a revocation list", () =>
    readWhole(der, tags.sequence, (reader) => {
      const tbs = reader.take(tags.sequence)
      const algorithm = readSignatureAlgorithm(reader)
      const signature = wholeBits(reader.take(tags.bitString))
      const { inner, ...fields } = readInside(tbs, readTbs)
      if (inner !== algorithm) throw new DecodeError("UNKNOWN_VARIANT", "two signature algorithms")
      return { ...fields, signed: tbs.whole, algorithm, signature }
    }),
  )
}

type Tbs = Omit<RevocationList, keyof Signed> & { readonly inner: SignatureAlgorithm }

/** TBSCertList, version 2, with the next update that its profile demands (RFC 5280 section 5.1.2). */
function readTbs(reader: DerReader): Tbs {
  const version = smallInteger(reader.take(tags.integer))
  if (version !== 1) throw new DecodeError("UNKNOWN_VARIANT", `version ${version + 1}`)
  const inner = readSignatureAlgorithm(reader)
  const issuer = reader.take(tags.sequence).whole.toHex()
  const thisUpdate = timeOf(reader.next())
  const nextUpdate = timeOf(reader.next())
  const revoked = new Set<string>()
  const entries = reader.optional(tags.sequence)
  if (entries !== undefined) readInside(entries, (list) => readEntries(list, revoked))
  // Extensions may stand at the end; a critical one, such as a delta list's, is refused.
  if (!reader.isAtEnd) readInside(reader.take(explicitTag(0)), readExtensionList)
  return { inner, issuer, thisUpdate, nextUpdate, revoked }
}

function readEntries(list: DerReader, revoked: Set<string>): void {
  while (!list.isAtEnd) {
    readInside(list.take(tags.sequence), (entry) => {
      revoked.add(unsignedInteger(entry.take(tags.integer)).toHex())
      timeOf(entry.next())
      if (!entry.isAtEnd) readExtensionList(entry)
    })
  }
}

/**
 * Checks that a list is its issuer's, and current at `at`, in seconds since 1970. Throws AttestationError
 * (CRL_ISSUER_MISMATCH, CRL_SIGNATURE_INVALID, CRL_EXPIRED, CRL_NOT_YET_VALID).
 */
export async function verifyRevocationList(list: RevocationList, issuer: Certificate, at: number): Promise<void> {
  if (list.issuer !== issuer.subject || !issuer.maySignCrls) {
    throw new AttestationError("CRL_ISSUER_MISMATCH", "a revocation list is of another issuer than its certificates")
  }
  if (!(await verifySigned(issuer.publicKey, list.algorithm, list.signed, list.signature))) {
    throw new AttestationError("CRL_SIGNATURE_INVALID", "the signature of a revocation list is wrong")
  }
  if (at < list.thisUpdate) throw new AttestationError("CRL_NOT_YET_VALID", "a revocation list is not valid yet")
  if (at > list.nextUpdate) {
    const due = new Date(list.nextUpdate * 1_000).toISOString()
    throw new AttestationError(
      "CRL_EXPIRED",
      `a revocation list was to be renewed by ${due}; the host must fetch a new one`,
    )
  }
}

/** Throws AttestationError (CERTIFICATE_REVOKED). */
export function requireNotRevoked({ serial, issuer }: Certificate, list: RevocationList): void {
  if (issuer === list.issuer && !list.revoked.has(serial)) return
  throw new AttestationError("CERTIFICATE_REVOKED", `the certificate of serial number ${serial} has been revoked`)
}
