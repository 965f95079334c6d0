/*
 * Certificates and revocation lists under private roots, of the same shape as the makers' own.
 */
import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto"
import { joined, type Bytes } from "./bytes.ts"
import {
  bitString,
  boolean,
  explicit,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from "./der.ts"

type KeyKind = "P-256" | "P-384" | "RSA"

export interface Extension {
  readonly oid: string
  /** The octets inside extnValue. */
  readonly value: Uint8Array
  readonly critical?: boolean
}

export interface IssueOptions {
  readonly name: string
  readonly keyKind: KeyKind
  readonly isAuthority?: boolean
  readonly pathLength?: number
  readonly serial?: bigint
  /** Seconds since 1970; from 2020 to 2040 by default. */
  readonly notBefore?: number
  readonly notAfter?: number
  readonly extensions?: readonly Extension[]
}

interface ListOptions {
  readonly thisUpdate?: number
  readonly nextUpdate?: number
}

/** Who holds a key and a certificate for it. */
export interface Authority {
  /** DER. */
  readonly certificate: Bytes
  readonly serial: bigint
  readonly spki: Bytes
  /** An elliptic curve's point as x and y side by side; empty for RSA. */
  readonly publicKey: Bytes
  /** The raw signature: r and s side by side, or RSASSA-PSS's. */
  sign(data: Uint8Array): Promise<Bytes>
  issue(options: IssueOptions): Promise<Authority>
  /** A revocation list of these serial numbers, in DER. */
  revoke(serials: readonly bigint[], options?: ListOptions): Promise<Bytes>
}

const NOT_BEFORE = Date.UTC(2020, 0, 1) / 1_000
const NOT_AFTER = Date.UTC(2040, 0, 1) / 1_000
const RSA_BITS = 2_048
const SALT_BYTES = 48
const CA_USAGE = 0x06
const LEAF_USAGE = 0x80

/** A root: it signs its own certificate. */
export async function createRoot(options: IssueOptions): Promise<Authority> {
  const holder = newHolder({ isAuthority: true, ...options })
  return certify(holder, holder)
}

interface Holder {
  readonly options: IssueOptions
  readonly serial: bigint
  readonly key: KeyObject
  readonly spki: Bytes
  readonly name: Bytes
}

let latestSerial = 0x1000n

function newHolder(options: IssueOptions): Holder {
  const key = newKey(options.keyKind)
  const spki = new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" }))
  const name = sequence(set(sequence(objectIdentifier("2.5.4.3"), utf8String(options.name))))
  return { options, serial: options.serial ?? ++latestSerial, key, spki, name }
}

function newKey(kind: KeyKind): KeyObject {
  if (kind === "RSA") return generateKeyPairSync("rsa", { modulusLength: RSA_BITS }).privateKey
  return generateKeyPairSync("ec", { namedCurve: kind }).privateKey
}

function certify(holder: Holder, issuer: Holder): Authority {
  const { options, serial, spki, name } = holder
  const tbs = sequence(
    explicit(0, integer(2)),
    integer(serial),
    algorithmOf(issuer),
    issuer.name,
    sequence(time(options.notBefore ?? NOT_BEFORE), time(options.notAfter ?? NOT_AFTER)),
    name,
    spki,
    explicit(3, sequence(...extensionsOf(options).map(writeExtension))),
  )
  return {
    certificate: sequence(tbs, algorithmOf(issuer), bitString(certificateSignature(issuer, tbs))),
    serial,
    spki,
    publicKey: options.keyKind === "RSA" ? new Uint8Array(0) : spki.slice(-2 * coordinateBytes(options.keyKind)),
    sign: async (data) => rawSignature(holder, data),
    issue: async (below) => certify(newHolder(below), holder),
    revoke: async (serials, list = {}) => revocationList(holder, serials, list),
  }
}

function coordinateBytes(kind: KeyKind): number {
  return kind === "P-256" ? 32 : 48
}

function extensionsOf({ isAuthority = false, pathLength, extensions = [] }: IssueOptions): Extension[] {
  const length = pathLength === undefined ? [] : [integer(pathLength)]
  const constraints = isAuthority ? sequence(boolean(true), ...length) : sequence()
  const usage = Uint8Array.of(0x03, 0x02, isAuthority ? 1 : 7, isAuthority ? CA_USAGE : LEAF_USAGE)
  return [
    { oid: "2.5.29.19", value: constraints, critical: true },
    { oid: "2.5.29.15", value: usage, critical: true },
    ...extensions,
  ]
}

function writeExtension({ oid, value, critical = false }: Extension): Bytes {
  return sequence(objectIdentifier(oid), ...(critical ? [boolean(true)] : []), octetString(value))
}

const SHA384 = sequence(objectIdentifier("2.16.840.1.101.3.4.2.2"), nullValue())

const algorithms: Readonly<Record<KeyKind, Bytes>> = {
  "P-256": sequence(objectIdentifier("1.2.840.10045.4.3.2")),
  "P-384": sequence(objectIdentifier("1.2.840.10045.4.3.3")),
  RSA: sequence(
    objectIdentifier("1.2.840.113549.1.1.10"),
    sequence(
      explicit(0, SHA384),
      explicit(1, sequence(objectIdentifier("1.2.840.113549.1.1.8"), SHA384)),
      explicit(2, integer(SALT_BYTES)),
      explicit(3, integer(1)),
    ),
  ),
}

function algorithmOf({ options }: Holder): Bytes {
  return algorithms[options.keyKind]
}

function certificateSignature(holder: Holder, data: Uint8Array): Bytes {
  const raw = rawSignature(holder, data)
  if (holder.options.keyKind === "RSA") return raw
  const half = raw.length / 2
  return sequence(integer(raw.subarray(0, half)), integer(raw.subarray(half)))
}

function rawSignature({ options, key }: Holder, data: Uint8Array): Bytes {
  if (options.keyKind === "RSA") {
    // RSASSA-PSS, by its number in node:crypto's constants.
    return new Uint8Array(sign("sha384", data, { key, padding: 6, saltLength: SALT_BYTES }))
  }
  const hash = options.keyKind === "P-256" ? "sha256" : "sha384"
  return new Uint8Array(sign(hash, data, { key, dsaEncoding: "ieee-p1363" }))
}

function revocationList(holder: Holder, serials: readonly bigint[], list: ListOptions): Bytes {
  const revoked = serials.map((serial) => sequence(integer(serial), time(NOT_BEFORE)))
  const number: Extension = { oid: "2.5.29.20", value: integer(1) }
  const tbs = sequence(
    integer(1),
    algorithmOf(holder),
    holder.name,
    time(list.thisUpdate ?? NOT_BEFORE),
    time(list.nextUpdate ?? NOT_AFTER),
    ...(revoked.length === 0 ? [] : [sequence(...revoked)]),
    explicit(0, sequence(writeExtension(number))),
  )
  return sequence(tbs, algorithmOf(holder), bitString(certificateSignature(holder, tbs)))
}

/** PEM (RFC 7468) of certificates in their order. */
export function pemOf(certificates: readonly Uint8Array[]): string {
  return certificates
    .map(
      (der) =>
        `-----BEGIN CERTIFICATE-----\n${Buffer.from(joined([der])).toString("base64")}\n-----END CERTIFICATE-----\n`,
    )
    .join("")
}
