import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { stateFolder } from "../stateFolder.ts"
import { defaultSimulationKey, openSigner } from "./signer.ts"

const folder = mkdtempSync(join(tmpdir(), "event-host-test-"))
after(() => rmSync(folder, { recursive: true }))

test("A key is made at its first use, for its user alone, and used from then on", async () => {
  const path = join(folder, "new/state/simulation.key")
  const first = await openSigner(path)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(new Uint8Array(readFileSync(path)), first.seed)
  assert.deepEqual(await openSigner(path), first)
  assert.deepEqual(readdirSync(join(folder, "new/state")), ["simulation.key"])
})

test("The signer's hash is the SHA-256 of the raw public key: RFC 8032 section 7.1, test 1", async () => {
  const path = join(folder, "rfc8032.key")
  const seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
  const publicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
  writeFileSync(path, Buffer.from(seed, "hex"), { mode: 0o600 })
  const { hash } = await openSigner(path)
  assert.equal(hash, createHash("sha256").update(Buffer.from(publicKey, "hex")).digest("hex"))
})

test("Hosts that start at once all use the one key that came first", async () => {
  const path = join(folder, "race.key")
  const signers = await Promise.all(Array.from({ length: 8 }, () => openSigner(path)))
  assert.equal(new Set(signers.map(({ hash }) => hash)).size, 1)
})

const refused: Readonly<Record<string, { prepare(path: string): void; message: RegExp }>> = {
  "others may read it": {
    prepare(path) {
      writeFileSync(path, new Uint8Array(32))
      chmodSync(path, 0o640)
    },
    message: /can be read by others: chmod 600 it/,
  },
  "it is too short": {
    prepare: (path) => writeFileSync(path, new Uint8Array(31), { mode: 0o600 }),
    message: /has 31 bytes where it should have 32/,
  },
  "it is a folder": { prepare: (path) => mkdirSync(path, { mode: 0o700 }), message: /simulation\.key/ },
}
for (const [why, { prepare, message }] of Object.entries(refused)) {
  test(`A key is refused, and left as it is, where ${why}`, async () => {
    const path = join(mkdtempSync(join(folder, "refused-")), "simulation.key")
    prepare(path)
    const before = statSync(path)
    await assert.rejects(openSigner(path), { name: "HostError", code: "SIMULATION_KEY", message })
    assert.deepEqual([statSync(path).mtimeMs, statSync(path).size], [before.mtimeMs, before.size])
  })
}

test("A key that cannot be made: which file, and why", async () => {
  writeFileSync(join(folder, "file"), "")
  await assert.rejects(openSigner(join(folder, "file/simulation.key")), {
    code: "SIMULATION_KEY",
    message: `cannot use the simulation key ${join(folder, "file/simulation.key")} (Error ENOTDIR)`,
  })
})

test("The default is in the user's state directory", () => {
  assert.equal(defaultSimulationKey(), join(stateFolder(), "simulation.key"))
})
