import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import {
  attestationVectors,
  NO_VECTORS,
  secondsOf,
  type AttestationCase,
} from "../../../../testing/src/attestationVectors.ts"
import { testDcap, type DcapOptions, type TestDcap } from "../../../../testing/tee/dcap.ts"
import type { QuoteKind } from "../../../../testing/tee/dcapQuote.ts"
import { AttestationError } from "../errors.ts"
import type { DcapEvidence } from "./dcap/dcap.ts"
import { readEventLog, requireEventLog } from "./tdx/eventLog.ts"
import { pinnedRoots } from "./pinnedRoots.ts"
import { appraiseTdx, readTdxQuote, verifyTdx, type TdxFacts, type TdxPolicy } from "./tdx.ts"
import type { Standing } from "./verdict.ts"
import { readCertificate } from "./x509/certificate.ts"

const strict: TdxPolicy = { debug: "refuse", serviceTds: [] }
const vectors = attestationVectors()
const skip = vectors === undefined ? NO_VECTORS : false

function evidenceOf({ quote = "", collateral = "" }: AttestationCase): DcapEvidence {
  assert.ok(vectors)
  return { quote: vectors.read(quote), collateral: vectors.read(collateral) }
}

function caseOf(name: string): AttestationCase {
  const found = vectors?.cases.find((each) => each.name === name)
  assert.ok(found)
  return found
}

describe("real quotes", () => {
  const cases = (vectors?.cases ?? []).filter(({ format }) => format === "tdx")
  const codes: Readonly<Record<string, AttestationError["code"]>> = {
    "v4-stale-collateral": "COLLATERAL_EXPIRED",
    "v4-early-collateral": "COLLATERAL_NOT_YET_VALID",
    "v4-wrong-collateral": "FMSPC_MISMATCH",
    "v5-unsupported-tcb": "TCB_LEVEL_MISSING",
    "v4-unsupported-tcb": "TCB_LEVEL_MISSING",
    "v4-debug": "DEBUG_ENABLED",
    "v5-service-td": "SERVICE_TD",
  }

  test("there are cases of each version", { skip }, () => {
    assert.ok(cases.length >= 10)
  })

  for (const each of cases) {
    test(`${each.name}: ${each.why ?? each.verdict}`, async () => {
      const evidence = evidenceOf(each)
      const { header, report } = readTdxQuote(evidence.quote)
      const { measurement, reportData, version } = each.expect
      assert.deepEqual([report.mrTd, report.reportData, header.version], [measurement, reportData, version])
      const judge = async (): Promise<Standing> =>
        appraiseTdx(await verifyTdx(evidence, pinnedRoots.dcap, secondsOf(each)), strict)
      const code = codes[each.name]
      assert.equal(each.verdict === "reject", code !== undefined)
      if (code !== undefined) return assert.rejects(judge, { name: "AttestationError", code })
      assert.equal((await judge()).level, each.verdict === "accept" ? "SECURE" : "STALE")
    })

    test(`${each.name}: what is found of its platform`, async (t) => {
      if (codes[each.name]?.startsWith("COLLATERAL") || codes[each.name] === "FMSPC_MISMATCH") {
        return t.diagnostic("its collateral says nothing of it")
      }
      const { fmspc, debug, tcb } = await verifyTdx(evidenceOf(each), pinnedRoots.dcap, secondsOf(each))
      const { advisories, ...statuses } = { advisories: "", ...(each.expect["tcbStatus"] as object | undefined) }
      const { platform, tdxModule, qe } = tcb
      assert.deepEqual([fmspc, debug, tcb.level], [each.expect["fmspc"], each.expect["debug"], each.expect["tcbLevel"]])
      assert.equal(tcb.advisories.join(","), advisories)
      assert.partialDeepStrictEqual({ platform, tdxModule, qe }, statuses)
      if (each.expect["tcbStatus"] !== undefined) assert.equal(tdxModule !== undefined, "tdxModule" in statuses)
    })
  }

  test("text behind a quote is shown", { skip }, () => {
    const { trailing } = readTdxQuote(evidenceOf(caseOf("v4-unsupported-tcb")).quote)
    const text = new TextDecoder().decode(Uint8Array.fromHex(trailing))
    assert.equal(text, "\nextra bytes(only for testing purpose)\n")
  })

  test("every field is where the manual has it", { skip }, () => {
    const { header, report, signature } = readTdxQuote(evidenceOf(caseOf("v5-a")).quote)
    assert.deepEqual([header.attestationKeyType, header.teeType, header.qeVendorId.slice(0, 8)], [2, 0x81, "939a7233"])
    assert.deepEqual([report.teeTcbSvn.slice(0, 6), report.teeTcbSvn2?.slice(0, 6)], ["0b0104", "0d0104"])
    assert.deepEqual([report.tdAttributeFlags, report.xfam], [["SEPT_VE_DISABLE"], "e702060000000000"])
    assert.deepEqual([report.mrSignerSeam, report.seamAttributes], ["00".repeat(48), "00".repeat(8)])
    assert.equal(report.mrServiceTd, "00".repeat(48))
    assert.deepEqual([signature.qeReport.isvProdId, signature.qeReport.isvSvn], [2, 7])
    assert.ok(signature.qeReport.attributeFlags.includes("PROVISIONKEY"))
    assert.equal(signature.qeAuthenticationData, Uint8Array.from({ length: 32 }, (_, i) => i).toHex())
  })

  test("no bit of a quote changes what it proves", { skip }, async (t) => {
    const each = caseOf("v5-a")
    const evidence = evidenceOf(each)
    const good = await verifyTdx(evidence, pinnedRoots.dcap, secondsOf(each))
    let accepted = 0
    for (let at = 0; at < evidence.quote.length; at++) {
      const quote = evidence.quote.slice()
      quote[at] = (quote[at] ?? 0) ^ (1 << (at % 8))
      try {
        assert.deepEqual(await verifyTdx({ ...evidence, quote }, pinnedRoots.dcap, secondsOf(each)), good)
        // White space of PEM, and bits that base64 leaves unused.
        assert.ok(at > 48 + 6 + 648 + 4 + 128 + 6 + 384 + 64 + 34 + 6, `byte ${at}`)
        accepted++
      } catch (error) {
        assert.ok(error instanceof AttestationError, String(error))
      }
    }
    t.diagnostic(`${evidence.quote.length} bytes, of which ${accepted} say the same with a bit changed`)
  })
})

