/*
 * X.509 certificates (RFC 5280), as far as attestation uses them.
 */
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"
import {
  booleanOf,
  explicitTag,
  flagsOf,
  objectIdentifier,
  onlyElement,
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
import { readPublicKey, readSignatureAlgorithm, type PublicKey, type SignatureAlgorithm } from "./signature.ts"

/** What a certificate or a revocation list signs, and how. */
export interface Signed {
  /** The bytes that are signed. */
  readonly signed: Bytes
  readonly algorithm: SignatureAlgorithm
  readonly signature: Bytes
}

export interface Certificate extends Signed {
  readonly der: Bytes
  /** Hexadecimal digits of the serial number, without sign. */
  readonly serial: string
  /** Distinguished names, as hexadecimal digits of their DER: equal names are compared byte by byte. */
  readonly issuer: string
  readonly subject: string
  /** Seconds since 1970, both inclusive. */
  readonly notBefore: number
  readonly notAfter: number
  readonly publicKey: PublicKey
  /** May it sign certificates, and how many authorities may stand below it? */
  readonly authority: { readonly pathLengthMax: number } | undefined
  readonly mayIssue: boolean
  readonly maySignCrls: boolean
  /** extnValue by object identifier. */
  readonly extensions: ReadonlyMap<string, Bytes>
}

const CERTIFICATE_BYTES_MAX = 8_192
const basicConstraints = "2.5.29.19"
const keyUsage = "2.5.29.15"
const BIT_KEY_CERT_SIGN = 0x04
const BIT_CRL_SIGN = 0x02

/** Reads one certificate in DER. Throws AttestationError (CERTIFICATE_MALFORMED). */
export function readCertificate(der: Bytes): Certificate {
  return readOr("CERTIFICATE_MALFORMED", "a certificate", () => {
    if (der.length > CERTIFICATE_BYTES_MAX) throw new DecodeError("LENGTH_OUT_OF_RANGE", `${der.length} bytes`)
    return readWhole(der, tags.sequence, (reader) => {
      const tbs = reader.take(tags.sequence)
      const algorithm = readSignatureAlgorithm(reader)
      const signature = wholeBits(reader.take(tags.bitString))
      const { inner, ...fields } = readInside(tbs, readTbs)
      // RFC 5280 section 4.1.1.2.
      if (inner !== algorithm) throw new DecodeError("UNKNOWN_VARIANT", "two signature algorithms")
      return { ...fields, der, signed: tbs.whole, algorithm, signature }
    })
  })
}

type Tbs = Omit<Certificate, keyof Signed | "der"> & { readonly inner: SignatureAlgorithm }

/** TBSCertificate, version 3 (RFC 5280 section 4.1). */
function readTbs(reader: DerReader): Tbs {
  const version = readInside(reader.take(explicitTag(0)), (inside) => smallInteger(inside.take(tags.integer)))
  if (version !== 2) throw new DecodeError("UNKNOWN_VARIANT", `version ${version + 1}`)
  const serial = unsignedInteger(reader.take(tags.integer)).toHex()
  const inner = readSignatureAlgorithm(reader)
  const issuer = reader.take(tags.sequence).whole.toHex()
  const validity = readInside(reader.take(tags.sequence), (inside) => ({
    notBefore: timeOf(inside.next()),
    notAfter: timeOf(inside.next()),
  }))
  const subject = reader.take(tags.sequence).whole.toHex()
  const publicKey = readPublicKey(reader.take(tags.sequence).whole)
  const extensions = readExtensions(reader)
  return { serial, inner, issuer, ...validity, subject, publicKey, extensions, ...readUsage(extensions) }
}

/** Extensions ([3] EXPLICIT). Those of a critical kind that is not understood may not be passed over. */
function readExtensions(reader: DerReader): ReadonlyMap<string, Bytes> {
  return readInside(reader.take(explicitTag(3)), readExtensionList)
}

/** A SEQUENCE of Extension, each kind at most once (RFC 5280 section 4.2). */
export function readExtensionList(reader: DerReader): ReadonlyMap<string, Bytes> {
  const found = new Map<string, Bytes>()
  readInside(reader.take(tags.sequence), (list) => {
    while (!list.isAtEnd) {
      const { oid, isCritical, value } = readInside(list.take(tags.sequence), readExtension)
      if (found.has(oid)) throw new DecodeError("UNKNOWN_VARIANT", `extension ${oid} twice`)
      const isUnderstood = oid === basicConstraints || oid === keyUsage
      if (isCritical && !isUnderstood) throw new DecodeError("UNKNOWN_VARIANT", `critical extension ${oid}`)
      found.set(oid, value)
    }
  })
  return found
}

function readExtension(reader: DerReader): { oid: string; isCritical: boolean; value: Bytes } {
  const oid = objectIdentifier(reader.take(tags.objectIdentifier))
  const critical = reader.optional(tags.boolean)
  const value = reader.take(tags.octetString).content
  return { oid, isCritical: critical !== undefined && booleanOf(critical), value }
}

function readUsage(extensions: ReadonlyMap<string, Bytes>): Pick<Tbs, "authority" | "mayIssue" | "maySignCrls"> {
  const constraints = extensions.get(basicConstraints)
  const authority = constraints === undefined ? undefined : readWhole(constraints, tags.sequence, readAuthority)
  const usage = extensions.get(keyUsage)
  // RFC 5280 section 4.2.1.3: without the extension, all usages.
  const bits = usage === undefined ? 0xff : flagsOf(onlyElement(usage, tags.bitString))
  return {
    authority,
    mayIssue: authority !== undefined && (bits & BIT_KEY_CERT_SIGN) !== 0,
    maySignCrls: (bits & BIT_CRL_SIGN) !== 0,
  }
}

function readAuthority(reader: DerReader): Certificate["authority"] {
  const flag = reader.optional(tags.boolean)
  const length = reader.optional(tags.integer)
  if (flag === undefined || !booleanOf(flag)) return undefined
  return { pathLengthMax: length === undefined ? Number.POSITIVE_INFINITY : smallInteger(length) }
}
