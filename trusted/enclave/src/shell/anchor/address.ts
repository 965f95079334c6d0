import { AnchorError, type Anchor } from "./anchor.ts"
import { noAnchor } from "./none.ts"
import { openTpmAnchor } from "./tpm.ts"
import { deviceTransport, simulatorTransport } from "./transport.ts"

/** Which anchor an enclave uses, and where it is. `index` is the handle of an NV index. */
export type AnchorAddress =
  | { readonly kind: "none" }
  | { readonly kind: "device"; readonly path: string; readonly index: number }
  | {
      readonly kind: "simulator"
      readonly host: string
      readonly port: number
      readonly index: number
    }

const SYNTAX = /^tpm:(?:(?<path>\/[^,]+)|(?<host>[^,:/\s]+):(?<port>[1-9]\d{0,4})),0x(?<index>[\da-f]{1,8})$/i
const PORT_MAX = 65_535
/** Part 2 section 7.2: the handle of an NV index has TPM_HT_NV_INDEX as its first byte. */
const INDEX_MIN = 0x01000000
const INDEX_MAX = 0x01ffffff

/** Reads `none`, `tpm:/dev/tpmrm0,0x1500016` or `tpm:127.0.0.1:2321,0x1500016`. Throws AnchorError. */
export function parseAnchor(text: string): AnchorAddress {
  if (text === "none") return { kind: "none" }
  const { path, host, port, index } = SYNTAX.exec(text)?.groups ?? {}
  const handle = Number.parseInt(index ?? "", 16)
  if (handle >= INDEX_MIN && handle <= INDEX_MAX) {
    if (path !== undefined) return { kind: "device", path, index: handle }
    if (host !== undefined && Number(port) <= PORT_MAX) {
      return { kind: "simulator", host, port: Number(port), index: handle }
    }
  }
  throw new AnchorError(
    "ADDRESS_SYNTAX",
    `not an anchor: ${JSON.stringify(text)}; write none, tpm:DEVICE,INDEX or tpm:HOST:PORT,INDEX, ` +
      `where INDEX is 0x${INDEX_MIN.toString(16)} to 0x${INDEX_MAX.toString(16)}, as in tpm:/dev/tpmrm0,0x1500016`,
  )
}

/** The anchor at an address, found fit to be one. Throws AnchorError. */
export async function openAnchor(address: AnchorAddress): Promise<Anchor> {
  switch (address.kind) {
    case "none":
      return noAnchor
    case "device":
      return openTpmAnchor(address.index, deviceTransport(address.path))
    case "simulator":
      return openTpmAnchor(address.index, simulatorTransport(address.host, address.port))
  }
}
