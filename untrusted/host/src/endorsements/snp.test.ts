import type { Quote } from "@event-manager/protocol/frame"
import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test, type TestContext } from "node:test"
import { LogSink, ManualClock } from "../fakes.ts"
import { openLog } from "../log.ts"
import { Cache } from "./cache.ts"
import { der, FakeService, reasonsIn, snpReport, type SnpReport } from "./fakeService.ts"
import { snpEndorsements } from "./snp.ts"
import { openSource } from "./source.ts"

const folder = mkdtempSync(join(tmpdir(), "event-host-test-"))
after(() => rmSync(folder, { recursive: true }))

type SnpQuote = Extract<Quote, { kind: "sev-snp" }>

function quote(of: SnpReport = {}, certificates = new Uint8Array(0)): SnpQuote {
  return { kind: "sev-snp", report: snpReport(of), certificates }
}

/** By kind, what was had; and what was said against the rest. */
async function ask(of: SnpQuote, place: string) {
  const [clock, sink] = [new ManualClock(), new LogSink()]
  const found = await snpEndorsements(of, openSource(place, clock), new Cache(undefined, clock, openLog("info", sink)))
  return { had: Object.fromEntries(found.map(({ kind, held }) => [kind, held.bytes])), reasons: reasonsIn(sink) }
}

const CHIP = snpReport().slice(0x1a0, 0x1e0).toHex()
const key = der(300, "CN=SEV-Milan")
const list = der(280)

async function serviceWith(t: TestContext, answers: Readonly<Record<string, Uint8Array>>): Promise<FakeService> {
  const service = await FakeService.open(t)
  for (const [path, body] of Object.entries(answers)) service.answers.set(path, { body })
  return service
}

const milan = `/vcek/v1/Milan/${CHIP}?blSPL=03&teeSPL=00&snpSPL=08&ucodeSPL=115`

test("Of a Milan, by its chip and its levels", async (t) => {
  const service = await serviceWith(t, { [milan]: key, "/vcek/v1/Milan/crl": list })
  const { had, reasons } = await ask(quote(), service.url)
  assert.deepEqual(had, { "sev-snp-key": key, "sev-snp-crl": list })
  assert.deepEqual(reasons, [])
})

const asked: Readonly<Record<string, { of: SnpReport; path: string }>> = {
  "a Genoa": {
    of: { model: 0x11, tcb: [10, 1, 0, 0, 0, 0, 23, 84] },
    path: `/vcek/v1/Genoa/${CHIP}?blSPL=10&teeSPL=01&snpSPL=23&ucodeSPL=84`,
  },
  "a Bergamo, which has Genoa's keys": {
    of: { model: 0xa0 },
    path: `/vcek/v1/Genoa/${CHIP}?blSPL=03&teeSPL=00&snpSPL=08&ucodeSPL=115`,
  },
  "a Turin, with a short chip id and a firmware level more": {
    of: { version: 5, family: 0x1a, model: 0x02, tcb: [1, 2, 3, 4, 0, 0, 0, 5] },
    path: `/vcek/v1/Turin/${CHIP.slice(0, 16)}?fmcSPL=01&blSPL=02&teeSPL=03&snpSPL=04&ucodeSPL=05`,
  },
}
for (const [what, { of, path }] of Object.entries(asked)) {
  test(`What is asked for ${what}`, async (t) => {
    const service = await serviceWith(t, { [path]: key })
    const { had } = await ask(quote(of), service.url)
    assert.equal(service.asked[0], path)
    assert.deepEqual(had["sev-snp-key"], key)
  })
}

test("A report of version 2 does not say what it is of: Milan is tried, and then Genoa", async (t) => {
  const genoa = milan.replace("Milan", "Genoa")
  const service = await serviceWith(t, { [genoa]: der(300, "SEV-Genoa"), "/vcek/v1/Genoa/crl": list })
  const { had, reasons } = await ask(quote({ version: 2, family: 0, model: 0 }), service.url)
  assert.deepEqual(service.asked, [milan, genoa, "/vcek/v1/Genoa/crl"])
  assert.deepEqual([Object.keys(had), reasons], [["sev-snp-key", "sev-snp-crl"], []])
})

function tableWith(guid: string, certificate: Uint8Array): Uint8Array<ArrayBuffer> {
  const entry = Buffer.alloc(48)
  entry.write(guid, "hex")
  entry.writeUInt32LE(48, 16)
  entry.writeUInt32LE(certificate.length, 20)
  return new Uint8Array(Buffer.concat([entry, certificate]))
}

test("The hypervisor's table comes first, for a key of AMD's chip as for a provider's", async (t) => {
  const service = await serviceWith(t, { "/vcek/v1/Milan/crl": list, "/vlek/v1/Genoa/crl": key })
  const ofChip = await ask(quote({}, tableWith("63da758de6644564adc5f4b93be8accd", key)), service.url)
  assert.deepEqual(ofChip.had, { "sev-snp-key": key, "sev-snp-crl": list })
  const provided = der(200, "SEV-VLEK-Genoa")
  const table = tableWith("a8074bc2a25a483eaae639c045a0b8a1", provided)
  const ofProvider = await ask(quote({ version: 2, signingKey: 1 }, table), service.url)
  assert.deepEqual(ofProvider.had, { "sev-snp-key": provided, "sev-snp-crl": key })
  assert.deepEqual(service.asked, ["/vcek/v1/Milan/crl", "/vlek/v1/Genoa/crl"])
})

test("A folder has the same, under names of product, chip and reported TCB", async () => {
  const tcb = "0300000000000873"
  writeFileSync(join(folder, `milan-${CHIP}-${tcb}.der`), key)
  writeFileSync(join(folder, "milan.crl"), list)
  assert.deepEqual((await ask(quote(), folder)).had, { "sev-snp-key": key, "sev-snp-crl": list })
  writeFileSync(join(folder, "milan-vlek.crl"), key)
  assert.deepEqual((await ask(quote({ signingKey: 1 }), folder)).had, { "sev-snp-key": key, "sev-snp-crl": key })
  const turin = await ask(quote({ family: 0x1a, model: 0x02 }), folder)
  assert.deepEqual(turin.had, { "sev-snp-key": undefined, "sev-snp-crl": undefined })
  assert.match(turin.reasons.join(), new RegExp(`turin-${CHIP.slice(0, 16)}-${tcb}\\.der .*put it there`))
})

const lacking: Readonly<Record<string, { of: SnpReport; says: RegExp; answer?: Uint8Array }>> = {
  "no certificate of that chip": { of: {}, says: /\/vcek\/v1\/Milan\/.* status 404/ },
  "a page in place of one": { of: {}, says: /not DER/, answer: new TextEncoder().encode("<html>") },
  "half of one": { of: {}, says: /not DER/, answer: key.subarray(1) },
  "one and more": { of: {}, says: /not DER/, answer: new Uint8Array([...key, 0]) },
  "a chip that the firmware hides": { of: { chip: new Uint8Array(64) }, says: /does not say which chip/ },
  "a provider's key without a table": { of: { signingKey: 1 }, says: /no service has the certificate of a VLEK/ },
  "a processor that nobody knows": { of: { family: 0x20, model: 9 }, says: /family 32 model 9/ },
}
for (const [what, { of, says, answer }] of Object.entries(lacking)) {
  test(`Evidence goes without the certificate, and why is said: ${what}`, async (t) => {
    const service = await serviceWith(t, answer === undefined ? {} : { [milan]: answer })
    const { had, reasons } = await ask(quote(of), service.url)
    assert.equal(had["sev-snp-key"], undefined)
    assert.match(reasons[0] ?? "", says)
  })
}
