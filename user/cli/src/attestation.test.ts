import { strict as assert } from "node:assert"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test, type TestContext } from "node:test"
import {
  encodeEvidence,
  hardwareEvidence,
  signedRelease,
  TEE_NOW,
  TEST_MEASUREMENT,
} from "../../../testing/tee/evidence.ts"
import { testTee, type TestTee } from "../../../testing/tee/testTee.ts"
import { run } from "./run.ts"

const NOTHING_LEAVES = "which leave it nowhere"
const folder = mkdtempSync(join(tmpdir(), "attestation-"))
const from = process.cwd()
let tee: TestTee

before(async () => {
  tee = await testTee()
  process.chdir(folder)
})
after(() => {
  process.chdir(from)
  rmSync(folder, { recursive: true })
})

/** What ALICE is told of an enclave with this evidence, at the time when it was made. */
async function told(t: TestContext, evidence: Parameters<typeof encodeEvidence>[0]): Promise<string> {
  const server = createServer((_, response) => void response.end(encodeEvidence(evidence)))
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  let out = ""
  const streams = { out: (text: string) => void (out += text), err: (text: string) => void (out += text) }
  await run(["-s", `http://127.0.0.1:${port}`, "ALICE", "attestation"], streams, tee.roots)
  return out
}

test("a TEE that nobody can look into: what its maker proves, and which code it is, by whose word", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: TEE_NOW * 1_000 })
  const evidence = await hardwareEvidence(tee, "sev-snp")
  const launches = [{ kind: "sev-snp", measurement: TEST_MEASUREMENT, vmpl: 0 }] as const
  const codeHash = new Uint8Array(32).fill(7)
  const manifest = { version: "1", codeHash, productId: 1, revocationLevel: 0, launches, sevSnpMinimumTcb: [] }
  const { bytes, signer } = signedRelease(manifest)
  const bare = await told(t, evidence)
  assert.match(bare, /^ {3}Security: SECURE$/m)
  assert.match(bare, /AMD's processor vouches .* cannot look inside/)
  assert.match(bare, /no release manifest came with the evidence/)
  assert.ok(bare.includes(NOTHING_LEAVES) && !bare.includes("can read what you send"))
  const released = await told(t, { ...evidence, endorsements: [...evidence.endorsements, { kind: "release", bytes }] })
  assert.ok(released.includes(codeHash.toHex()) && released.includes(signer))
  assert.ok(!released.includes("no release manifest"))
})

test("one that its owner may debug: nothing is said to stay inside", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: TEE_NOW * 1_000 })
  for (const platform of ["sev-snp", "tdx", "sgx", "nitro"] as const) {
    const words = await told(t, await hardwareEvidence(tee, platform, { debug: true }))
    assert.match(words, /^ {3}Security: INSECURE; /m)
    assert.match(words, /may look inside/)
    assert.match(words, /Whoever runs the host can read what you send/)
    assert.ok(!words.includes(NOTHING_LEAVES), platform)
  }
})
