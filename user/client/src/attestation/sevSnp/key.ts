/*
 * What the certificate of a chip's key (VCEK) or of a cloud's key (VLEK) says of the processor (AMD publication 57230,
 * "Versioned Chip Endorsement Key (VCEK) Certificate and KDS Interface Specification", chapter 3).
 */
import { DecodeError } from "@event-manager/protocol"
import type { Bytes } from "../../webCrypto.ts"
import type { SevSnpProduct } from "../roots.ts"
import { sevSnpTcbLayouts, type SevSnpTcb, type SevSnpTcbComponent, type SevSnpTcbLayout } from "./tcb.ts"
import type { Certificate } from "../x509/certificate.ts"
import { onlyElement, smallInteger, tags } from "../x509/der.ts"
import { readOr } from "../x509/malformed.ts"

export interface SevSnpKeyInfo {
  /** 1.3.6.1.4.1.3704.1.1. */
  readonly structVersion: number
  /** 1.3.6.1.4.1.3704.1.2, such as Milan-B0. */
  readonly productName: string
  /** 1.3.6.1.4.1.3704.1.3. */
  readonly tcb: SevSnpTcb
  /** 1.3.6.1.4.1.3704.1.4, in hexadecimal digits: the chip of a VCEK. */
  readonly hwId: string | undefined
  /** 1.3.6.1.4.1.3704.1.5: the cloud of a VLEK. */
  readonly cspId: string | undefined
}

const AMD = "1.3.6.1.4.1.3704.1"
const IA5_STRING = 0x16
const HW_ID_BYTES = { milanGenoa: 64, turin: 8 } as const satisfies Record<SevSnpTcbLayout, number>
const SPL_MAX = 255

const splOids: Readonly<Record<SevSnpTcbComponent, string>> = {
  bootloader: `${AMD}.3.1`,
  tee: `${AMD}.3.2`,
  snp: `${AMD}.3.3`,
  spl4: `${AMD}.3.4`,
  spl5: `${AMD}.3.5`,
  spl6: `${AMD}.3.6`,
  spl7: `${AMD}.3.7`,
  microcode: `${AMD}.3.8`,
  fmc: `${AMD}.3.9`,
}

/** Names without their steppings. Bergamo and Siena have Genoa's root (57230 section 1). */
export const productNames: Readonly<Record<SevSnpProduct, readonly string[]>> = {
  milan: ["Milan"],
  genoa: ["Genoa", "Bergamo", "Siena"],
  turin: ["Turin"],
}

/** Reads AMD's extensions of a key's certificate. Throws AttestationError (CERTIFICATE_MALFORMED). */
export function readSevSnpKey({ extensions }: Certificate, layout: SevSnpTcbLayout): SevSnpKeyInfo {
  return readOr("CERTIFICATE_MALFORMED", "the certificate of the processor's key", () => {
    const spl = (component: SevSnpTcbComponent): number => readSpl(required(extensions, splOids[component]))
    const hwId = extensions.get(`${AMD}.4`)
    const cspId = extensions.get(`${AMD}.5`)
    return {
      structVersion: readSpl(required(extensions, `${AMD}.1`)),
      productName: readText(required(extensions, `${AMD}.2`)),
      tcb: Object.fromEntries(sevSnpTcbLayouts[layout].map((component) => [component, spl(component)])),
      hwId: hwId === undefined ? undefined : readHwId(hwId, HW_ID_BYTES[layout]),
      cspId: cspId === undefined ? undefined : readText(cspId),
    }
  })
}

function required(extensions: Certificate["extensions"], oid: string): Bytes {
  const value = extensions.get(oid)
  if (value === undefined) throw new DecodeError("TRUNCATED", `it lacks the extension ${oid}`)
  return value
}

function readSpl(value: Bytes): number {
  const spl = smallInteger(onlyElement(value, tags.integer))
  if (spl > SPL_MAX) throw new DecodeError("NUMBER_OUT_OF_RANGE", `a version of ${spl}`)
  return spl
}

function readText(value: Bytes): string {
  return String.fromCharCode(...onlyElement(value, IA5_STRING).content)
}

/** The chip's id itself, as AMD's certificates have it, or in an OCTET STRING, as 57230 describes it. */
function readHwId(value: Bytes, length: number): string {
  const id = value.length === length ? value : onlyElement(value, tags.octetString).content
  if (id.length !== length) throw new DecodeError("LENGTH_OUT_OF_RANGE", `a chip id of ${id.length} bytes`)
  return id.toHex()
}
