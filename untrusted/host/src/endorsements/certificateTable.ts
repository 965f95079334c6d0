/** The key that signed a report: the chip's own, or one that AMD gave to a provider. */
export type SnpKeyKind = "vcek" | "vlek"

/** GUID, offset and length of an entry (AMD publication 56421, "CERT_TABLE"). */
const ENTRY_BYTES = 24
const GUID_BYTES = 16

/** Byte by byte as they are printed (RFC 9562 section 4), not as UEFI has GUIDs in memory: so do hypervisors write them. */
const guids: Readonly<Record<SnpKeyKind, string>> = {
  vcek: "63da758de6644564adc5f4b93be8accd",
  vlek: "a8074bc2a25a483eaae639c045a0b8a1",
}

const PEM = /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/

/** The key's certificate in a hypervisor's table, in DER; undefined where it has none, or is no table. */
export function certificateIn(table: Uint8Array<ArrayBuffer>, kind: SnpKeyKind): Uint8Array<ArrayBuffer> | undefined {
  const view = new DataView(table.buffer, table.byteOffset, table.length)
  for (let at = 0; at + ENTRY_BYTES <= table.length; at += ENTRY_BYTES) {
    const guid = table.subarray(at, at + GUID_BYTES).toHex()
    if (guid === "0".repeat(2 * GUID_BYTES)) return undefined
    const offset = view.getUint32(at + GUID_BYTES, true)
    const length = view.getUint32(at + GUID_BYTES + 4, true)
    if (guid === guids[kind]) return within(table, offset, length)
  }
  return undefined
}

function within(table: Uint8Array<ArrayBuffer>, offset: number, length: number): Uint8Array<ArrayBuffer> | undefined {
  return length > 0 && offset + length <= table.length ? derOf(table.slice(offset, offset + length)) : undefined
}

/** A hypervisor hands on what its operator has stored, and some store PEM. */
function derOf(certificate: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const [, base64] = PEM.exec(Buffer.from(certificate).toString("latin1")) ?? []
  return base64 === undefined ? certificate : new Uint8Array(Buffer.from(base64, "base64"))
}
