import fc from "fast-check"
import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import {
  attestationVectors,
  NO_VECTORS,
  secondsOf,
  type AttestationCase,
} from "../../../../testing/src/attestationVectors.ts"
import { fuzz } from "../../../../testing/src/fuzz.ts"
import { createRoot, pemOf } from "../../../../testing/tee/authority.ts"
import { integer, octetString } from "../../../../testing/tee/der.ts"
import {
  TEST_TCB,
  testChipId,
  testSevSnp,
  type KeyOptions,
  type Product,
  type ReportOptions,
  type Signer,
  type TestSevSnp,
} from "../../../../testing/tee/sevSnp.ts"
import { AttestationError } from "../errors.ts"
import type { Bytes } from "../webCrypto.ts"
import { pinnedRoots } from "./pinnedRoots.ts"
import type { SevSnpRoot } from "./roots.ts"
import { appraiseSevSnp, verifySevSnp, type SevSnpEvidence, type SevSnpFacts, type SevSnpPolicy } from "./sevSnp.ts"
import { readSevSnpReport } from "./sevSnp/report.ts"
import { readCertificate } from "./x509/certificate.ts"
import type { NonEmpty } from "./x509/chain.ts"

const strict: SevSnpPolicy = { debug: "refuse", migrationAgent: "refuse", vmplMax: 0, minimumTcb: "any" }
const utf8 = new TextEncoder()

function flipped(bytes: Bytes, at: number): Bytes {
  return bytes.map((byte, index) => (index === at ? byte ^ (1 << (at % 8)) : byte))
}

describe("real reports", () => {
  const vectors = attestationVectors()
  const skip = vectors === undefined ? NO_VECTORS : false
  const cases = (vectors?.cases ?? []).filter(({ format }) => format === "sev-snp")

  const codes: Readonly<Record<string, AttestationError["code"]>> = {
    "milan-vlek-expired": "CERTIFICATE_EXPIRED",
    "milan-before-issue": "CERTIFICATE_NOT_YET_VALID",
    "milan-debug": "DEBUG_ENABLED",
    "milan-other-chip": "CHIP_MISMATCH",
    "milan-forged-vcek-a": "CERTIFICATE_SIGNATURE_INVALID",
    "milan-forged-vcek-b": "CERTIFICATE_SIGNATURE_INVALID",
  }

  function evidenceOf({ report = "", endorsementKey = "" }: AttestationCase): SevSnpEvidence {
    assert.ok(vectors)
    return { report: vectors.read(report), key: vectors.read(endorsementKey), crl: undefined }
  }

  function found({ report, signer, product }: SevSnpFacts): Record<string, unknown> {
    const { measurement, reportData, hostData, policy, vmpl, version } = report
    return {
      measurement,
      reportData,
      hostData,
      policy: `0x${policy.value.toString(16)}`,
      vmpl,
      version,
      signer,
      product,
    }
  }

  test("there are cases of each product and signer", { skip }, () => {
    assert.ok(cases.length >= 13)
  })

  for (const each of cases) {
    test(`${each.name}: ${each.why ?? each.verdict}`, async () => {
      const evidence = evidenceOf(each)
      const { signer: _, product: _p, ...inReport } = each.expect
      assert.partialDeepStrictEqual(found({ report: readSevSnpReport(evidence.report) } as SevSnpFacts), inReport)
      const verdict = async (): Promise<SevSnpFacts> => {
        const facts = await verifySevSnp(evidence, pinnedRoots.sevSnp, secondsOf(each))
        const policy = { ...strict, vmplMax: each.name === "milan-vlek" ? 1 : 0 }
        assert.deepEqual(appraiseSevSnp(facts, policy), { level: "SECURE", reasons: [], advisories: [] })
        return facts
      }
      const code = codes[each.name]
      assert.equal(each.verdict, code === undefined ? "accept" : "reject")
      if (code !== undefined) return assert.rejects(verdict, { name: "AttestationError", code })
      assert.partialDeepStrictEqual(found(await verdict()), each.expect)
    })
  }

  test("a report from VMPL 1 is refused by who accepts VMPL 0 alone", { skip }, async () => {
    const vlek = cases.find(({ name }) => name === "milan-vlek")
    assert.ok(vlek)
    const facts = await verifySevSnp(evidenceOf(vlek), pinnedRoots.sevSnp, secondsOf(vlek))
    assert.throws(() => appraiseSevSnp(facts, strict), { code: "VMPL_NOT_ACCEPTED" })
    assert.equal(facts.key.cspId, "CN=cc-us-east-2.amazonaws.com")
    assert.equal(appraiseSevSnp(facts, { ...strict, vmplMax: "any" }).level, "SECURE")
  })

  test("versions of what the processor trusts are read in the order of its line", { skip }, async () => {
    const tcbs = await Promise.all(
      ["milan-v3", "genoa-v5", "turin-v5"].map(async (wanted) => {
        const each = cases.find(({ name }) => name === wanted)
        assert.ok(each)
        return (await verifySevSnp(evidenceOf(each), pinnedRoots.sevSnp, secondsOf(each))).report.reportedTcb
      }),
    )
    const none = { tee: 0, spl5: 0, spl6: 0, spl7: 0 }
    assert.deepEqual(tcbs, [
      { ...none, bootloader: 4, spl4: 0, snp: 23, microcode: 213 },
      { ...none, bootloader: 10, spl4: 0, snp: 25, microcode: 84 },
      { ...none, fmc: 0, bootloader: 1, snp: 2, microcode: 71 },
    ])
  })

  test("no byte of what is signed, or of the signature, can be changed by a bit", { skip }, async () => {
    const each = cases.find(({ name }) => name === "turin-v5")
    assert.ok(each)
    const evidence = evidenceOf(each)
    for (let at = 0; at < evidence.report.length; at++) {
      const changed = { ...evidence, report: flipped(evidence.report, at) }
      const verdict = verifySevSnp(changed, pinnedRoots.sevSnp, secondsOf(each))
      await assert.rejects(verdict, { name: "AttestationError" }, `byte ${at}`)
    }
  })
})

