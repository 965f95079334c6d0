import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { certificateTable } from "../../../../../testing/tee/certificateTable.ts"
import type { Bytes } from "../../webCrypto.ts"
import { authoritiesInTable, certificateInTable, isCertificateTable } from "./certificateTable.ts"

const CHIP = Uint8Array.of(1, 2, 3)
const CLOUD = Uint8Array.of(4, 5)
const table = certificateTable({ ASK: Uint8Array.of(9), VCEK: CHIP, VLEK: CLOUD })

function changed(change: (bytes: DataView) => void, bytes: Bytes = table): Bytes {
  const copy = new Uint8Array(bytes)
  change(new DataView(copy.buffer))
  return copy
}

test("the certificate is that of the key that signs", () => {
  assert.ok(isCertificateTable(table))
  assert.deepEqual(certificateInTable(table, "VCEK"), CHIP)
  assert.deepEqual(certificateInTable(table, "VLEK"), CLOUD)
  assert.equal(certificateInTable(table, "NONE"), undefined)
  assert.deepEqual(authoritiesInTable(table), [Uint8Array.of(9)])
  assert.equal(certificateInTable(certificateTable({ VLEK: CLOUD }), "VCEK"), undefined)
  assert.deepEqual(certificateInTable(new Uint8Array([...table, ...new Uint8Array(4_096)]), "VCEK"), CHIP)
})

test("a certificate, a report, and nothing are no table", () => {
  for (const bytes of [new Uint8Array(0), Uint8Array.of(0x30, 0x82), new Uint8Array(1_184), table.subarray(1)]) {
    assert.equal(isCertificateTable(bytes), false)
  }
})

describe("CERTIFICATE_MALFORMED", () => {
  const entry = (index: number): number => 24 * index
  const tables: Readonly<Record<string, Bytes>> = {
    "an offset beyond the end": changed((bytes) => bytes.setUint32(entry(1) + 16, table.length, true)),
    "a length beyond the end": changed((bytes) => bytes.setUint32(entry(1) + 20, 0xffff_ffff, true)),
    "an entry of another kind, beyond the end": changed((bytes) => bytes.setUint32(entry(0) + 20, 1_000, true)),
    "no end": table.subarray(0, entry(3)),
    "half an entry": table.subarray(0, entry(1) + 20),
    "two of a kind": changed((bytes) => {
      for (let at = 0; at < 24; at++) bytes.setUint8(entry(2) + at, bytes.getUint8(entry(1) + at))
    }),
  }
  for (const [what, bytes] of Object.entries(tables)) {
    test(what, () => {
      assert.throws(() => certificateInTable(bytes, "VCEK"), {
        name: "AttestationError",
        code: "CERTIFICATE_MALFORMED",
      })
    })
  }
})