describe("a real event log", () => {
  test("comes to the four registers of its quote, and to no others", { skip }, async () => {
    const each = caseOf("v4-cloud")
    const log = vectors?.read(each.eventLog ?? "") ?? new Uint8Array(0)
    const { report } = readTdxQuote(evidenceOf(each).quote)
    const events = await requireEventLog(log, report)
    assert.equal(events.length, 43)
    assert.deepEqual(events.at(-1)?.type, "EV_EFI_ACTION")
    assert.equal(events.at(-1)?.text, "Exit Boot Services Returned with Success")
    assert.ok(events.some(({ register, text }) => register === "RTMR2" && text.startsWith("kernel_cmdline: ")))
    assert.ok(events.some(({ register, text }) => register === "RTMR0" && text.includes("SecureBoot")))
    for (const name of ["rtMr0", "rtMr1", "rtMr2", "rtMr3"] as const) {
      const other = { ...report, [name]: "01".repeat(48) }
      await assert.rejects(requireEventLog(log, other), { code: "EVENT_LOG_MISMATCH", message: new RegExp(name, "i") })
    }
    assert.deepEqual(readEventLog(log.slice(0, 18_101)), events)
  })
})

const NOW = Date.UTC(2026, 10, 24) / 1_000
let tee: TestDcap

before(async () => {
  tee = await testDcap()
})

async function facts(options: DcapOptions = {}): Promise<TdxFacts> {
  return verifyTdx(await tee.evidence(options), [readCertificate(tee.root.certificate)], NOW)
}

const report = (place: number, value: number | readonly number[], kind: QuoteKind = "td4"): DcapOptions => ({
  kind,
  quote: { report: (bytes) => bytes.set([value].flat(), place) },
})

async function judged(options: DcapOptions, policy: Partial<TdxPolicy> = {}): Promise<Standing> {
  return appraiseTdx(await facts(options), { ...strict, ...policy })
}

async function refused(
  code: AttestationError["code"],
  options: DcapOptions,
  policy?: Partial<TdxPolicy>,
): Promise<void> {
  await assert.rejects(judged(options, policy), { name: "AttestationError", code }, code)
}

