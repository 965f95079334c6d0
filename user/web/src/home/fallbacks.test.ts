import { substitutePrimitives } from "@event-manager/client"
import { hpkeSuite } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { createPrivateKey, sign } from "node:crypto"
import { describe, test } from "node:test"
import { HostileHost, newUser } from "../../../../testing/src/hostileHost.ts"
import { openTestEnclave } from "../../../../testing/src/testEnclave.ts"
import { seedSigner, verify } from "./ed25519.ts"
import { keepSeed, localIdentity, newSeed } from "./localKey.ts"
import { hpke } from "./mlKem.ts"

type Bytes = Uint8Array<ArrayBuffer>

const data = new TextEncoder().encode("data")

/** What Node signs with the key of this seed. */
function nodeSignature(seed: Bytes): string {
  const d = Buffer.from(seed).toString("base64url")
  const x = Buffer.from(seedSigner.publicKeyOf(seed)).toString("base64url")
  const key = createPrivateKey({ key: { kty: "OKP", crv: "Ed25519", d, x }, format: "jwk" })
  return sign(null, data, key).toString("hex")
}

describe("where a browser has no Ed25519", () => {
  test("another signs the same, and verifies what WebCrypto does, and no more", () => {
    const seed = newSeed()
    const [publicKey, signature] = [seedSigner.publicKeyOf(seed), seedSigner.sign(seed, data)]
    assert.equal(signature.toHex(), nodeSignature(seed))
    assert.ok(verify(publicKey, data, signature))
    for (let bit = 0; bit < 512; bit += 37) {
      const wrong = signature.slice()
      wrong[bit >> 3] = (wrong[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.ok(!verify(publicKey, data, wrong))
    }
    assert.ok(!verify(publicKey, new Uint8Array(1), signature))
    assert.ok(!verify(new Uint8Array(3), data, signature))
    assert.ok(!verify(publicKey, data, new Uint8Array(64)))
  })

  test("the seed is kept sealed under a key that nobody can read, and signs as before", async () => {
    const seed = newSeed()
    const before = seed.slice()
    const { key, publicKey } = await keepSeed(seed, seedSigner)
    assert.ok(key.kind === "sealed" && !key.sealingKey.extractable)
    assert.ok(!key.seed.toHex().includes(before.toHex()))
    const identity = localIdentity(key, publicKey, seedSigner)
    assert.equal((await identity.sign(data)).toHex(), nodeSignature(before))
    await assert.rejects(localIdentity(key, publicKey, undefined).sign(data), { code: "IDENTITY_BROKEN" })
  })

  test("the same identity comes of the same seed either way", async () => {
    const seed = newSeed()
    const [native, sealed] = [await keepSeed(seed, undefined), await keepSeed(seed, seedSigner)]
    assert.equal(native.publicKey.toHex(), sealed.publicKey.toHex())
  })
})

test("where a browser has no ML-KEM, another speaks with the same enclave", async () => {
  const host = new HostileHost(await openTestEnclave())
  let sent = 0
  substitutePrimitives({
    hpke: {
      DeserializePublicKey: (key) => hpke.DeserializePublicKey(key),
      SetupSender: (key, options) => {
        sent += 1
        return hpke.SetupSender(key, options)
      },
    },
  })
  try {
    assert.deepEqual(await (await newUser(host)).manager.list(), [])
  } finally {
    substitutePrimitives({ hpke: hpkeSuite })
  }
  assert.deepEqual([host.kinds(), sent], [["hello", "mail"], 1])
})
