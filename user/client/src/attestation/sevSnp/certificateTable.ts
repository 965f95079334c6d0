/*
 * The certificates that a hypervisor hands to its guests (AMD publication 56421, "CERT_TABLE"): entries of GUID, offset
 * and length, up to one of zeros, and then what they point to. It may stand behind a report, and by itself is what Linux
 * calls `auxblob`.
 */
import { DecodeError } from "@event-manager/protocol"
import { AttestationError } from "../../errors.ts"
import type { Bytes } from "../../webCrypto.ts"
import { Fields } from "../littleEndian.ts"
import { readOr } from "../x509/malformed.ts"
import type { SevSnpReport } from "./report.ts"

const ENTRY_BYTES = 24
const GUID_BYTES = 16
const END = "0".repeat(2 * GUID_BYTES)

/** Byte by byte as they are printed. */
const keys: Readonly<Record<SevSnpReport["signingKey"], string | undefined>> = {
  VCEK: "63da758de6644564adc5f4b93be8accd",
  VLEK: "a8074bc2a25a483eaae639c045a0b8a1",
  NONE: undefined,
}
/** ARK, and ASK or ASVK. */
const authorities = ["c0b406a4a803495297433fb6014cd0ae", "4ab7b379bbac4fe4a02f05aef327c782"]
/** Nothing is taken from it: lists are given apart. */
const revocationList = "92f81bc358114d3d97ffd19f88dc67ea"

/** Whether the bytes begin as a table does. */
export function isCertificateTable(bytes: Bytes): boolean {
  const guid = bytes.subarray(0, GUID_BYTES).toHex()
  return guid === keys.VCEK || guid === keys.VLEK || guid === revocationList || authorities.includes(guid)
}

/** The certificates of who stands above the key, as far as the table has them. Throws AttestationError (CERTIFICATE_MALFORMED). */
export function authoritiesInTable(table: Bytes): readonly Bytes[] {
  const entries = readEntries(table)
  return entries.filter(({ guid }) => authorities.includes(guid)).map(({ bytes }) => bytes)
}

/** The certificate of the key that signs, undefined where the table has none. Throws AttestationError (CERTIFICATE_MALFORMED). */
export function certificateInTable(table: Bytes, signer: SevSnpReport["signingKey"]): Bytes | undefined {
  const [found, ...more] = readEntries(table).filter(({ guid }) => guid === keys[signer])
  if (more.length === 0) return found?.bytes
  throw new AttestationError("CERTIFICATE_MALFORMED", `the table of certificates has several of a ${signer}`)
}

function readEntries(table: Bytes): readonly Entry[] {
  return readOr("CERTIFICATE_MALFORMED", "the table of certificates", () => entriesOf(table))
}

interface Entry {
  readonly guid: string
  readonly bytes: Bytes
}

function entriesOf(table: Bytes): readonly Entry[] {
  const fields = new Fields(table)
  const entries: Entry[] = []
  for (let at = 0; at + ENTRY_BYTES <= table.length; at += ENTRY_BYTES) {
    const guid = fields.hex(at, GUID_BYTES)
    if (guid === END) return entries
    const [offset, length] = [fields.uint32(at + GUID_BYTES), fields.uint32(at + GUID_BYTES + 4)]
    if (offset + length > table.length) throw new DecodeError("TRUNCATED", `${length} bytes expected at ${offset}`)
    entries.push({ guid, bytes: fields.bytes(offset, length) })
  }
  throw new DecodeError("TRUNCATED", "it has no end")
}
