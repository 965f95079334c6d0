import {
  contentBytesMax,
  frameSizes,
  headerOf,
  openFrame,
  pad,
  sequenceNonce,
  unpad,
  type Header,
} from "@event-manager/protocol"
import { openAes } from "@event-manager/protocol/node"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { bytesArb, countArb, opaqueArb, record } from "../../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../../testing/src/fuzz.ts"
import { aeadKey, openAead, sealAead } from "../../../../testing/src/testClient.ts"
import { sealFrame } from "./seal.ts"

const headerArb: fc.Arbitrary<Header> = fc.oneof(
  record({ kind: fc.constant("welcome" as const), salt: bytesArb(32) }),
  record({ kind: fc.constantFrom("mail" as const, "reply" as const), session: bytesArb(16), sequence: countArb }),
)
const sizeArb = fc.constantFrom(frameSizes[0], frameSizes[1])

describe("frames sealed by node:crypto and by WebCrypto", () => {
  test("are the same bytes, and each opens the other's", async (t) => {
    const content = opaqueArb(0, contentBytesMax("reply", frameSizes[0]) - 16)
    const property = fc.asyncProperty(bytesArb(32), countArb, headerArb, content, sizeArb, async (...drawn) => {
      const [raw, sequence, header, content, size] = drawn
      const [key, nonce, head] = [await aeadKey(raw), sequenceNonce(sequence), headerOf(header)]
      const padded = pad(header.kind, content, size)
      const opened = openFrame(sealFrame(raw, nonce, header, content, size))
      assert.deepEqual(opened.header, header)
      assert.deepEqual(opened.sealed, await sealAead(key, nonce, head, padded))
      assert.deepEqual(await openAead(key, nonce, head, opened.sealed), padded)
      assert.deepEqual(openAes(raw, nonce, head, await sealAead(key, nonce, head, padded)), padded)
      assert.deepEqual(unpad(padded), content)
    })
    await fc.assert(property, fuzz(t, 300))
  })
  test("open under no other key, nonce, header or bytes", (t) => {
    const flipArb = fc.tuple(fc.constantFrom("key", "nonce", "header", "sealed"), fc.nat(), fc.nat(7))
    const property = fc.property(
      bytesArb(32),
      countArb,
      headerArb,
      flipArb,
      (raw, sequence, header, [what, where, bit]) => {
        const opened = openFrame(sealFrame(raw, sequenceNonce(sequence), header, new Uint8Array(3), frameSizes[0]))
        const parts = { key: raw, nonce: sequenceNonce(sequence), header: opened.headerBytes, sealed: opened.sealed }
        assert.ok(openAes(parts.key, parts.nonce, parts.header, parts.sealed))
        const changed = parts[what].slice()
        const at = where % changed.length
        changed[at] = (changed[at] ?? 0) ^ (1 << bit)
        const all = { ...parts, [what]: changed }
        assert.equal(openAes(all.key, all.nonce, all.header, all.sealed), undefined)
      },
    )
    fc.assert(property, fuzz(t, 300))
  })
})