const tees = {} as Record<Product, TestSevSnp>
let roots: NonEmpty<SevSnpRoot>
const NOW = Date.UTC(2026, 10, 24) / 1_000

before(async () => {
  const made: SevSnpRoot[] = []
  for (const product of ["milan", "genoa", "turin"] as const) {
    tees[product] = await testSevSnp(product)
    made.push(rootOf(tees[product]))
  }
  roots = made as unknown as NonEmpty<SevSnpRoot>
})

function rootOf({ product, ark, ask, asvk }: TestSevSnp): SevSnpRoot {
  const [arkRead, askRead, asvkRead] = [ark, ask, asvk].map(({ certificate }) => readCertificate(certificate))
  assert.ok(arkRead && askRead && asvkRead)
  return { product, ark: arkRead, ask: askRead, asvk: asvkRead }
}

interface Asked {
  readonly product?: Product
  readonly signer?: Signer
  readonly report?: ReportOptions
  readonly key?: KeyOptions
  /** What is changed after all of it was signed. */
  readonly change?: (evidence: SevSnpEvidence) => Partial<SevSnpEvidence>
  readonly at?: number
}

async function facts(asked: Asked = {}): Promise<SevSnpFacts> {
  const evidence: SevSnpEvidence = await tees[asked.product ?? "milan"].evidence(asked.signer, asked.report, asked.key)
  return verifySevSnp({ ...evidence, ...asked.change?.(evidence) }, roots, asked.at ?? NOW)
}

async function refused(code: AttestationError["code"], asked: Asked): Promise<void> {
  await assert.rejects(facts(asked), { name: "AttestationError", code }, code)
}

