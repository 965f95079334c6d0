import { strict as assert } from "node:assert"
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto"
import { describe, test } from "node:test"
import { isEncryptedKey, readKeyFile, writeEncryptedKey } from "./encryptedKey.ts"

const seed = Uint8Array.from({ length: 32 }, (_, i) => i)

function seedOf(key: KeyObject): string {
  const { d } = key.export({ format: "jwk" })
  return Uint8Array.fromBase64(d ?? "", { alphabet: "base64url" }).toHex()
}

describe("a key file", () => {
  test("that is written here opens with its passphrase, here and in OpenSSL", async () => {
    const pem = await writeEncryptedKey(seed, "correct horse ♞")
    assert.ok(isEncryptedKey(pem))
    assert.equal((await readKeyFile(pem, "correct horse ♞")).toHex(), seed.toHex())
    assert.equal(seedOf(createPrivateKey({ key: pem, passphrase: "correct horse ♞" })), seed.toHex())
  })

  test("that Node writes, encrypted or not, is read", async () => {
    const { privateKey } = generateKeyPairSync("ed25519")
    const pkcs8 = { type: "pkcs8", format: "pem" } as const
    const plain = privateKey.export(pkcs8)
    assert.ok(!isEncryptedKey(plain))
    assert.equal((await readKeyFile(plain, undefined)).toHex(), seedOf(privateKey))
    const sealed = privateKey.export({ ...pkcs8, cipher: "aes-256-cbc", passphrase: "p" })
    assert.equal((await readKeyFile(sealed, "p")).toHex(), seedOf(privateKey))
  })

  test("opens with no other passphrase", async () => {
    const pem = await writeEncryptedKey(seed, "right")
    // One wrong passphrase in 256 leaves padding that looks right: what comes out is then no key.
    for (const wrong of ["Right", "right ", "x"]) {
      await assert.rejects(readKeyFile(pem, wrong), ({ code }) =>
        ["PASSPHRASE_WRONG", "IDENTITY_BROKEN"].includes(code),
      )
    }
    for (const none of [undefined, ""]) await assert.rejects(readKeyFile(pem, none), { code: "PASSPHRASE_NEEDED" })
    await assert.rejects(writeEncryptedKey(seed, ""), { code: "PASSPHRASE_NEEDED" })
  })
})

describe("what is no key file is said to be none", () => {
  const pkcs8 = { type: "pkcs8", format: "pem" } as const
  const { privateKey: ed25519 } = generateKeyPairSync("ed25519")
  const pem = ed25519.export(pkcs8)
  const rows: Readonly<Record<string, string>> = {
    "an empty text": "",
    "a long text": "x".repeat(5_000),
    "half a key": pem.slice(0, pem.length / 2),
    "a letter replaced": pem.replace("MC4CAQ", "MC4CAx"),
    "an X25519 key": generateKeyPairSync("x25519").privateKey.export(pkcs8),
    "another cipher": ed25519.export({ ...pkcs8, cipher: "aes-128-cbc", passphrase: "p" }),
    "another label": pem.replaceAll("PRIVATE KEY", "CERTIFICATE"),
  }
  for (const [what, text] of Object.entries(rows)) {
    test(what, async () => assert.rejects(readKeyFile(text, "p"), { code: "IDENTITY_BROKEN" }))
  }

  test("an iteration count that would keep the machine busy for ever", async () => {
    const good = await writeEncryptedKey(seed, "p")
    const der = Uint8Array.fromBase64(good.split("\n").slice(1, -2).join("")).toHex()
    // INTEGER 600,000 is 02 03 09 27 c0; in its place stand 8,388,607, and none.
    for (const count of ["02037fffff", "0203000000"]) {
      const changed = Uint8Array.fromHex(der.replace("02030927c0", count)).toBase64()
      const text = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${changed}\n-----END ENCRYPTED PRIVATE KEY-----\n`
      await assert.rejects(readKeyFile(text, "p"), { code: "IDENTITY_BROKEN" })
    }
  })
})
