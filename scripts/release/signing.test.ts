import assert from "node:assert/strict"
import { generateKeyPairSync } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { signingBy } from "./signing.ts"

const versions = { version: "1.2.3", date: "2026-11-24", faults: [] }
const launch = { kind: "sgx", mrEnclave: "0".repeat(64) }
let folder: string
let key: string

before(() => {
  folder = mkdtempSync(join(tmpdir(), "event-manager-signing-"))
  key = join(folder, "release-key.pem")
  writeFileSync(key, generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }))
})
after(() => rmSync(folder, { recursive: true }))

function launches(changes: object = {}): string {
  const file = join(folder, "launches.json")
  const manifest = { version: "1.2.3", productId: 1, revocationLevel: 0, launches: [launch], ...changes }
  writeFileSync(file, JSON.stringify(manifest))
  return file
}

test("a key signs what has launches, and is of this version and dated", () => {
  const signing = signingBy(versions, launches(), key)
  assert.equal(signing.note, `signed with ${key}`)
  assert.equal(signing.key.asymmetricKeyType, "ed25519")
})

test("a key does not sign another version, no launches, or what is not released", () => {
  assert.throws(
    () => signingBy(versions, launches({ version: "1.2.4" }), key),
    /is of version 1\.2\.4, and not 1\.2\.3/,
  )
  assert.throws(() => signingBy(versions, launches({ launches: [] }), key), /names no launch/)
  assert.throws(() => signingBy({ ...versions, date: undefined }, launches(), key), /no date for 1\.2\.3/)
})

test("practice needs none of it", () => {
  const { note } = signingBy({ ...versions, date: undefined }, undefined, undefined)
  assert.match(note, /thrown away/)
})

test("a key that cannot sign is named, and nothing of it is said", () => {
  const other = join(folder, "other.pem")
  const refused = (pem: string | Buffer, message: RegExp): void => {
    writeFileSync(other, pem)
    assert.throws(() => signingBy(versions, launches(), other), { name: "TypeError", message })
  }
  const { privateKey } = generateKeyPairSync("ed25519")
  const format = { format: "pem", type: "pkcs8" } as const
  refused(privateKey.export({ ...format, cipher: "aes-256-cbc", passphrase: "x" }), /other\.pem .*without a passphrase/)
  refused("no key", /other\.pem cannot be read as a key/)
  refused(generateKeyPairSync("x25519").privateKey.export(format), /other\.pem is no Ed25519 key/)
})
