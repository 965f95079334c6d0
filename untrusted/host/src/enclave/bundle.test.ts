import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { after, test } from "node:test"
import { takeBundle } from "./bundle.ts"

const folder = mkdtempSync(join(tmpdir(), "event-host-test-"))
after(() => rmSync(folder, { recursive: true }))

test("What is started is what was hashed, whatever becomes of the bundle afterwards", async () => {
  const path = join(folder, "bundle.mjs")
  writeFileSync(path, "the measured one")
  const bundle = await takeBundle(path)
  writeFileSync(path, "another")
  const started = readFileSync(bundle.file)
  assert.equal(started.toString(), "the measured one")
  assert.equal(bundle.codeHash.toHex(), createHash("sha256").update(started).digest("hex"))
  assert.equal(statSync(dirname(bundle.file)).mode & 0o777, 0o700)
  assert.equal(statSync(bundle.file).mode & 0o777, 0o400)
  await bundle.discard()
  assert.equal(existsSync(dirname(bundle.file)), false)
})

test("A bundle that is not there: which file, and what to do", async () => {
  const path = join(folder, "none.mjs")
  const message = `cannot read the enclave bundle ${path} (Error ENOENT); run npm run build:enclave`
  await assert.rejects(takeBundle(path), { name: "HostError", code: "BUNDLE_MISSING", message })
})