describe("reports of the test TEE are as good as real ones", () => {
  for (const product of ["milan", "genoa", "turin"] as const) {
    for (const signer of ["VCEK", "VLEK"] as const) {
      test(`${product}, ${signer}, versions 2 to 5`, async () => {
        for (const version of [2, 3, 4, 5]) {
          const chipId = signer === "VLEK" && product !== "turin" ? new Uint8Array(64) : testChipId(product)
          const asked = { product, signer, report: { version, chipId, reportData: new Uint8Array(64).fill(7) } }
          const found = await facts(asked)
          assert.deepEqual([found.product, found.signer, found.report.version], [product, signer, version])
          assert.equal(found.report.reportData, "07".repeat(64))
          assert.equal(found.report.product, version === 2 ? undefined : product)
          assert.equal(found.report.currentMitVector, version === 5 ? 1n : undefined)
          assert.equal(found.issuedAt, Date.UTC(2020, 0, 1) / 1_000)
          assert.equal(appraiseSevSnp(found, strict).level, "SECURE")
        }
      })
    }
  }

  test("without a revocation list, nothing dates them; the chip id may be in an OCTET STRING", async () => {
    assert.equal((await facts({ change: () => ({ crl: undefined }) })).issuedAt, undefined)
    assert.ok(await facts({ key: { hwId: octetString(testChipId("milan")) } }))
    for (const productName of ["Bergamo-A0", "Siena"]) {
      assert.ok(await facts({ product: "genoa", key: { productName }, report: { cpuid: [0x19, 0xa0, 2] } }))
    }
  })
})

