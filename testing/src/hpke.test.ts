import { ENCAPSULATED_BYTES, EXPORT_CONTEXT, hpkeSuite, MAIL_KEY_BYTES, SECRET_BYTES } from "@event-manager/protocol"
import { nodeHpkeSuite } from "@event-manager/protocol/node"
import { Aes256Gcm, CipherSuite as OracleSuite, HkdfSha256 } from "@hpke/core"
import { XWing } from "@hpke/hybridkem-x-wing"
import fc from "fast-check"
import {
  AEAD_AES_128_GCM,
  AEAD_AES_256_GCM,
  AEAD_ChaCha20Poly1305,
  CipherSuite,
  KDF_HKDF_SHA256,
  KDF_HKDF_SHA512,
  KEM_DHKEM_P521_HKDF_SHA512,
  KEM_DHKEM_X25519_HKDF_SHA256,
  KEM_MLKEM768_X25519,
  type Key,
} from "hpke"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import recipients from "../vectors/hpke/recipients.json" with { type: "json" }
import xwing from "../vectors/hpke/xwing.json" with { type: "json" }
import { opaqueArb } from "./arbitraries.ts"
import { fuzz } from "./fuzz.ts"

const oracle = new OracleSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
const kem = KEM_MLKEM768_X25519()
const hex = (digits: string): Uint8Array<ArrayBuffer> => Uint8Array.fromHex(digits)

type Vector = (typeof recipients.vectors)[number]

/** By the code points of RFC 9180 section 7, which the vectors name. */
const suites: Readonly<Record<string, (vector: Vector) => Promise<void>>> = {
  "32 1 1": async (it) => receive(new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_128_GCM), it),
  "18 3 2": async (it) => receive(new CipherSuite(KEM_DHKEM_P521_HKDF_SHA512, KDF_HKDF_SHA512, AEAD_AES_256_GCM), it),
  "25722 1 3": async (it) => receive(new CipherSuite(KEM_MLKEM768_X25519, KDF_HKDF_SHA256, AEAD_ChaCha20Poly1305), it),
}

async function receive<K extends Key>(suite: CipherSuite<K>, vector: Vector): Promise<void> {
  const pair = await suite.DeriveKeyPair(hex(vector.ikmR), true)
  assert.equal((await suite.SerializePublicKey(pair.publicKey)).toHex(), vector.pkRm)
  assert.equal((await suite.SerializePrivateKey(pair.privateKey)).toHex(), vector.skRm)
  const context = await suite.SetupRecipient(pair.privateKey, hex(vector.enc), { info: hex(vector.info) })
  for (const { ct, aad, pt } of vector.encryptions) {
    assert.equal((await context.Open(hex(ct), hex(aad))).toHex(), pt)
  }
  for (const { exporter_context, L, exported_value } of vector.exports) {
    assert.equal((await context.Export(hex(exporter_context), L)).toHex(), exported_value)
  }
  assert.ok(vector.encryptions.length >= 3 && vector.exports.length >= 3)
}

test("the protocol's suite is MLKEM768-X25519, HKDF-SHA256, AES-256-GCM, with the sizes that frames assume", () => {
  assert.deepEqual([hpkeSuite.KEM.id, hpkeSuite.KDF.id, hpkeSuite.AEAD.id], [0x647a, 1, 2])
  const { KEM, AEAD } = hpkeSuite
  assert.deepEqual([KEM.Nenc, KEM.Npk, AEAD.Nt], [ENCAPSULATED_BYTES, MAIL_KEY_BYTES, 16])
})

describe("published vectors of HPKE in base mode", () => {
  assert.equal(recipients.vectors.length, 3)
  for (const vector of recipients.vectors) {
    test(`${vector.section}: ${vector.title}`, async () => {
      const check = suites[`${vector.kem_id} ${vector.kdf_id} ${vector.aead_id}`]
      assert.ok(check)
      await check(vector)
    })
  }
})

