import type { Quote } from "@event-manager/protocol/frame"
import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { suite, test } from "node:test"
import { debugSign } from "./debuggable.ts"

const none = new Uint8Array(0)

function tdx(quote: Uint8Array<ArrayBuffer>): Quote {
  return { kind: "tdx", quote, eventLog: none }
}

/** Bytes of one value, but for those that are named. */
function bytes(length: number, value: number, change: Readonly<Record<number, number>> = {}): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(length).fill(value)
  for (const [at, byte] of Object.entries(change)) all[Number(at)] = byte
  return all
}

/** All bits but the one meant, so that one beside it is not taken for it. */
const quotes: Readonly<Record<string, { debug: Quote; other: Quote }>> = {
  "SEV-SNP": {
    debug: { kind: "sev-snp", report: bytes(1_184, 0, { 10: 0x08 }), certificates: none },
    other: { kind: "sev-snp", report: bytes(1_184, 255, { 10: 0xf7 }), certificates: none },
  },
  "TDX in version 4": {
    debug: tdx(bytes(1_000, 0, { 0: 4, 168: 1 })),
    other: tdx(bytes(1_000, 255, { 0: 4, 168: 0xfe })),
  },
  "TDX in version 5": {
    debug: tdx(bytes(1_000, 0, { 0: 5, 174: 1 })),
    other: tdx(bytes(1_000, 255, { 0: 5, 174: 0xfe })),
  },
  SGX: {
    debug: { kind: "sgx", quote: bytes(1_000, 0, { 96: 0x02 }) },
    other: { kind: "sgx", quote: bytes(1_000, 255, { 96: 0xfd }) },
  },
}
for (const [what, { debug, other }] of Object.entries(quotes)) {
  test(`${what}: the bit DEBUG is seen, and no other`, () => {
    assert.match(debugSign(debug) ?? "", /DEBUG|debugging/)
    assert.equal(debugSign(other), undefined)
  })
}

test("What is cut short, and what clients alone read, has no sign", () => {
  assert.equal(debugSign(tdx(bytes(5, 255))), undefined)
  assert.equal(debugSign({ kind: "nitro", document: bytes(500, 0) }), undefined)
})

const vectors = join(import.meta.dirname, "../../../../../shared/vectors/attestation")
const skip = existsSync(vectors) ? false : `no test vectors at ${vectors}`

suite("real evidence", { skip }, () => {
  const read = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(join(vectors, name)))
  const snp = (name: string): Quote => ({
    kind: "sev-snp",
    report: read(`sev-snp/${name}.report.bin`),
    certificates: none,
  })
  test("is of a debugged guest where it is known to be, and not where not", () => {
    assert.ok(debugSign(snp("milan-debug")))
    for (const name of ["milan-a", "genoa-v5", "turin-v5"]) assert.equal(debugSign(snp(name)), undefined, name)
    assert.ok(debugSign(tdx(read("tdx/v4-debug.quote.bin"))))
    for (const name of ["v4-a", "v5-a"]) assert.equal(debugSign(tdx(read(`tdx/${name}.quote.bin`))), undefined, name)
  })
})
