import assert from "node:assert/strict"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, suite, test, type TestContext } from "node:test"
import { LogSink, ManualClock } from "../fakes.ts"
import { openLog } from "../log.ts"
import { Cache } from "./cache.ts"
import { dcapEndorsement } from "./dcap.ts"
import { dcapQuote, FakeService, reasonsIn, type FakeAnswer } from "./fakeService.ts"
import { pckFacts } from "./pck.ts"
import { openSource } from "./source.ts"

const folder = mkdtempSync(join(tmpdir(), "event-host-test-"))
after(() => rmSync(folder, { recursive: true }))

const FMSPC = "90c06f000000"
const tdx = { kind: "tdx", quote: dcapQuote(FMSPC, "Platform CA") } as const
const sgx = { kind: "sgx", quote: dcapQuote("00606a000000", "Processor CA") } as const

async function ask(of: typeof tdx | typeof sgx, place: string) {
  const [clock, sink] = [new ManualClock(), new LogSink()]
  const { bytes } = await dcapEndorsement(
    of,
    openSource(place, clock),
    new Cache(undefined, clock, openLog("info", sink)),
  )
  return { text: bytes === undefined ? undefined : new TextDecoder().decode(bytes), reasons: reasonsIn(sink) }
}

const pem = (name: string): string => `-----BEGIN CERTIFICATE-----\n${name}+/=\n-----END CERTIFICATE-----\n`
const signature = "0A".repeat(64)
/** Not as JSON.stringify would write it: what was signed is this very text. */
const tcbInfo = '{"id":"TDX", "levels":[1,{"a":"}"}],"version":3.0}'
const identity = '{"id":"TD_QE"}'

const answers: Readonly<Record<string, FakeAnswer>> = {
  "/sgx/certification/v4/pckcrl?ca=platform&encoding=der": {
    body: new Uint8Array([0x30, 1, 0xff]),
    headers: { "SGX-PCK-CRL-Issuer-Chain": encodeURIComponent(pem("pck")) },
  },
  "/tdx/certification/v4/tcb?fmspc=90C06F000000": {
    body: `{"tcbInfo":${tcbInfo},"signature":"${signature}"}`,
    headers: { "TCB-Info-Issuer-Chain": encodeURIComponent(pem("tcb")) },
  },
  "/tdx/certification/v4/qe/identity": {
    body: `{"enclaveIdentity":${identity},"signature":"${signature}"}\n`,
    headers: { "SGX-Enclave-Identity-Issuer-Chain": encodeURIComponent(pem("qe")) },
  },
  "/sgx/certification/v4/rootcacrl": { body: "3001EE\n" },
}

async function serviceWith(t: TestContext, change: Readonly<Record<string, FakeAnswer>> = {}): Promise<FakeService> {
  const service = await FakeService.open(t)
  for (const [path, answer] of Object.entries({ ...answers, ...change })) service.answers.set(path, answer)
  return service
}

test("A TDX quote's collateral is one object of strings, with what Intel signed to the letter", async (t) => {
  const { text, reasons } = await ask(tdx, (await serviceWith(t)).url)
  assert.deepEqual(reasons, [])
  assert.deepEqual(JSON.parse(text ?? ""), {
    pck_crl_issuer_chain: pem("pck"),
    root_ca_crl: "3001ee",
    pck_crl: "3001ff",
    tcb_info_issuer_chain: pem("tcb"),
    tcb_info: tcbInfo,
    tcb_info_signature: signature.toLowerCase(),
    qe_identity_issuer_chain: pem("qe"),
    qe_identity: identity,
    qe_identity_signature: signature.toLowerCase(),
  })
})

test("An SGX quote asks for its own, of its own authority", async (t) => {
  const service = await serviceWith(t)
  await ask(sgx, service.url)
  assert.deepEqual(service.asked, ["/sgx/certification/v4/pckcrl?ca=processor&encoding=der"])
  service.answers.set(service.asked[0] ?? "", answers["/sgx/certification/v4/pckcrl?ca=platform&encoding=der"] ?? {})
  await ask(sgx, service.url)
  assert.equal(service.asked[2], "/sgx/certification/v4/tcb?fmspc=00606A000000")
})

test("A folder has it by kind and FMSPC", async () => {
  writeFileSync(join(folder, "tdx-90C06F000000.json"), "{}")
  assert.equal((await ask(tdx, folder)).text, "{}")
  const { text, reasons } = await ask(sgx, folder)
  assert.equal(text, undefined)
  assert.match(reasons.join(), /sgx-00606A000000\.json \(Error ENOENT\); put it there/)
})

const tcbPath = "/tdx/certification/v4/tcb?fmspc=90C06F000000"
const lacking: Readonly<Record<string, { change: Record<string, FakeAnswer>; says: RegExp }>> = {
  "a processor that it does not know": { change: { [tcbPath]: { status: 404 } }, says: /status 404/ },
  "no chain": { change: { [tcbPath]: { ...answers[tcbPath], headers: {} } }, says: /header TCB-Info-Issuer-Chain/ },
  "a chain that is not encoded": {
    change: { [tcbPath]: { ...answers[tcbPath], headers: { "TCB-Info-Issuer-Chain": "%zz" } } },
    says: /header TCB-Info-Issuer-Chain/,
  },
  "no signature": { change: { [tcbPath]: { ...answers[tcbPath], body: '{"tcbInfo":{}}' } }, says: /no signed tcbInfo/ },
  "another thing that is signed": {
    change: { [tcbPath]: { ...answers[tcbPath], body: `{"enclaveIdentity":{},"signature":"${signature}"}` } },
    says: /no signed tcbInfo/,
  },
  "no list of the root": { change: { "/sgx/certification/v4/rootcacrl": { status: 500 } }, says: /rootcacrl.*500/ },
}
for (const [what, { change, says }] of Object.entries(lacking)) {
  test(`Evidence goes without collateral, whole or not at all, where the service has ${what}`, async (t) => {
    const { text, reasons } = await ask(tdx, (await serviceWith(t, change)).url)
    assert.equal(text, undefined)
    assert.match(reasons.join(), says)
  })
}

test("A quote that names no processor is said to", async (t) => {
  const service = await serviceWith(t)
  const cut = tdx.quote.slice(0, 720)
  for (const quote of [new Uint8Array([4]), cut, dcapQuote("90c06f0000", "Platform CA"), dcapQuote(FMSPC, "CA")]) {
    const { text, reasons } = await ask({ kind: "tdx", quote }, service.url)
    assert.equal(text, undefined)
    assert.match(reasons.join(), /carries no PCK certificate chain/)
  }
  assert.deepEqual(service.asked, [])
})

const vectors = join(import.meta.dirname, "../../../../../shared/vectors/attestation")
const skip = existsSync(vectors) ? false : `no test vectors at ${vectors}`

suite("real quotes", { skip }, () => {
  const known: Readonly<Record<string, string>> = {
    "tdx/v4-cloud": "00806F050000",
    "tdx/v5-a": "90C06F000000",
    "sgx/sgx-v3-a": "00A067110000",
  }
  for (const [name, fmspc] of Object.entries(known)) {
    test(`${name} names its processor`, () => {
      const facts = pckFacts(readFileSync(join(vectors, `${name}.quote.bin`)))
      assert.equal(facts.fmspc, fmspc)
      assert.match(facts.ca, /^(platform|processor)$/)
    })
  }
})
