import { decode, evidenceCodec, type Endorsement } from "@event-manager/protocol/frame"
import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test, type TestContext } from "node:test"
import { LogSink, ManualClock } from "../fakes.ts"
import { openLog } from "../log.ts"
import { openEndorser, type EndorsementOptions } from "./endorse.ts"
import { dcapQuote, der, evidenceOf, FakeService, reasonsIn, snpReport } from "./fakeService.ts"

const folder = mkdtempSync(join(tmpdir(), "event-host-test-"))
after(() => rmSync(folder, { recursive: true }))
const releaseManifest = join(folder, "release.txt")
writeFileSync(releaseManifest, "-----BEGIN EVENT MANAGER RELEASE-----\nAQID\n-----END EVENT MANAGER RELEASE-----\n")
const release = { kind: "release", bytes: new Uint8Array([1, 2, 3]) }

const snp = evidenceOf({ kind: "sev-snp", report: snpReport(), certificates: new Uint8Array(0) })
const CRL = "/vcek/v1/Milan/crl"

async function open(t: TestContext, options: EndorsementOptions = {}) {
  const service = await FakeService.open(t)
  const [clock, sink] = [new ManualClock(), new LogSink()]
  const sources = { snpEndorsements: service.url, dcapEndorsements: service.url }
  const endorser = await openEndorser({ ...sources, ...options }, openLog("info", sink), clock)
  const endorse = async (evidence: Uint8Array): Promise<readonly Endorsement[]> =>
    decode(evidenceCodec, await endorser.endorse(evidence)).endorsements
  return { service, clock, sink, endorser, endorse }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate)
}

/** Until what goes on behind has been done: so much was asked, and each answer has been taken in. */
async function settled(service: FakeService, clock: ManualClock, asked: number): Promise<void> {
  await until(() => service.asked.length >= asked && clock.timers === 0)
  await new Promise(setImmediate)
}

test("Evidence goes out with its release, its key's certificate and the list of those revoked, as the enclave gave it", async (t) => {
  const { service, endorser, endorse } = await open(t, { releaseManifest })
  service.answers.set(CRL, { body: der(40) })
  const [kinds] = [(await endorse(snp)).map(({ kind }) => kind)]
  assert.deepEqual(kinds, ["release", "sev-snp-crl"])
  const { endorsements: _, ...enclaves } = decode(evidenceCodec, await endorser.endorse(snp))
  assert.deepEqual({ ...enclaves, endorsements: [] }, decode(evidenceCodec, snp))
})

test("However often it is asked for, evidence is endorsed once, and newer evidence with what is there", async (t) => {
  const { service, endorser } = await open(t)
  service.answers.set(CRL, { body: der(40) })
  const asked = Array.from({ length: 20 }, () => endorser.endorse(new Uint8Array(snp)))
  const [first, ...others] = await Promise.all(asked)
  for (const other of others) assert.equal(other, first)
  assert.equal(service.asked.length, 2)
  const newer = evidenceOf({ kind: "sev-snp", report: snpReport(), certificates: new Uint8Array(0) }, 2)
  assert.notDeepEqual(await endorser.endorse(newer), first)
  assert.equal(service.asked.length, 2)
})

test("A day later it is endorsed anew, and nobody waits for that", async (t) => {
  const { service, clock, endorse } = await open(t)
  service.answers.set(CRL, { body: der(40, "old") })
  const key = `/vcek/v1/Milan/${snpReport().slice(0x1a0, 0x1e0).toHex()}?blSPL=03&teeSPL=00&snpSPL=08&ucodeSPL=115`
  service.answers.set(key, { body: der(40, "SEV-Milan") })
  const before = await endorse(snp)
  service.answers.set(CRL, { silent: true })
  clock.pass(86_400_000)
  assert.deepEqual([await endorse(snp), await endorse(snp)], [before, before])
  await until(() => service.asked.length === 3)
  clock.pass(10_000)
  await settled(service, clock, 3)
  assert.deepEqual(await endorse(snp), before, "the old list is kept where there is no new one")
  service.answers.set(CRL, { body: der(40, "new") })
  clock.pass(300_000)
  await endorse(snp)
  await settled(service, clock, 4)
  assert.deepEqual((await endorse(snp))[1]?.bytes, der(40, "new"))
  assert.equal(service.asked.length, 4)
})

test("TDX and SGX have collateral, and what has nobody to endorse it has none", async (t) => {
  const { endorse } = await open(t, { releaseManifest, dcapEndorsements: folder })
  writeFileSync(join(folder, "tdx-90C06F000000.json"), "tdx")
  writeFileSync(join(folder, "sgx-90C06F000000.json"), "sgx")
  const quote = dcapQuote("90c06f000000", "Platform CA")
  const collateral = (text: string) => ({ kind: "dcap", bytes: new Uint8Array(Buffer.from(text)) })
  const eventLog = new Uint8Array(3)
  assert.deepEqual(await endorse(evidenceOf({ kind: "tdx", quote, eventLog })), [release, collateral("tdx")])
  assert.deepEqual(await endorse(evidenceOf({ kind: "sgx", quote })), [release, collateral("sgx")])
  assert.deepEqual(await endorse(evidenceOf({ kind: "nitro", document: quote })), [release])
})

test("Where nothing is to be had evidence goes out as it is, and each lack is warned of once", async (t) => {
  const { endorser, clock, sink, service } = await open(t)
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(await endorser.endorse(snp), snp)
    await settled(service, clock, 2 * (i + 1))
    clock.pass(300_000)
  }
  assert.equal(reasonsIn(sink).length, 2)
  for (const reason of reasonsIn(sink)) assert.match(reason, /status 404/)
})

test("What is no evidence goes out as it came", async (t) => {
  const { endorser, service } = await open(t)
  const nonsense = new TextEncoder().encode("nonsense")
  assert.equal(await endorser.endorse(nonsense), nonsense)
  assert.deepEqual(service.asked, [])
})

test("Options that cannot be used are refused at once", async () => {
  const log = openLog("silent")
  for (const options of [
    { releaseManifest: folder },
    { snpEndorsements: "ftp://a" },
    { dcapEndorsements: "ftp://a" },
  ]) {
    await assert.rejects(openEndorser(options, log, new ManualClock()), { name: "HostError", code: "ENDORSEMENTS" })
  }
})