describe("each code has evidence that differs from a good one in one respect", () => {
  const report = (edit: (bytes: Bytes) => void, more: ReportOptions = {}): Asked => ({ report: { ...more, edit } })
  const byte = (at: number, value: number, more: ReportOptions = {}): Asked =>
    report((bytes) => (bytes[at] = value), more)

  test("EVIDENCE_MALFORMED: lengths, versions, and reserved fields under a good signature", async () => {
    for (const length of [0, 1, 671, 1_183, 1_185]) {
      const cut = (evidence: SevSnpEvidence): Partial<SevSnpEvidence> => {
        const bytes = new Uint8Array(length)
        bytes.set(evidence.report.subarray(0, length))
        return { report: bytes }
      }
      await refused("EVIDENCE_MALFORMED", { change: cut })
    }
    for (const version of [0, 1, 6, 0x102]) await refused("EVIDENCE_MALFORMED", { report: { version } })
    // Reserved, or of a later version; signature algorithm, VMPL, policy, and key selector.
    for (const at of [0x4c, 0x4f, 0x18b, 0x19f, 0x1eb, 0x1ef, 0x208, 0x29f])
      await refused("EVIDENCE_MALFORMED", byte(at, 1))
    for (const at of [0x188, 0x18a]) await refused("EVIDENCE_MALFORMED", byte(at, 1, { version: 2 }))
    for (const at of [0x1f8, 0x207]) await refused("EVIDENCE_MALFORMED", byte(at, 1, { version: 4 }))
    await refused("EVIDENCE_MALFORMED", byte(0x34, 2))
    await refused("EVIDENCE_MALFORMED", { report: { vmpl: 4 } })
    for (const policy of [0x10000n, 0x30000n | (1n << 26n), 0x30000n | (1n << 63n)]) {
      await refused("EVIDENCE_MALFORMED", { report: { policy } })
    }
    for (const keyInfo of [2 << 2, 6 << 2, 1 << 5, 1 << 31])
      await refused("EVIDENCE_MALFORMED", { report: { keyInfo } })
    for (const at of [0x2a0 + 48, 0x2e8 - 1, 0x2e8 + 48, 0x330, 0x49f]) {
      await refused("EVIDENCE_MALFORMED", { change: (evidence) => ({ report: flipped(evidence.report, at) }) })
    }
  })

  test("ENDORSEMENT_MISSING", async () => {
    await refused("ENDORSEMENT_MISSING", { change: () => ({ key: undefined }) })
  })

  test("SIGNATURE_INVALID: what was signed, the signature, or the key", async () => {
    for (const at of [0x50, 0x90, 0xbf, 0x2a0, 0x2cf, 0x2e8, 0x317]) {
      await refused("SIGNATURE_INVALID", { change: (evidence) => ({ report: flipped(evidence.report, at) }) })
    }
    const other = await tees.milan.key("VCEK")
    await refused("SIGNATURE_INVALID", { change: () => ({ key: other.certificate }) })
    await refused("SIGNATURE_INVALID", { key: { keyKind: "P-256" } })
    const noSignature = ({ report }: SevSnpEvidence): Partial<SevSnpEvidence> => ({
      report: new Uint8Array(report).fill(0, 0x2a0),
    })
    await refused("SIGNATURE_INVALID", { change: noSignature })
  })

  test("CERTIFICATE_MALFORMED: leftovers, and AMD's extensions", async () => {
    const key = (make: (bytes: Bytes) => Bytes): Asked => ({
      change: ({ key = new Uint8Array() }) => ({ key: make(key) }),
    })
    const { certificate } = tees.milan.ask
    for (const make of [
      (der: Bytes) => new Uint8Array([...der, ...certificate]),
      (der: Bytes) => new Uint8Array([...der, 0]),
      (der: Bytes) => der.subarray(0, -1),
      () => new Uint8Array(0),
    ]) {
      await refused("CERTIFICATE_MALFORMED", key(make))
    }
    for (let left = 0; left < 10; left++) {
      const without = {
        extensions: (all: readonly { oid: string; value: Uint8Array }[]) => all.filter((_, at) => at !== left),
      }
      await refused("CERTIFICATE_MALFORMED", { key: without })
    }
    const replaced = (value: Uint8Array): Asked => ({
      key: { extensions: (all) => all.map((each, at) => (at === 2 ? { ...each, value } : each)) },
    })
    assert.ok(await facts(replaced(integer(4))))
    await refused("CERTIFICATE_MALFORMED", replaced(new Uint8Array([...integer(4), 0])))
    await refused("CERTIFICATE_MALFORMED", replaced(integer(256 + 4)))
    await refused("CERTIFICATE_MALFORMED", replaced(octetString(Uint8Array.of(4))))
    await refused("CERTIFICATE_MALFORMED", replaced(new Uint8Array(0)))
    for (const length of [0, 8, 63, 65]) {
      await refused("CERTIFICATE_MALFORMED", { key: { hwId: new Uint8Array(length) } })
      await refused("CERTIFICATE_MALFORMED", { key: { hwId: octetString(new Uint8Array(length)) } })
    }
  })

  test("CHAIN_UNTRUSTED and CERTIFICATE_SIGNATURE_INVALID: who certifies", async () => {
    const stranger = await testSevSnp("milan")
    const theirs = await stranger.key("VCEK")
    // Of the same name, and of another name altogether.
    await refused("CERTIFICATE_SIGNATURE_INVALID", { change: () => ({ key: theirs.certificate }) })
    const byRoot = await tees.milan.ark.issue({ name: "VCEK", keyKind: "P-384" })
    await refused("CHAIN_UNTRUSTED", { change: () => ({ key: byRoot.certificate }) })
    await refused("CHAIN_UNTRUSTED", { change: () => ({ key: tees.milan.ask.certificate }) })
    await refused("CERTIFICATE_SIGNATURE_INVALID", {
      change: ({ key = new Uint8Array() }) => ({ key: flipped(key, key.length - 1) }),
    })
    const evidence = await tees.milan.evidence()
    await assert.rejects(verifySevSnp(evidence, pinnedRoots.sevSnp, NOW), { code: "CHAIN_UNTRUSTED" })
  })

  test("CHAIN_UNTRUSTED: certificates beside the key's that are not those above it, in their order", async () => {
    const [ask, ark, asvk] = [tees.milan.ask, tees.milan.ark, tees.milan.asvk].map(({ certificate }) => certificate)
    const { certificate: other } = await tees.milan.key("VCEK")
    assert.ok(ask && ark && asvk)
    const followed = (signer: Signer, ...by: readonly Bytes[]): Asked => ({
      signer,
      change: ({ key = new Uint8Array() }) => ({ key: utf8.encode(pemOf([key, ...by])) }),
    })
    const goods = [[ask], [ask, ark]].map((by) => followed("VCEK", ...by))
    for (const good of [followed("VCEK"), ...goods, followed("VLEK", asvk, ark)]) assert.ok(await facts(good))
    for (const by of [[other], [asvk, ark], [ark, ask], [tees.genoa.ask.certificate], [ask, ark, ark], [ask, other]]) {
      await refused("CHAIN_UNTRUSTED", followed("VCEK", ...by))
    }
  })

  test("CERTIFICATE_EXPIRED and CERTIFICATE_NOT_YET_VALID: the key, who certifies it, and the root", async () => {
    await refused("CERTIFICATE_EXPIRED", { key: { notAfter: NOW - 1 } })
    await refused("CERTIFICATE_NOT_YET_VALID", { key: { notBefore: NOW + 1 } })
    assert.ok(await facts({ key: { notBefore: NOW, notAfter: NOW } }))
    const evidence = await tees.milan.evidence()
    for (const [code, dates] of [
      ["CERTIFICATE_EXPIRED", { notAfter: NOW - 1 }],
      ["CERTIFICATE_NOT_YET_VALID", { notBefore: NOW + 1 }],
    ] as const) {
      const dated = { keyKind: "RSA", isAuthority: true, ...dates } as const
      const ask = await tees.milan.ark.issue({ ...dated, name: "Test SEV-milan" })
      const ark = await createRoot({ ...dated, name: "Test ARK-milan" })
      for (const changed of [{ ask }, { ark }]) {
        await assert.rejects(verifySevSnp(evidence, [rootOf({ ...tees.milan, ...changed })], NOW), { code })
      }
    }
  })

  test("PRODUCT_MISMATCH: the report's processor, the certificate's name, and who certifies", async () => {
    await refused("PRODUCT_MISMATCH", { report: { cpuid: [0x19, 0x11, 1] } })
    await refused("PRODUCT_MISMATCH", { product: "genoa", report: { cpuid: [0x19, 0x01, 1] } })
    await refused("PRODUCT_MISMATCH", { product: "genoa", report: { cpuid: [0x19, 0x20, 1] } })
    await refused("PRODUCT_MISMATCH", { product: "turin", report: { cpuid: [0x1a, 0x50, 0] } })
    await refused("PRODUCT_MISMATCH", { product: "turin", report: { cpuid: [0x1b, 0x02, 0] } })
    await refused("PRODUCT_MISMATCH", { report: { cpuid: [0x17, 0x01, 1] } })
    await refused("PRODUCT_MISMATCH", { key: { productName: "Genoa" } })
    await refused("PRODUCT_MISMATCH", { key: { productName: "Milano" } })
    await refused("PRODUCT_MISMATCH", { report: { version: 2, chipId: testChipId("turin") } })
    const genoa = await tees.genoa.key("VCEK")
    await refused("PRODUCT_MISMATCH", { change: () => ({ key: genoa.certificate, crl: undefined }) })
  })

  test("SIGNING_KEY_MISMATCH: VCEK and VLEK swapped, or none", async () => {
    await refused("SIGNING_KEY_MISMATCH", { report: { keyInfo: 1 << 2 } })
    await refused("SIGNING_KEY_MISMATCH", { signer: "VLEK", report: { keyInfo: 0 } })
    await refused("SIGNING_KEY_MISMATCH", { report: { keyInfo: 7 << 2 } })
    const vlek = await tees.milan.key("VLEK")
    await refused("SIGNING_KEY_MISMATCH", { change: () => ({ key: vlek.certificate }) })
    await refused("SIGNING_KEY_MISMATCH", { key: { hwId: "none" } })
    await refused("SIGNING_KEY_MISMATCH", { key: { cspId: "CN=cloud.example" } })
    await refused("SIGNING_KEY_MISMATCH", { signer: "VLEK", key: { hwId: testChipId("milan") } })
  })

  test("CHIP_MISMATCH: another chip, at its first and its last byte, or a masked one", async () => {
    for (const at of [0, 63]) await refused("CHIP_MISMATCH", { report: { chipId: flipped(testChipId("milan"), at) } })
    for (const at of [0, 7, 8, 63]) {
      const asked = { product: "turin", report: { chipId: flipped(testChipId("turin"), at) } } as const
      await refused("CHIP_MISMATCH", asked)
    }
    await refused("CHIP_MISMATCH", { report: { chipId: new Uint8Array(64) } })
    await refused("CHIP_MISMATCH", { report: { chipId: new Uint8Array(64) }, key: { hwId: new Uint8Array(64) } })
    await refused("CHIP_MISMATCH", { report: { keyInfo: 0x02 } })
  })

  test("TCB_MISMATCH: each component, one up and one down", async () => {
    const components = ["bootloader", "tee", "spl4", "spl5", "spl6", "spl7", "snp", "microcode", "fmc"]
    for (const [product, absent] of [
      ["milan", "fmc"],
      ["genoa", "fmc"],
      ["turin", "spl4"],
    ] as const) {
      for (const component of components.filter((each) => each !== absent)) {
        for (const step of [-1, 1]) {
          const tcb = { ...TEST_TCB, [component]: Math.abs((TEST_TCB[component] ?? 0) + step) }
          await refused("TCB_MISMATCH", { product, key: { tcb } })
          await refused("TCB_MISMATCH", { product, signer: "VLEK", key: { tcb } })
        }
      }
    }
  })

  test("TCB_MISMATCH: more is reported or committed than runs", async () => {
    const less = { ...TEST_TCB, snp: 23 }
    await refused("TCB_MISMATCH", { report: { currentTcb: less, committedTcb: less } })
    await refused("TCB_MISMATCH", { report: { committedTcb: { ...TEST_TCB, snp: 25 } } })
    assert.ok(await facts({ report: { currentTcb: { ...TEST_TCB, snp: 25 }, launchTcb: { ...TEST_TCB, snp: 26 } } }))
  })

  test("revocation lists: CERTIFICATE_REVOKED and each way a list can be wrong", async () => {
    const { ark, ask, asvk } = tees.milan
    const listed = (crl: Bytes, signer: Signer = "VCEK"): Asked => ({ signer, change: () => ({ crl }) })
    await refused("CERTIFICATE_REVOKED", listed(await ark.revoke([ask.serial])))
    await refused("CERTIFICATE_REVOKED", listed(await ark.revoke([1n, asvk.serial]), "VLEK"))
    assert.ok(await facts(listed(await ark.revoke([asvk.serial, 0n]))))
    const good = await ark.revoke([])
    await refused("CRL_MALFORMED", listed(new Uint8Array([...good, 0])))
    await refused("CRL_MALFORMED", listed(new Uint8Array(0)))
    await refused("CRL_SIGNATURE_INVALID", listed(flipped(good, good.length - 1)))
    await refused("CRL_SIGNATURE_INVALID", listed(await (await testSevSnp("milan")).ark.revoke([])))
    await refused("CRL_ISSUER_MISMATCH", listed(await ask.revoke([])))
    await refused("CRL_ISSUER_MISMATCH", listed(await tees.genoa.ark.revoke([])))
    await refused("CRL_EXPIRED", listed(await ark.revoke([], { nextUpdate: NOW - 1 })))
    await refused("CRL_NOT_YET_VALID", listed(await ark.revoke([], { thisUpdate: NOW + 1 })))
  })
})

