/** The key that signed a report: the chip's own, or one that AMD gave to a provider. */
export type SnpKeyKind = "vcek" | "vlek"

/** GUID, offset and length of an entry (AMD publication 56421, "CERT_TABLE"). */
const ENTRY_BYTES = 24
const GUID_BYTES = 16

/** As the table has them: the first three fields of a GUID are little-endian (UEFI appendix A). */
const guids: Readonly<Record<SnpKeyKind, string>> = {
  vcek: mixedEndian("63da758d-e664-4564-adc5-f4b93be8accd"),
  vlek: mixedEndian("a8074bc2-a25a-483e-aae6-39c045a0b8a1"),
}

/** The key's certificate in a hypervisor's table, undefined where it has none, or is no table. */
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
  return length > 0 && offset + length <= table.length ? table.slice(offset, offset + length) : undefined
}

function mixedEndian(guid: string): string {
  const [first = "", second = "", third = "", ...rest] = guid.split("-")
  const reversed = [first, second, third].map((field) => Uint8Array.fromHex(field).reverse().toHex())
  return [...reversed, ...rest].join("")
}
