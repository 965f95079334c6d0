import { joined, type Bytes } from "./bytes.ts"

const guids = {
  ARK: "c0b406a4a803495297433fb6014cd0ae",
  ASK: "4ab7b379bbac4fe4a02f05aef327c782",
  VCEK: "63da758de6644564adc5f4b93be8accd",
  VLEK: "a8074bc2a25a483eaae639c045a0b8a1",
} as const

/** A hypervisor's table of certificates (AMD publication 56421, "CERT_TABLE"), in the order in which they are named. */
export function certificateTable(certificates: Readonly<Partial<Record<keyof typeof guids, Bytes>>>): Bytes {
  const named = (["ARK", "ASK", "VCEK", "VLEK"] as const).flatMap((name) => {
    const bytes = certificates[name]
    return bytes === undefined ? [] : [{ guid: guids[name], bytes }]
  })
  let offset = 24 * (named.length + 1)
  const entries = named.map(({ guid, bytes }) => {
    const entry = new Uint8Array(24)
    entry.set(Uint8Array.fromHex(guid))
    const view = new DataView(entry.buffer)
    view.setUint32(16, offset, true)
    view.setUint32(20, bytes.length, true)
    offset += bytes.length
    return entry
  })
  return joined([...entries, new Uint8Array(24), ...named.map(({ bytes }) => bytes)])
}