describe("what a policy makes of genuine reports", () => {
  const judged = async (report: ReportOptions, policy: Partial<SevSnpPolicy>) => {
    const found = await facts({ report })
    return appraiseSevSnp(found, { ...strict, ...policy })
  }

  test("DEBUG_ENABLED, or INSECURE where that is asked for", async () => {
    const report = { policy: 0x30000n | (1n << 19n) }
    await assert.rejects(judged(report, {}), { name: "AttestationError", code: "DEBUG_ENABLED" })
    const { level, reasons } = await judged(report, { debug: "insecure" })
    assert.equal(level, "INSECURE")
    assert.match(reasons.join(), /read everything/)
  })

  test("MIGRATION_AGENT", async () => {
    const report = { policy: 0x30000n | (1n << 18n) }
    await assert.rejects(judged(report, {}), { name: "AttestationError", code: "MIGRATION_AGENT" })
    assert.equal((await judged(report, { migrationAgent: "any" })).level, "SECURE")
  })

  test("VMPL_NOT_ACCEPTED", async () => {
    for (const vmpl of [1, 2, 3]) {
      await assert.rejects(judged({ vmpl }, { vmplMax: vmpl - 1 }), {
        name: "AttestationError",
        code: "VMPL_NOT_ACCEPTED",
      })
      assert.equal((await judged({ vmpl }, { vmplMax: vmpl })).level, "SECURE")
    }
  })

  test("below the least TCB version it is STALE, and says where", async () => {
    const least = (tcb: Record<string, number>, product: Product = "milan") => ({ minimumTcb: [{ product, tcb }] })
    assert.equal((await judged({}, least(TEST_TCB))).level, "STALE")
    const { fmc: _, ...milan } = TEST_TCB
    assert.equal((await judged({}, least(milan))).level, "SECURE")
    const stale = await judged({}, least({ snp: 25, microcode: 219 }))
    assert.deepEqual(stale.reasons, ["the reported TCB's snp is 24, below 25", "the launch TCB's snp is 24, below 25"])
    const launched = await judged({ launchTcb: { ...TEST_TCB, microcode: 218 } }, least({ microcode: 219 }))
    assert.deepEqual([launched.level, launched.reasons], ["STALE", ["the launch TCB's microcode is 218, below 219"]])
    assert.equal((await judged({}, least({}, "genoa"))).level, "STALE")
    assert.equal((await judged({}, { minimumTcb: [] })).level, "STALE")
  })

  test("the bits of guest policy and platform have their names", async () => {
    const bits = [
      "smt",
      "migrateMa",
      "debug",
      "singleSocket",
      "cxlAllow",
      "memAes256Xts",
      "raplDis",
      "ciphertextHidingDram",
      "pageSwapDisable",
    ] as const
    for (const [at, name] of bits.entries()) {
      const bit = at === 0 ? 16 : at + 17
      const { policy } = (await facts({ report: { policy: 0x20705n | (1n << BigInt(bit)) } })).report
      assert.deepEqual(
        bits.filter((each) => policy[each]),
        [name],
      )
      assert.deepEqual([policy.abiMajor, policy.abiMinor], [7, 5])
    }
    const { platformInfo } = (await facts({ report: { edit: (bytes) => (bytes[0x40] = 0xc3) } })).report
    const { value: _, reserved, ...named } = platformInfo
    assert.equal(reserved, 0x40n)
    assert.deepEqual(
      Object.keys(named).filter((each) => named[each as keyof typeof named]),
      ["smtEn", "tsmeEn", "tioEn"],
    )
  })
})

test("report, certificate or list, spliced with whatever bytes: refused", async (t) => {
  const good = await tees.turin.evidence()
  const splice = fc.record({
    part: fc.constantFrom("report" as const, "key" as const, "crl" as const),
    at: fc.nat(1_400),
    cut: fc.nat(4),
    put: fc.uint8Array({ maxLength: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(splice, async ({ part, at, cut, put }) => {
      const bytes = good[part]
      const changed = new Uint8Array([...bytes.subarray(0, at), ...put, ...bytes.subarray(at + cut)])
      fc.pre(Buffer.compare(changed, bytes) !== 0)
      await assert.rejects(verifySevSnp({ ...good, [part]: changed }, roots, NOW), AttestationError)
    }),
    fuzz(t, 500),
  )
})
