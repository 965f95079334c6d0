/*
 * What a processor measured when the enclave was started: the values that a release manifest lists, and whose hash a
 * constraint can name.
 */
import { bytes, choice, encode, labelled, struct, uint8, type Of } from "@event-manager/protocol"
import { sha256 } from "../primitives.ts"

const SHA384_BYTES = 48
const SHA256_BYTES = 32
const sha384 = bytes(SHA384_BYTES)

export const launchCodec = choice({
  "sev-snp": {
    tag: 2,
    body: struct({
      measurement: sha384,
      /** From which privilege level the report was asked for: another level is another program. */
      vmpl: uint8,
    }),
  },
  tdx: { tag: 3, body: struct({ mrTd: sha384, rtMr0: sha384, rtMr1: sha384, rtMr2: sha384, rtMr3: sha384 }) },
  sgx: { tag: 4, body: struct({ mrEnclave: bytes(SHA256_BYTES) }) },
  nitro: { tag: 5, body: struct({ pcr0: sha384, pcr1: sha384, pcr2: sha384 }) },
})
export type Launch = Of<typeof launchCodec>

/** What `C:` names where no release is signed: SHA-256, lower-case hexadecimal. */
export async function launchHash(launch: Launch): Promise<string> {
  return (await sha256(labelled("launch", encode(launchCodec, launch)))).toHex()
}
