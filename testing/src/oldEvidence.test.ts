/*
 * Results of enclaves in real TEEs, whose evidence does not hold for ever.
 */
import { name, verifyEvidence, writeResult, type Result } from "@event-manager/client"
import { decimalText, digest, requestId, resultSigned } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, beforeEach, test } from "node:test"
import { newIdentity } from "./testClient.ts"
import { encodeEvidence, hardwareEvidence, TEE_NOW } from "../tee/evidence.ts"
import { testTee, type TestTee } from "../tee/testTee.ts"
import { run } from "../../user/cli/src/run.ts"

const home = process.cwd()
const hash = digest(new Uint8Array(32).fill(1))
let folder: string
let tee: TestTee
let said: string

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "verify-result-"))
  process.chdir(folder)
  tee = await testTee()
  const enclave = await newIdentity()
  const person = await newIdentity()
  const descriptor = {
    id: requestId(new Uint8Array(16)),
    name: name("Avg"),
    type: "avg",
    quorum: 1,
    release: { kind: "first" },
    convenor: person.party,
    participants: [person.party, enclave.party],
    expiresAt: undefined,
    keysMax: undefined,
    matches: "told",
  } as const
  const head = { length: 2, hash }
  const frozen = { identity: enclave.party, descriptor, head, receipts: [{ party: person.party, receipt: head }] }
  const result: Result = { frozen, answer: { kind: "number", value: decimalText("45") }, witnesses: [] }
  const evidence = encodeEvidence(await hardwareEvidence(tee, "tdx", { statement: { identity: enclave.party } }))
  const { launch } = await verifyEvidence(evidence, TEE_NOW, tee.roots)
  writeFileSync("Avg.result", writeResult({ result, signature: await enclave.sign(resultSigned(result)), evidence }))
  writeFileSync("EventManagerClient.properties", `constraint=C:${launch} SEC:SECURE PLATFORM:tdx\n`)
})
after(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  said = ""
})

function verify(...more: readonly string[]): Promise<number> {
  const hear = (text: string): void => void (said += text)
  return run(["ALICE", "verify-result", "Avg.result", ...more], { out: hear, err: hear }, tee.roots)
}

test("a result is good as long as its enclave's evidence holds", async () => {
  assert.equal(await verify("--at", "2026-11-24"), 0, said)
  assert.match(said, /Computation: Avg\. SUCCESS\. Result: 45\n/)
  assert.match(said, /Enclave: SECURE, evidence of 2020-01-01T00:00:00\.000Z\n/)
})

test("afterwards it is refused, and the line says how to see what held then", async () => {
  assert.equal(await verify("--at", "2041-01-01"), 1)
  assert.match(said, /event-client: CERTIFICATE_EXPIRED: .*; to see what held when the file was written, .* --at\n$/)
})

test("a time that is none is wrong usage", async () => {
  assert.equal(await verify("--at", "yesterday"), 2)
  assert.match(said, /event-client: USAGE: 'yesterday' is no time/)
})
