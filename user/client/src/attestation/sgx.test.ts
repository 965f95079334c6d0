import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import {
  attestationVectors,
  NO_VECTORS,
  secondsOf,
  type AttestationCase,
} from "../../../../testing/src/attestationVectors.ts"
import { testDcap, type DcapOptions, type TestDcap } from "../../../../testing/tee/dcap.ts"
import type { AttestationError } from "../errors.ts"
import type { DcapEvidence } from "./dcap/dcap.ts"
import { pinnedRoots } from "./pinnedRoots.ts"
import { appraiseSgx, readSgxQuote, verifySgx, type SgxFacts, type SgxPolicy } from "./sgx.ts"
import type { Standing } from "./verdict.ts"
import { readCertificate } from "./x509/certificate.ts"

const strict: SgxPolicy = { debug: "refuse" }

describe("real quotes", () => {
  const vectors = attestationVectors()
  const skip = vectors === undefined ? NO_VECTORS : false
  const cases = (vectors?.cases ?? []).filter(({ format }) => format === "sgx")

  function evidenceOf({ quote = "", collateral = "" }: AttestationCase): DcapEvidence {
    assert.ok(vectors)
    return { quote: vectors.read(quote), collateral: vectors.read(collateral) }
  }

  test("there are cases of both kinds of issuers", { skip }, () => {
    assert.ok(cases.length >= 2)
  })

  for (const each of cases) {
    test(`${each.name}: ${each.why ?? each.verdict}`, async () => {
      const found = await verifySgx(evidenceOf(each), pinnedRoots.dcap, secondsOf(each))
      const { report, header } = found.quote
      const { platform, qe, level, tdxModule } = found.tcb
      const advisories = found.tcb.advisories.join(",")
      assert.deepEqual(
        {
          measurement: report.mrEnclave,
          reportData: report.reportData,
          version: header.version,
          fmspc: found.fmspc,
          debug: found.debug,
          tcbStatus: { platform, qe, advisories },
          tcbLevel: level,
        },
        each.expect,
      )
      assert.equal(tdxModule, undefined)
      const standing = appraiseSgx(found, strict)
      assert.equal(standing.level, each.verdict === "accept" ? "SECURE" : "STALE")
      assert.equal(standing.advisories.join(","), advisories)
      assert.ok(standing.reasons.length > 0)
    })
  }

  test("every field is where the manual has it", { skip }, () => {
    const first = cases.find(({ name }) => name === "sgx-v3-a")
    assert.ok(first)
    const { header, report, signature, trailing } = readSgxQuote(evidenceOf(first).quote)
    assert.deepEqual([header.qeSvn, header.pceSvn, header.teeType, trailing], [10, 15, 0, ""])
    assert.deepEqual(report.attributeFlags, ["INIT", "MODE64BIT"])
    assert.deepEqual([report.isvProdId, report.isvSvn, report.miscSelect], [0, 0, "00000000"])
    assert.deepEqual([signature.qeReport.isvProdId, signature.qeReport.isvSvn], [1, 10])
  })
})

const NOW = Date.UTC(2026, 10, 24) / 1_000
let tee: TestDcap

before(async () => {
  tee = await testDcap()
})

async function facts(options: DcapOptions = {}): Promise<SgxFacts> {
  const evidence = await tee.evidence({ kind: "sgx3", ...options })
  return verifySgx(evidence, [readCertificate(tee.root.certificate)], NOW)
}

async function judged(options: DcapOptions, policy: SgxPolicy = strict): Promise<Standing> {
  return appraiseSgx(await facts(options), policy)
}

async function refused(code: AttestationError["code"], options: DcapOptions, policy?: SgxPolicy): Promise<void> {
  await assert.rejects(judged(options, policy), { name: "AttestationError", code }, code)
}

const attributes = (value: number): DcapOptions => ({ quote: { report: (bytes) => void (bytes[48] = value) } })

describe("what a policy makes of genuine enclaves", () => {
  test("one that is up to date is SECURE, and says what was asked for", async () => {
    const quote = { reportData: new Uint8Array(64).fill(1), measurement: new Uint8Array(32).fill(2) }
    for (const kind of ["sgx3", "sgx5"] as const) {
      assert.deepEqual(await judged({ kind }), { level: "SECURE", reasons: [], advisories: [] })
      const { report } = (await facts({ kind, quote })).quote
      assert.deepEqual([report.reportData, report.mrEnclave], ["01".repeat(64), "02".repeat(32)])
      assert.deepEqual([report.mrSigner, report.isvProdId], ["55".repeat(32), 1])
    }
  })

  test("an old processor or quoting enclave is STALE", async () => {
    const old = await judged({ pck: { pceSvn: 10 } })
    assert.deepEqual([old.level, old.advisories], ["STALE", ["INTEL-SA-00106", "INTEL-SA-00837"]])
    const enclave = await judged({ quote: { qeReport: (bytes) => void (bytes[258] = 4) } })
    assert.deepEqual([enclave.level, enclave.advisories], ["STALE", ["INTEL-SA-00615"]])
  })

  test("TCB_LEVEL_MISSING, TCB_REVOKED", async () => {
    await refused("TCB_LEVEL_MISSING", { pck: { pceSvn: 4 } })
    await refused("TCB_LEVEL_MISSING", { quote: { qeReport: (bytes) => void (bytes[258] = 2) } })
    const collateral: DcapOptions["collateral"] = ({ tcbInfo }) => {
      const [first] = tcbInfo["tcbLevels"] as object[]
      return { tcbInfo: { ...tcbInfo, tcbLevels: [{ ...first, tcbStatus: "Revoked" }] } }
    }
    await refused("TCB_REVOKED", { collateral })
  })

  test("DEBUG_ENABLED, or INSECURE where that is accepted", async () => {
    await refused("DEBUG_ENABLED", attributes(0x07))
    const standing = await judged(attributes(0x07), { debug: "insecure" })
    assert.equal(standing.level, "INSECURE")
    assert.match(standing.reasons.join(), /debug mode/)
    assert.equal((await facts(attributes(0xf5))).debug, false)
    assert.deepEqual((await facts(attributes(0x0d))).quote.report.attributeFlags, ["INIT", "MODE64BIT", "RESERVED_3"])
  })

  test("EVIDENCE_MALFORMED: a TD's quote", async () => {
    for (const kind of ["td4", "td5-1.0", "td5-1.5"] as const) {
      await refused("EVIDENCE_MALFORMED", { kind })
      const { quote } = await tee.evidence({ kind })
      assert.throws(() => readSgxQuote(quote), { code: "EVIDENCE_MALFORMED" })
    }
  })
})
