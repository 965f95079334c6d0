import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { readLaunches } from "./launchFile.ts"

const SHA384 = "ab".repeat(48)
const launches = [
  { kind: "sev-snp", measurement: SHA384, vmpl: 2 },
  { kind: "tdx", mrTd: SHA384, rtMr0: SHA384, rtMr1: SHA384, rtMr2: SHA384, rtMr3: "0".repeat(96) },
  { kind: "sgx", mrEnclave: "CD".repeat(32) },
  { kind: "nitro", pcr0: SHA384, pcr1: SHA384, pcr2: SHA384 },
]
const minimum = { product: "milan", bootloader: 4, snp: 23, microcode: 213 }
const file = { version: "1.2.3", productId: 1, revocationLevel: 2, launches, sevSnpMinimumTcb: [minimum] }

test("a launch of each kind, and the least firmware, of which what is left out is 0", () => {
  const read = readLaunches(JSON.stringify(file))
  const { version, productId, revocationLevel, sevSnpMinimumTcb } = read
  assert.deepEqual([version, productId, revocationLevel], ["1.2.3", 1, 2])
  assert.deepEqual(sevSnpMinimumTcb, [{ ...minimum, fmc: 0, tee: 0 }])
  const asWritten = read.launches.map((launch) =>
    Object.fromEntries(
      Object.entries(launch).map(([name, value]) => [name, value instanceof Uint8Array ? value.toHex() : value]),
    ),
  )
  assert.deepEqual(asWritten, [...launches.slice(0, 2), { kind: "sgx", mrEnclave: "cd".repeat(32) }, launches[3]])
  assert.deepEqual(readLaunches(JSON.stringify({ ...file, sevSnpMinimumTcb: undefined })).sevSnpMinimumTcb, [])
})

describe("RELEASE_MALFORMED: a file that differs in one respect", () => {
  const [snp, tdx, sgx, nitro] = launches
  const rows: Readonly<Record<string, object>> = {
    "a misspelt field": { ...file, sevSnpMinimumTCB: [minimum] },
    "a misspelt component": { ...file, sevSnpMinimumTcb: [{ ...minimum, ucode: 213 }] },
    "a measurement that a release cannot name": { ...file, launches: [{ ...nitro, pcr8: SHA384 }] },
    "a measurement of another platform": { ...file, launches: [{ ...sgx, mrTd: SHA384 }] },
    "a register left out": { ...file, launches: [{ ...tdx, rtMr3: undefined }] },
    "no privilege level": { ...file, launches: [{ ...snp, vmpl: undefined }] },
    "another kind": { ...file, launches: [{ ...snp, kind: "sev" }] },
    "too few digits": { ...file, launches: [{ ...snp, measurement: SHA384.slice(2) }] },
    "too many launches": { ...file, launches: Array.from({ length: 257 }, () => sgx) },
    "another product": { ...file, sevSnpMinimumTcb: [{ ...minimum, product: "rome" }] },
    "a component beyond a byte": { ...file, sevSnpMinimumTcb: [{ ...minimum, snp: 256 }] },
    "a revocation level below zero": { ...file, revocationLevel: -1 },
    "no version": { ...file, version: undefined },
  }
  for (const [name, changed] of Object.entries(rows)) {
    test(name, () => {
      const error = { name: "AttestationError", code: "RELEASE_MALFORMED" }
      assert.throws(() => readLaunches(JSON.stringify(changed)), error)
    })
  }
})