describe("published vectors of X-Wing", () => {
  assert.equal(xwing.vectors.length, 3)
  for (const [i, vector] of xwing.vectors.entries()) {
    test(`draft-connolly-cfrg-xwing-kem, vector ${i + 1}: decapsulation`, async () => {
      const secretKey = await kem.DeserializePrivateKey(hex(vector.sk), false)
      assert.equal((await kem.Decap(hex(vector.ct), secretKey, undefined)).toHex(), vector.ss)
    })
    test(`draft-connolly-cfrg-xwing-kem, vector ${i + 1}: the public key is that of the secret key`, async () => {
      const publicKey = await kem.DeserializePublicKey(hex(vector.pk))
      assert.equal((await kem.SerializePublicKey(publicKey)).toHex(), vector.pk)
      const { enc, shared_secret } = await kem.Encap(publicKey)
      const secretKey = await kem.DeserializePrivateKey(hex(vector.sk), false)
      assert.deepEqual(await kem.Decap(enc, secretKey, undefined), shared_secret)
    })
    test(`draft-connolly-cfrg-xwing-kem, vector ${i + 1}: the oracle encapsulates to the same ciphertext`, async () => {
      const recipientPublicKey = await oracle.kem.deserializePublicKey(hex(vector.pk).buffer)
      const { enc, sharedSecret } = await oracle.kem.encap({ recipientPublicKey, ekm: hex(vector.eseed).buffer })
      assert.deepEqual([new Uint8Array(enc).toHex(), new Uint8Array(sharedSecret).toHex()], [vector.ct, vector.ss])
    })
  }
})

for (const [name, suite] of [
  ["hpke", hpkeSuite],
  ["hpke over node:crypto", nodeHpkeSuite],
] as const) {
  describe(`${name} and @hpke/core understand one another`, () => {
    /** Plaintext, additional data, info. */
    const messageArb = fc.tuple(opaqueArb(0, 200), opaqueArb(0, 64), opaqueArb(0, 64))

    test("what it seals and exports, the oracle opens and exports", async (t) => {
      const property = fc.asyncProperty(messageArb, async ([plaintext, aad, info]) => {
        const recipientKey = await oracle.kem.generateKeyPair()
        const raw = new Uint8Array(await oracle.kem.serializePublicKey(recipientKey.publicKey))
        const { encapsulatedSecret, ctx } = await suite.SetupSender(await suite.DeserializePublicKey(raw), {
          info,
        })
        const context = await oracle.createRecipientContext({ recipientKey, enc: encapsulatedSecret, info })
        for (let sequence = 0; sequence < 2; sequence++) {
          const opened = await context.open(await ctx.Seal(plaintext, aad), aad)
          assert.deepEqual(new Uint8Array(opened), plaintext)
        }
        const exported = new Uint8Array(await context.export(EXPORT_CONTEXT, SECRET_BYTES))
        assert.deepEqual(exported, await ctx.Export(EXPORT_CONTEXT, SECRET_BYTES))
      })
      await fc.assert(property, fuzz(t, 25))
    })

    test("what the oracle seals and exports, it opens and exports; and nothing with one bit changed", async (t) => {
      const property = fc.asyncProperty(messageArb, fc.nat(), async ([plaintext, aad, info], where) => {
        const pair = await suite.GenerateKeyPair(false)
        const raw = new Uint8Array(await suite.SerializePublicKey(pair.publicKey))
        const recipientPublicKey = await oracle.kem.deserializePublicKey(raw.buffer)
        const sender = await oracle.createSenderContext({ recipientPublicKey, info })
        const enc = new Uint8Array(sender.enc)
        const sealed = new Uint8Array(await sender.seal(plaintext, aad))
        const context = await suite.SetupRecipient(pair.privateKey, enc, { info })
        await assert.rejects(context.Open(flipped(sealed, where), aad))
        assert.deepEqual(await context.Open(sealed, aad), plaintext)
        const exported = new Uint8Array(await sender.export(EXPORT_CONTEXT, SECRET_BYTES))
        assert.deepEqual(await context.Export(EXPORT_CONTEXT, SECRET_BYTES), exported)
        const other = await suite.SetupRecipient(pair.privateKey, flipped(enc, where), { info })
        await assert.rejects(other.Open(sealed, aad))
      })
      await fc.assert(property, fuzz(t, 25))
    })
  })

  function flipped(bytes: Uint8Array, where: number): Uint8Array {
    const copy = bytes.slice()
    const at = where % copy.length
    copy[at] = (copy[at] ?? 0) ^ 1
    return copy
  }
}
