/*
 * What a certificate of Intel's SGX hierarchy says of its holder: its name's common name, and which processor a PCK
 * certificate certifies (Intel SGX PCK Certificate and CRL Profile Specification, section 1.3.5).
 */
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"
import type { Certificate } from "../x509/certificate.ts"
import {
  booleanOf,
  objectIdentifier,
  readInside,
  readWhole,
  smallInteger,
  tags,
  type DerReader,
  type Element,
} from "../x509/der.ts"
import { readOr } from "../x509/malformed.ts"

/** The processor and its security version, as its provisioning service certified them; bytes in hexadecimal digits. */
export interface PckIdentity {
  readonly ppid: string
  /** Of sixteen components, each from 0 to 255. */
  readonly sgxComponents: readonly number[]
  readonly pceSvn: number
  readonly cpuSvn: string
  /** Upper-case digits, as Intel's service writes them. */
  readonly pceId: string
  readonly fmspc: string
  readonly sgxType: "standard" | "scalable" | "scalable with integrity"
  /** Of processors in platforms of several only. */
  readonly platformInstanceId: string | undefined
  readonly configuration: {
    readonly dynamicPlatform: boolean | undefined
    readonly cachedKeys: boolean | undefined
    readonly smtEnabled: boolean | undefined
  }
}

const SGX_EXTENSION = "1.2.840.113741.1.13.1"
const COMMON_NAME = "2.5.4.3"
const UTF8_STRING = 0x0c
const PRINTABLE_STRING = 0x13
export const COMPONENTS = 16
const sgxTypes = ["standard", "scalable", "scalable with integrity"] as const

/** Reads the SGX extension of a PCK certificate. Throws AttestationError (CERTIFICATE_MALFORMED). */
export function readPckIdentity({ extensions }: Certificate): PckIdentity {
  return readOr("CERTIFICATE_MALFORMED", "the SGX extension of the PCK certificate", () => {
    const extension = extensions.get(SGX_EXTENSION)
    if (extension === undefined) throw new DecodeError("TRUNCATED", "it is missing")
    return readIdentity(readWhole(extension, tags.sequence, readFields))
  })
}

/** Values by the last number of their object identifiers, each of which continues the one of what they stand in. */
type OidFields = ReadonlyMap<string, Element>

function readFields(reader: DerReader): OidFields {
  const found = new Map<string, Element>()
  while (!reader.isAtEnd) {
    readInside(reader.take(tags.sequence), (field) => {
      const oid = objectIdentifier(field.take(tags.objectIdentifier))
      if (found.has(oid)) throw new DecodeError("UNKNOWN_VARIANT", `${oid} twice`)
      found.set(oid, field.next())
    })
  }
  return found
}

function readIdentity(fields: OidFields): PckIdentity {
  const tcb = readInside(take(fields, "2", tags.sequence), readFields)
  const components = Array.from({ length: COMPONENTS }, (_, i) => svn(tcb, `2.${i + 1}`, 0xff))
  const sgxType = sgxTypes[smallInteger(take(fields, "5", tags.enumerated))]
  if (sgxType === undefined) throw new DecodeError("UNKNOWN_VARIANT", "an unknown SGX type")
  const configuration = fields.get(`${SGX_EXTENSION}.7`)
  const flags = configuration === undefined ? new Map<string, Element>() : readInside(configuration, readFields)
  const instance = fields.get(`${SGX_EXTENSION}.6`)
  return {
    ppid: octets(fields, "1", 16).toHex(),
    sgxComponents: components,
    pceSvn: svn(tcb, "2.17", 0xffff),
    cpuSvn: octets(tcb, "2.18", COMPONENTS).toHex(),
    pceId: octets(fields, "3", 2).toHex().toUpperCase(),
    fmspc: octets(fields, "4", 6).toHex().toUpperCase(),
    sgxType,
    platformInstanceId: instance === undefined ? undefined : octets(fields, "6", 16).toHex(),
    configuration: {
      dynamicPlatform: flag(flags, "7.1"),
      cachedKeys: flag(flags, "7.2"),
      smtEnabled: flag(flags, "7.3"),
    },
  }
}

function take(fields: OidFields, arc: string, tag: number): Element {
  const element = fields.get(`${SGX_EXTENSION}.${arc}`)
  if (element?.tag === tag) return element
  throw new DecodeError("UNKNOWN_VARIANT", `field ${arc} is missing, or of another type`)
}

function octets(fields: OidFields, arc: string, length: number): Bytes {
  const { content } = take(fields, arc, tags.octetString)
  if (content.length === length) return content
  throw new DecodeError("LENGTH_OUT_OF_RANGE", `field ${arc} of ${content.length} bytes`)
}

function svn(fields: OidFields, arc: string, max: number): number {
  const value = smallInteger(take(fields, arc, tags.integer))
  if (value <= max) return value
  throw new DecodeError("NUMBER_OUT_OF_RANGE", `field ${arc} is ${value}`)
}

function flag(fields: OidFields, arc: string): boolean | undefined {
  return fields.has(`${SGX_EXTENSION}.${arc}`) ? booleanOf(take(fields, arc, tags.boolean)) : undefined
}

/** The one common name (RFC 5280 appendix A.1) of a name's DER. Throws AttestationError (CERTIFICATE_MALFORMED). */
export function commonName(name: string): string {
  return readOr("CERTIFICATE_MALFORMED", "a certificate's name", () => {
    const found = readWhole(Uint8Array.fromHex(name), tags.sequence, readCommonNames)
    const [only] = found
    if (only === undefined || found.length > 1) throw new DecodeError("UNKNOWN_VARIANT", "not one common name")
    return only
  })
}

function readCommonNames(names: DerReader): string[] {
  const found: string[] = []
  while (!names.isAtEnd) {
    readInside(names.take(tags.set), (set) => {
      readInside(set.take(tags.sequence), (attribute) => {
        const oid = objectIdentifier(attribute.take(tags.objectIdentifier))
        const { tag, content } = attribute.next()
        const isText = tag === UTF8_STRING || tag === PRINTABLE_STRING
        if (oid === COMMON_NAME && isText) found.push(new TextDecoder().decode(content))
      })
    })
  }
  return found
}
