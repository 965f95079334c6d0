import { strict as assert } from "node:assert"
import { generateKeyPairSync } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import type { UserError } from "../errors.ts"
import { verifyEd25519 } from "../primitives.ts"
import { changePassphrase, createIdentity, readIdentity } from "./identityFile.ts"

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "identity-"))
  path = join(folder, "ALICE.identity.pem")
})
afterEach(() => rmSync(folder, { recursive: true }))

const nobody = async (): Promise<string> => assert.fail("no passphrase is needed")

function refused(code: UserError["code"], ask = nobody): Promise<void> {
  return assert.rejects(readIdentity(path, ask), { name: "UserError", code })
}

const data = new TextEncoder().encode("data")

describe("an identity", () => {
  test("is made once, and read again", async () => {
    assert.equal(await readIdentity(path, nobody), undefined)
    const made = createIdentity(path, undefined)
    const read = (await readIdentity(path, nobody)) ?? assert.fail()
    assert.equal(read.party, made.party)
    assert.deepEqual(await read.sign(data), await made.sign(data))
    assert.ok(await verifyEd25519(Uint8Array.fromHex(made.party), data, await read.sign(data)))
  })

  test("fault 14: is its owner's alone from the first moment, and stands there whole or not at all", () => {
    const umask = process.umask(0)
    try {
      createIdentity(path, undefined)
    } finally {
      process.umask(umask)
    }
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(folder), ["ALICE.identity.pem"])
  })

  test("fault 14: is never made over another", async () => {
    const first = createIdentity(path, undefined)
    assert.throws(() => createIdentity(path, undefined), { name: "UserError", code: "FILE_UNWRITABLE" })
    assert.equal((await readIdentity(path, nobody))?.party, first.party)
  })

  test("two are not the same", () => {
    assert.notEqual(createIdentity(path, undefined).party, createIdentity(`${path}2`, undefined).party)
  })
})

describe("fault 14: a passphrase", () => {
  test("opens what it closed, and no other does", async () => {
    const made = createIdentity(path, "correct horse")
    assert.match(readFileSync(path, "utf8"), /^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/)
    assert.equal((await readIdentity(path, async () => "correct horse"))?.party, made.party)
    for (const wrong of ["", "correct hors", "correct horse ", "Correct horse"]) {
      await refused("PASSPHRASE_WRONG", async () => wrong)
    }
  })

  test("is changed, set and removed, and the key stays the same", async () => {
    const { party } = createIdentity(path, undefined)
    await changePassphrase(path, nobody, "first")
    assert.equal((await readIdentity(path, async () => "first"))?.party, party)
    await changePassphrase(path, async () => "first", "second")
    await refused("PASSPHRASE_WRONG", async () => "first")
    await changePassphrase(path, async () => "second", undefined)
    assert.equal((await readIdentity(path, nobody))?.party, party)
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(folder), ["ALICE.identity.pem"])
  })

  test("that is wrong, or not to be had, changes nothing", async () => {
    createIdentity(path, "right")
    const before = readFileSync(path, "utf8")
    await assert.rejects(
      changePassphrase(path, async () => "wrong", "new"),
      { code: "PASSPHRASE_WRONG" },
    )
    await assert.rejects(
      changePassphrase(path, () => Promise.reject(new TypeError("no terminal")), "new"),
      TypeError,
    )
    assert.equal(readFileSync(path, "utf8"), before)
    await assert.rejects(changePassphrase(`${path}2`, nobody, "new"), { code: "FILE_UNREADABLE" })
  })
})

describe("fault 14: a broken identity is said to be, and left as it is", () => {
  const pkcs8 = { type: "pkcs8", format: "pem" } as const
  const spki = { type: "spki", format: "pem" } as const
  const good = generateKeyPairSync("ed25519")
  const pem = good.privateKey.export(pkcs8)
  const broken: Readonly<Record<string, string | Uint8Array>> = {
    "an empty file": "",
    "some text": "nothing to see here\n",
    "random bytes": crypto.getRandomValues(new Uint8Array(200)),
    "the first half": pem.slice(0, pem.length / 2),
    "a letter replaced": pem.replace("MC4CAQ", "MC4CAx"),
    "no last line": pem.split("\n").slice(0, -2).join("\n"),
    "a public key": good.publicKey.export(spki),
    "an X25519 key": generateKeyPairSync("x25519").privateKey.export(pkcs8),
    "a P-256 key": generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(pkcs8),
    "an Ed448 key": generateKeyPairSync("ed448").privateKey.export(pkcs8),
  }
  for (const [what, content] of Object.entries(broken)) {
    test(what, async () => {
      writeFileSync(path, content)
      await refused("IDENTITY_BROKEN")
      await assert.rejects(changePassphrase(path, nobody, "new"), { code: "IDENTITY_BROKEN" })
      assert.throws(() => createIdentity(path, undefined), { code: "FILE_UNWRITABLE" })
      assert.deepEqual(readFileSync(path), Buffer.from(content))
    })
  }

  test("an encrypted key of another kind, with its passphrase", async () => {
    const { privateKey } = generateKeyPairSync("x25519")
    writeFileSync(path, privateKey.export({ ...pkcs8, cipher: "aes-256-cbc", passphrase: "right" }))
    await refused("IDENTITY_BROKEN", async () => "right")
  })

  test("no error quotes the file", async () => {
    writeFileSync(path, pem.replace("PRIVATE", "PRIVAT"))
    await assert.rejects(readIdentity(path, nobody), (error) => {
      assert.ok(error instanceof Error)
      return !error.message.includes(pem.split("\n")[1] ?? assert.fail())
    })
  })

  test("a file far too long is not read", async () => {
    writeFileSync(path, "x".repeat(100_000))
    await refused("FILE_UNREADABLE")
  })
})