const tcbInfo = (change: object): DcapOptions => ({
  collateral: (usual) => ({ tcbInfo: { ...usual.tcbInfo, ...change } }),
})
const qeLevels = (isvsvn: number, tcbStatus: string): DcapOptions => ({
  collateral: ({ qeIdentity }) => ({
    qeIdentity: { ...qeIdentity, tcbLevels: [{ tcb: { isvsvn }, tcbDate: "2024-03-13T00:00:00Z", tcbStatus }] },
  }),
})
const withStatus = (tcbStatus: string): DcapOptions => ({
  collateral: ({ tcbInfo }) => {
    const [first] = tcbInfo["tcbLevels"] as object[]
    return { tcbInfo: { ...tcbInfo, tcbLevels: [{ ...first, tcbStatus, advisoryIDs: ["INTEL-SA-00289"] }] } }
  },
})

const TDX_ATTRIBUTES = 120
const MR_SERVICE_TD = 600

describe("what a policy makes of genuine TDs", () => {
  test("one that is up to date is SECURE, whichever version its quote is of", async () => {
    for (const kind of ["td4", "td5-1.0", "td5-1.5"] as const) {
      assert.deepEqual(await judged({ kind }), { level: "SECURE", reasons: [], advisories: [] })
    }
  })

  test("report data and measurement are those that were asked for", async () => {
    const quote = { reportData: new Uint8Array(64).fill(1), measurement: new Uint8Array(48).fill(2) }
    const { report } = (await facts({ quote })).quote
    assert.deepEqual([report.reportData, report.mrTd], ["01".repeat(64), "02".repeat(48)])
  })

  test("each status short of UpToDate is STALE, with reasons and advisories", async () => {
    for (const [status, reasons] of [
      ["SWHardeningNeeded", [/hardened software/]],
      ["ConfigurationNeeded", [/configuration/]],
      ["ConfigurationAndSWHardeningNeeded", [/configuration/, /hardened software/]],
      ["OutOfDate", [/out of date/]],
      ["OutOfDateConfigurationNeeded", [/out of date/, /configuration/]],
    ] as const) {
      const standing = await judged(withStatus(status))
      assert.deepEqual([standing.level, standing.advisories], ["STALE", ["INTEL-SA-00289"]])
      assert.equal(standing.reasons.length, reasons.length)
      for (const [i, reason] of reasons.entries()) assert.match(standing.reasons[i] ?? "", reason)
    }
    assert.equal((await judged({ pck: { pceSvn: 10 } })).level, "STALE")
    assert.equal((await judged(report(0, 3))).level, "STALE")
    assert.equal((await judged({ quote: { qeReport: (bytes) => void (bytes[258] = 4) } })).level, "STALE")
  })

  test("EVIDENCE_MALFORMED: what is not zero behind the quote, which nobody has signed", async () => {
    assert.equal((await judged({ quote: { trailing: new Uint8Array(3_000) } })).level, "SECURE")
    await refused("EVIDENCE_MALFORMED", { quote: { trailing: new TextEncoder().encode("\n") } })
    await refused("EVIDENCE_MALFORMED", { quote: { trailing: new Uint8Array(100).with(99, 1) } })
  })

  test("TCB_REVOKED: the platform, the module, or the quoting enclave", async () => {
    await refused("TCB_REVOKED", withStatus("Revoked"))
    await refused("TCB_REVOKED", qeLevels(1, "Revoked"))
    const identity = { mrsigner: "00".repeat(48), attributes: "00".repeat(8), attributesMask: "ff".repeat(8) }
    const tcbLevels = [{ tcb: { isvsvn: 1 }, tcbDate: "2024-03-13T00:00:00Z", tcbStatus: "Revoked" }]
    await refused("TCB_REVOKED", tcbInfo({ tdxModuleIdentities: [{ id: "TDX_01", ...identity, tcbLevels }] }))
  })

  test("TCB_LEVEL_MISSING: the processor, the PCE, what TDX rests on, the module, or the quoting enclave", async () => {
    await refused("TCB_LEVEL_MISSING", { pck: { sgxComponents: [1, 2, 2, 2, 3, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0] } })
    await refused("TCB_LEVEL_MISSING", { pck: { pceSvn: 4 } })
    await refused("TCB_LEVEL_MISSING", report(2, 1))
    await refused("TCB_LEVEL_MISSING", report(0, 1))
    await refused("TCB_LEVEL_MISSING", { quote: { qeReport: (bytes) => void (bytes[258] = 2) } })
  })

  test("what runs now is shown, and does not make up for what the TD was started on", async () => {
    const newer = report(584, [9, 1, 9], "td5-1.5")
    assert.equal((await facts(newer)).quote.report.teeTcbSvn2?.slice(0, 6), "090109")
    // The module's own version, and another component.
    assert.equal((await judged(report(0, [3, 1, 2], "td5-1.5"))).level, "STALE")
    await refused("TCB_LEVEL_MISSING", report(0, [4, 1, 1], "td5-1.5"))
  })

  test("TDX_MODULE_MISMATCH: another signer, attributes, or a version that Intel does not know", async () => {
    for (const [place, value] of [
      [64, 1],
      [111, 1],
      [112, 1],
      [1, 2],
    ] as const) {
      await refused("TDX_MODULE_MISMATCH", report(place, value))
    }
    await refused("TDX_MODULE_MISMATCH", tcbInfo({ tdxModuleIdentities: undefined }))
  })

  test("DEBUG_ENABLED: any bit that puts the TD under debug, or INSECURE where that is accepted", async () => {
    for (let bit = 0; bit < 8; bit++) {
      await refused("DEBUG_ENABLED", report(TDX_ATTRIBUTES, 1 << bit))
      const standing = await judged(report(TDX_ATTRIBUTES, 1 << bit), { debug: "insecure" })
      assert.equal(standing.level, "INSECURE")
      assert.match(standing.reasons.join(), /debug mode/)
    }
    await refused("TCB_LEVEL_MISSING", { ...report(TDX_ATTRIBUTES, 1), pck: { pceSvn: 4 } }, { debug: "insecure" })
  })

  test("EVIDENCE_MALFORMED: attributes that are reserved; and those that are not are shown", async () => {
    for (const [place, value] of [
      [1, 1],
      [2, 2],
      [3, 0x04],
      [4, 1],
      [7, 0x20],
    ] as const) {
      await refused("EVIDENCE_MALFORMED", report(TDX_ATTRIBUTES + place, value))
    }
    const flags = report(TDX_ATTRIBUTES, [0, 0, 1, 0xd8, 0, 0, 0, 0xc0])
    const named = ["ICSSD", "LASS", "SEPT_VE_DISABLE", "PKS", "KL", "TPA", "PERFMON"]
    assert.deepEqual((await facts(flags)).quote.report.tdAttributeFlags, named)
    assert.equal((await judged(flags)).level, "SECURE")
  })

  test("a TD that lets its host take pages away is STALE", async () => {
    const standing = await judged(report(TDX_ATTRIBUTES + 3, 0))
    assert.equal(standing.level, "STALE")
    assert.match(standing.reasons.join(), /SEPT_VE_DISABLE/)
  })

  test("SERVICE_TD: one that is not named, at its first and its last byte", async () => {
    for (const place of [MR_SERVICE_TD, MR_SERVICE_TD + 47]) {
      const bound = report(place, 1, "td5-1.5")
      await refused("SERVICE_TD", bound)
      await refused("SERVICE_TD", bound, { serviceTds: ["00".repeat(48), "01".repeat(48)] })
      const { mrServiceTd = "" } = (await facts(bound)).quote.report
      assert.equal((await judged(bound, { serviceTds: [mrServiceTd] })).level, "SECURE")
      assert.equal((await judged(bound, { serviceTds: "any" })).level, "SECURE")
    }
  })

  test("SERVICE_TD: a TD that can migrate, in a report that would not say by which", async () => {
    const migratable = [0, 0, 0, 0x30]
    for (const kind of ["td4", "td5-1.0"] as const) {
      await refused("SERVICE_TD", report(TDX_ATTRIBUTES, migratable, kind))
      assert.equal((await judged(report(TDX_ATTRIBUTES, migratable, kind), { serviceTds: "any" })).level, "SECURE")
    }
    assert.equal((await judged(report(TDX_ATTRIBUTES, migratable, "td5-1.5"))).level, "SECURE")
  })

  test("EVIDENCE_MALFORMED: an SGX enclave's quote", async () => {
    const { quote, collateral } = await tee.evidence({ kind: "sgx3" })
    const roots = [readCertificate(tee.root.certificate)] as const
    await assert.rejects(verifyTdx({ quote, collateral }, roots, NOW), { code: "EVIDENCE_MALFORMED" })
    assert.throws(() => readTdxQuote(quote), { code: "EVIDENCE_MALFORMED" })
  })
})
