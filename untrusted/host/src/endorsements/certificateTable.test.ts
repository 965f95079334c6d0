import assert from "node:assert/strict"
import { test } from "node:test"
import { certificateIn } from "./certificateTable.ts"

/** 56421 gives 63da758d-e664-4564-adc5-f4b93be8accd and a8074bc2-a25a-483e-aae6-39c045a0b8a1. */
const VCEK = "63da758de6644564adc5f4b93be8accd"
const VLEK = "a8074bc2a25a483eaae639c045a0b8a1"
const ASK = "4ab7b379bbac4fe4a02f05aef327c782"

function table(entries: readonly (readonly [guid: string, offset: number, length: number])[], end = true) {
  const written = entries.map(([guid, offset, length]) => {
    const numbers = Buffer.alloc(8)
    numbers.writeUInt32LE(offset, 0)
    numbers.writeUInt32LE(length, 4)
    return Buffer.concat([Buffer.from(guid, "hex"), numbers])
  })
  return new Uint8Array(Buffer.concat([...written, Buffer.alloc(end ? 24 : 0), Buffer.from("certificates")]))
}

test("A certificate that is stored as PEM is given in DER", () => {
  const der = new Uint8Array(Buffer.from("a certificate in DER"))
  const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64")}\n-----END CERTIFICATE-----\n`
  const bytes = new Uint8Array([...table([[VCEK, 60, pem.length]]), ...Buffer.from(pem)])
  assert.deepEqual(certificateIn(bytes, "vcek"), der)
})

test("The key's certificate is found by its GUID, wherever it stands, in a view too", () => {
  const bytes = table([
    [ASK, 96, 2],
    [VLEK, 96, 12],
    [VCEK, 100, 4],
  ])
  const around = new Uint8Array(bytes.length + 20)
  around.set(bytes, 7)
  for (const each of [bytes, around.subarray(7, 7 + bytes.length)]) {
    assert.equal(Buffer.from(certificateIn(each, "vlek") ?? []).toString(), "certificates")
    assert.equal(Buffer.from(certificateIn(each, "vcek") ?? []).toString(), "ific")
  }
})

const without: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  "no table": new Uint8Array(0),
  "less than an entry": new Uint8Array(23).fill(1),
  "an empty table": table([]),
  "a table of others": table([[ASK, 48, 4]]),
  "an entry behind the end": new Uint8Array([...table([]).subarray(0, 24), ...table([[VCEK, 48, 4]])]),
  "one that begins beyond the table": table([[VCEK, 61, 1]]),
  "one that ends beyond it": table([[VCEK, 50, 11]]),
  "one that is as long as numbers go": table([[VCEK, 48, 0xffffffff]]),
  "one of no bytes": table([[VCEK, 48, 0]]),
  "the GUID as UEFI has it in memory": table([["8d75da6364e66445adc5f4b93be8accd", 48, 4]]),
}
for (const [what, bytes] of Object.entries(without)) {
  test(`No certificate is in ${what}`, () => assert.equal(certificateIn(bytes, "vcek"), undefined))
}
