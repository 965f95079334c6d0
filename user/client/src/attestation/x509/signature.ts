/*
 * The signature algorithms that attestation uses, over WebCrypto.
 */
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"
import {
  type DerReader,
  explicitTag,
  objectIdentifier,
  readInside,
  readWhole,
  smallInteger,
  tags,
  unsignedInteger,
} from "./der.ts"

export type SignatureAlgorithm = "ecdsa-sha256" | "ecdsa-sha384" | "rsa-pss-sha384"

export interface PublicKey {
  readonly kind: "P-256" | "P-384" | "RSA"
  /** SubjectPublicKeyInfo (RFC 5280 section 4.1). */
  readonly spki: Bytes
}

const oids = {
  // RFC 5758 section 3.2.
  ecdsaSha256: "1.2.840.10045.4.3.2",
  ecdsaSha384: "1.2.840.10045.4.3.3",
  // RFC 4055 section 3.1, 2.1, and 2.2.
  rsaPss: "1.2.840.113549.1.1.10",
  sha384: "2.16.840.1.101.3.4.2.2",
  mgf1: "1.2.840.113549.1.1.8",
  // RFC 5480 section 2.1.1.
  ecPublicKey: "1.2.840.10045.2.1",
  p256: "1.2.840.10045.3.1.7",
  p384: "1.3.132.0.34",
  // RFC 8017 appendix A.1.
  rsaEncryption: "1.2.840.113549.1.1.1",
} as const

const SALT_BYTES = 48
const P256_BYTES = 32
const P384_BYTES = 48

const ecdsa = { "ecdsa-sha256": ["P-256", "SHA-256"], "ecdsa-sha384": ["P-384", "SHA-384"] } as const

/** Reads an AlgorithmIdentifier of a signature. Throws DecodeError for any but the three above. */
export function readSignatureAlgorithm(reader: DerReader): SignatureAlgorithm {
  return readInside(reader.take(tags.sequence), (inside) => {
    const oid = objectIdentifier(inside.take(tags.objectIdentifier))
    if (oid === oids.ecdsaSha256) return "ecdsa-sha256"
    if (oid === oids.ecdsaSha384) return "ecdsa-sha384"
    if (oid !== oids.rsaPss) throw new DecodeError("UNKNOWN_VARIANT", `signature algorithm ${oid}`)
    readPssParameters(inside)
    return "rsa-pss-sha384"
  })
}

/** RSASSA-PSS-params (RFC 4055 section 3.1) that say SHA-384 throughout and a salt as long as the hash. */
function readPssParameters(reader: DerReader): void {
  readInside(reader.take(tags.sequence), (inside) => {
    const hash = readExplicit(inside, 0, (field) => readHash(field))
    const mask = readExplicit(inside, 1, (field) =>
      readInside(field.take(tags.sequence), (mgf) => {
        requireOid(mgf, oids.mgf1)
        return readHash(mgf)
      }),
    )
    const salt = readExplicit(inside, 2, (field) => smallInteger(field.take(tags.integer)))
    // The trailer's number is 1 by default, and AMD writes it out all the same.
    const trailer = inside.isAtEnd ? 1 : readExplicit(inside, 3, (field) => smallInteger(field.take(tags.integer)))
    if (hash !== oids.sha384 || mask !== oids.sha384 || salt !== SALT_BYTES || trailer !== 1) {
      throw new DecodeError("UNKNOWN_VARIANT", "RSASSA-PSS with other parameters than SHA-384's")
    }
  })
}

function readExplicit<T>(reader: DerReader, number: number, read: (field: DerReader) => T): T {
  return readInside(reader.take(explicitTag(number)), read)
}

function readHash(reader: DerReader): string {
  return readInside(reader.take(tags.sequence), (inside) => {
    const oid = objectIdentifier(inside.take(tags.objectIdentifier))
    inside.optional(tags.null)
    return oid
  })
}

function requireOid(reader: DerReader, oid: string): void {
  const found = objectIdentifier(reader.take(tags.objectIdentifier))
  if (found !== oid) throw new DecodeError("UNKNOWN_VARIANT", `${found} where ${oid} was due`)
}

/** Throws DecodeError for a kind of key that is none of the three above. */
export function readPublicKey(spki: Bytes): PublicKey {
  return readWhole(spki, tags.sequence, (reader) => {
    const kind = readInside(reader.take(tags.sequence), readKeyKind)
    reader.take(tags.bitString)
    return { kind, spki }
  })
}

function readKeyKind(reader: DerReader): PublicKey["kind"] {
  const oid = objectIdentifier(reader.take(tags.objectIdentifier))
  if (oid === oids.rsaEncryption) {
    reader.take(tags.null)
    return "RSA"
  }
  if (oid !== oids.ecPublicKey) throw new DecodeError("UNKNOWN_VARIANT", `key algorithm ${oid}`)
  const curve = objectIdentifier(reader.take(tags.objectIdentifier))
  if (curve === oids.p256) return "P-256"
  if (curve === oids.p384) return "P-384"
  throw new DecodeError("UNKNOWN_VARIANT", `curve ${curve}`)
}

/** Whether `signature`, as certificates carry it, is this key's over `data`. A bad key verifies nothing. */
export async function verifySigned(
  key: PublicKey,
  algorithm: SignatureAlgorithm,
  data: Bytes,
  signature: Bytes,
): Promise<boolean> {
  if (algorithm === "rsa-pss-sha384") return key.kind === "RSA" && verifyRsaPss(key.spki, data, signature)
  const [curve] = ecdsa[algorithm]
  const raw = rawSignature(signature, curve === "P-256" ? P256_BYTES : P384_BYTES)
  return raw !== undefined && key.kind === curve && verifyEcdsa(key, data, raw)
}

/** Whether `signature`, r and s side by side, big-endian, is this key's over `data`, hashed as its curve goes with. */
export async function verifyEcdsa({ kind, spki }: PublicKey, data: Bytes, signature: Bytes): Promise<boolean> {
  if (kind === "RSA") return false
  const hash = kind === "P-256" ? "SHA-256" : "SHA-384"
  try {
    const key = await crypto.subtle.importKey("spki", spki, { name: "ECDSA", namedCurve: kind }, false, ["verify"])
    return await crypto.subtle.verify({ name: "ECDSA", hash }, key, signature, data)
  } catch {
    return false
  }
}

async function verifyRsaPss(spki: Bytes, data: Bytes, signature: Bytes): Promise<boolean> {
  try {
    const algorithm = { name: "RSA-PSS", hash: "SHA-384" }
    const key = await crypto.subtle.importKey("spki", spki, algorithm, false, ["verify"])
    return await crypto.subtle.verify({ name: "RSA-PSS", saltLength: SALT_BYTES }, key, signature, data)
  } catch {
    return false
  }
}

/** Ecdsa-Sig-Value (RFC 3279 section 2.2.3) as r and s of `size` bytes each, or undefined where it is none. */
function rawSignature(signature: Bytes, size: number): Bytes | undefined {
  try {
    return readWhole(signature, tags.sequence, (reader) => {
      const raw = new Uint8Array(2 * size)
      for (const end of [size, 2 * size]) {
        const integer = unsignedInteger(reader.take(tags.integer))
        if (integer.length > size) throw new DecodeError("NUMBER_OUT_OF_RANGE", "longer than the curve's order")
        raw.set(integer, end - integer.length)
      }
      return raw
    })
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
