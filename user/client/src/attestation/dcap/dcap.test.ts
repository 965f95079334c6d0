import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import { flipped } from "../../../../../testing/src/hostileHost.ts"
import type { Authority } from "../../../../../testing/tee/authority.ts"
import {
  testDcap,
  type CollateralParts,
  type CollateralTexts,
  type DcapOptions,
  type MadeDcap,
  type TestDcap,
} from "../../../../../testing/tee/dcap.ts"
import type { QuoteKind } from "../../../../../testing/tee/dcapQuote.ts"
import type { AttestationError } from "../../errors.ts"
import type { Bytes } from "../../webCrypto.ts"
import { verifySgx } from "../sgx.ts"
import { verifyTdx } from "../tdx.ts"
import { readCertificate } from "../x509/certificate.ts"
import type { DcapEvidence, Endorsed } from "./dcap.ts"

const NOW = Date.UTC(2026, 10, 24) / 1_000
const kinds: readonly QuoteKind[] = ["sgx3", "sgx4", "sgx5", "td4", "td5-1.0", "td5-1.5"]
const utf8 = new TextEncoder()

let tee: TestDcap

before(async () => {
  tee = await testDcap()
})

interface Asked extends DcapOptions {
  /** What is changed after all of it was signed. */
  readonly change?: (made: MadeDcap) => Partial<DcapEvidence>
  readonly at?: number
}

async function verified({ change, at = NOW, ...options }: Asked = {}): Promise<Endorsed> {
  const made = await tee.evidence(options)
  return proved({ ...made, ...change?.(made) }, options.kind, at)
}

function proved(evidence: DcapEvidence, kind: QuoteKind = "td4", at = NOW): Promise<Endorsed> {
  const roots = [readCertificate(tee.root.certificate)] as const
  return kind.startsWith("sgx") ? verifySgx(evidence, roots, at) : verifyTdx(evidence, roots, at)
}

async function refused(code: AttestationError["code"], asked: Asked): Promise<void> {
  await assert.rejects(verified(asked), { name: "AttestationError", code }, code)
}

const quote = (change: (quote: Bytes) => Uint8Array): Asked => ({
  change: (made) => ({ quote: new Uint8Array(change(made.quote)) }),
})
const collateral = (parts: (usual: CollateralParts) => Partial<CollateralParts>): Asked => ({ collateral: parts })
const texts = (change: Partial<CollateralTexts>): Asked => ({
  texts: (signed) => ({ ...signed, ...change }) as CollateralTexts,
})
const tcbInfo = (change: object): Asked => collateral((usual) => ({ tcbInfo: { ...usual.tcbInfo, ...change } }))
const qeIdentity = (change: object): Asked =>
  collateral((usual) => ({ qeIdentity: { ...usual.qeIdentity, ...change } }))
const iso = (seconds: number): string => new Date(seconds * 1_000).toISOString().replace(".000", "")

/** Where parts of a quote of version 4 stand. */
const at = { userData: 28, report: 48, length: 632, signature: 636, key: 700, certification: 764, qeReport: 770 }
const qeSignatureAt = at.qeReport + 384
const authAt = qeSignatureAt + 64

describe("quotes of the test TEE are as good as real ones", () => {
  for (const kind of kinds) {
    test(kind, async () => {
      const { pck, tcbInfo, qeIdentity, issuedAt } = await verified({ kind })
      assert.deepEqual([pck.fmspc, pck.pceId, pck.pceSvn, pck.sgxType], ["00906EA10000", "0000", 11, "scalable"])
      assert.deepEqual(pck.sgxComponents.slice(0, 8), [2, 2, 2, 2, 3, 1, 0, 5])
      assert.deepEqual(pck.configuration, { dynamicPlatform: true, cachedKeys: true, smtEnabled: true })
      assert.equal(tcbInfo.id, kind.startsWith("sgx") ? "SGX" : "TDX")
      assert.equal(qeIdentity.id, kind.startsWith("sgx") ? "QE" : "TD_QE")
      assert.equal(issuedAt, Date.UTC(2020, 0, 1) / 1_000)
    })
  }

  test("zeros may follow a quote; the chain may leave the root out; a processor need not be one of several", async () => {
    assert.ok(await verified({ quote: { trailing: new Uint8Array(3_000) } }))
    assert.ok(await verified({ chain: (usual) => usual.slice(0, 2) }))
    const fields = (usual: readonly Uint8Array[]): Uint8Array[] => usual.slice(0, 5)
    assert.equal((await verified({ pck: { fields } })).pck.platformInstanceId, undefined)
  })

  test("evidence is as old as the oldest word of Intel's on the processor; the root's list may be older", async () => {
    const dates = [5, 4, 3].map((days) => NOW - days * 86_400)
    const rootCaCrl = await tee.root.revoke([], { thisUpdate: NOW - 300 * 86_400 })
    for (let i = 0; i < dates.length; i++) {
      const [info = 0, identity = 0, pck = 0] = [...dates.slice(i), ...dates.slice(0, i)]
      const pckCrl = await tee.platformCa.revoke([], { thisUpdate: pck })
      const parts = collateral((usual) => ({
        tcbInfo: { ...usual.tcbInfo, issueDate: iso(info) },
        qeIdentity: { ...usual.qeIdentity, issueDate: iso(identity) },
        rootCaCrl,
        pckCrl,
      }))
      assert.equal((await verified(parts)).issuedAt, dates[0])
    }
  })
})

describe("each code has evidence that differs from a good one in one respect", () => {
  test("EVIDENCE_MALFORMED: lengths that lie, and what is not known", async () => {
    for (const kind of kinds) {
      const made = await tee.evidence({ kind })
      for (let length = 0; length < made.quote.length; length++) {
        const cut = proved({ ...made, quote: made.quote.slice(0, length) }, kind)
        await assert.rejects(cut, { name: "AttestationError", code: "EVIDENCE_MALFORMED" }, `${length} bytes`)
      }
    }
    const counts = [at.length, at.certification, at.certification + 2, authAt, authAt + 36]
    for (const count of counts) {
      for (const step of [-1, 1, 128]) {
        await refused(
          "EVIDENCE_MALFORMED",
          quote((bytes) => bytes.with(count, ((bytes[count] ?? 0) + step) & 0xff)),
        )
      }
    }
    for (const [kind, length] of [
      ["sgx3", 432],
      ["td4", at.length],
      ["td5-1.5", 702],
    ] as const) {
      const longer = (bytes: Bytes): number[] => [...bytes.with(length, (bytes[length] ?? 0) + 1), 0]
      await refused("EVIDENCE_MALFORMED", { kind, ...quote((bytes) => Uint8Array.from(longer(bytes))) })
    }
    await refused("EVIDENCE_MALFORMED", { quote: { trailing: new Uint8Array(16_384) } })
    for (const type of [0, 6, 7]) await refused("EVIDENCE_MALFORMED", { quote: { certificationType: type } })
  })

  test("EVIDENCE_MALFORMED: versions, TEE types, attestation keys and vendors, under a good signature", async () => {
    const header = (kind: QuoteKind, place: number, value: number): Asked => ({
      kind,
      quote: { header: (bytes) => void (bytes[place] = value) },
    })
    for (const kind of kinds) {
      for (const version of [0, 1, 2, 6]) await refused("EVIDENCE_MALFORMED", header(kind, 0, version))
      for (const type of [0, 1, 3]) await refused("EVIDENCE_MALFORMED", header(kind, 2, type))
      await refused("EVIDENCE_MALFORMED", header(kind, 4, 0x80))
      await refused("EVIDENCE_MALFORMED", header(kind, 7, 1))
      await refused("EVIDENCE_MALFORMED", header(kind, 12, 0x94))
    }
    await refused("EVIDENCE_MALFORMED", header("td4", 4, 0))
    await refused("EVIDENCE_MALFORMED", header("td5-1.5", 4, 0))
    await refused("EVIDENCE_MALFORMED", header("sgx5", 4, 0x81))
    for (const [place, value] of [
      [48, 0],
      [48, 2],
      [48, 4],
      [50, 0x48],
      [53, 1],
    ] as const) {
      await refused("EVIDENCE_MALFORMED", { kind: "td5-1.5", ...quote((bytes) => bytes.with(place, value)) })
    }
  })

  test("SIGNATURE_INVALID: the header, the report, and the signature", async () => {
    for (const place of [at.userData, at.report, at.report + 124, at.length - 1, at.signature, at.signature + 63]) {
      await refused(
        "SIGNATURE_INVALID",
        quote((bytes) => flipped(bytes, place)),
      )
    }
  })

  test("QE_SIGNATURE_INVALID: the quoting enclave's report, its signature, and who signs", async () => {
    for (const place of [at.qeReport, at.qeReport + 383, qeSignatureAt, qeSignatureAt + 63]) {
      await refused(
        "QE_SIGNATURE_INVALID",
        quote((bytes) => flipped(bytes, place)),
      )
    }
    const other = await tee.pck()
    await refused("QE_SIGNATURE_INVALID", { chain: ([, ...usual]) => [other, ...usual] })
  })

  test("QE_BINDING_MISMATCH: the attestation key, the authentication data, and the report's second half", async () => {
    for (const place of [at.key, at.key + 63, authAt + 2, authAt + 33]) {
      await refused(
        "QE_BINDING_MISMATCH",
        quote((bytes) => flipped(bytes, place)),
      )
    }
    await refused("QE_BINDING_MISMATCH", { quote: { qeReport: (bytes) => void (bytes[383] = 1) } })
  })

  test("ENDORSEMENT_MISSING: collateral, or the certificate of a processor that the quote only names", async () => {
    await refused("ENDORSEMENT_MISSING", { change: () => ({ collateral: undefined }) })
    for (const type of [1, 2, 3, 4]) await refused("ENDORSEMENT_MISSING", { quote: { certificationType: type } })
  })

  test("COLLATERAL_MALFORMED: the object around it", async () => {
    const written = (text: string): Asked => ({ change: () => ({ collateral: utf8.encode(text) }) })
    for (const text of ["", "{", "null", "[]", "7", '"text"', "{}", "[".repeat(900_000)]) {
      await refused("COLLATERAL_MALFORMED", written(text))
    }
    await refused("COLLATERAL_MALFORMED", { change: () => ({ collateral: Uint8Array.of(0x22, 0xff, 0x22) }) })
    const good = await tee.evidence()
    for (const name of Object.keys(JSON.parse(new TextDecoder().decode(good.collateral)) as object)) {
      const without = (signed: CollateralTexts): CollateralTexts =>
        Object.fromEntries(Object.entries(signed).filter(([key]) => key !== name))
      await refused("COLLATERAL_MALFORMED", { texts: without })
      await refused("COLLATERAL_MALFORMED", { texts: (signed) => ({ ...signed, [name]: 7 as unknown as string }) })
    }
    await refused("COLLATERAL_MALFORMED", texts({ tcb_info: " ".repeat(1_048_576) }))
    for (const name of ["tcb_info_signature", "qe_identity_signature"]) {
      for (const digits of ["", "00".repeat(63), "00".repeat(65), "0g".repeat(64)]) {
        await refused("COLLATERAL_MALFORMED", texts({ [name]: digits }))
      }
    }
    await refused("COLLATERAL_MALFORMED", texts({ pck_crl: "300" }))
    await refused("COLLATERAL_MALFORMED", texts({ root_ca_crl: "3x" }))
  })

  test("COLLATERAL_MALFORMED: what Intel signs, in another shape", async () => {
    const level = { tcb: { isvsvn: 1 }, tcbDate: "2024-03-13T00:00:00Z", tcbStatus: "UpToDate" }
    for (const change of [
      { version: 2 },
      { version: "3" },
      { tcbType: 1 },
      { id: "QE" },
      { issueDate: "2020-01-01" },
      { issueDate: "2020-02-30T00:00:00Z" },
      { nextUpdate: undefined },
      { fmspc: "00906EA1000" },
      { pceId: 0 },
      { tcbEvaluationDataNumber: -1 },
      { tdxModule: undefined },
      { tdxModuleIdentities: [{}] },
      { tcbLevels: {} },
      { tcbLevels: [level] },
    ]) {
      await refused("COLLATERAL_MALFORMED", tcbInfo(change))
    }
    for (const change of [
      { version: 1 },
      { mrsigner: "00" },
      { isvprodid: 65_536 },
      { miscselect: "0000000G" },
      { attributes: null },
      { tcbLevels: [{ ...level, tcbStatus: "Fine" }] },
      { tcbLevels: [{ ...level, tcb: { isvsvn: 1.5 } }] },
      { tcbLevels: [{ ...level, advisoryIDs: "INTEL-SA-00615" }] },
      { tcbLevels: Array.from({ length: 1_025 }, () => level) },
    ]) {
      await refused("COLLATERAL_MALFORMED", qeIdentity(change))
    }
  })

  test("COLLATERAL_EXPIRED and COLLATERAL_NOT_YET_VALID: TCB info, and QE identity", async () => {
    for (const change of [tcbInfo, qeIdentity]) {
      await refused("COLLATERAL_EXPIRED", change({ nextUpdate: iso(NOW - 1) }))
      await refused("COLLATERAL_NOT_YET_VALID", change({ issueDate: iso(NOW + 1) }))
      assert.ok(await verified(change({ issueDate: iso(NOW), nextUpdate: iso(NOW) })))
    }
  })

  test("TCB_INFO_SIGNATURE_INVALID, QE_IDENTITY_SIGNATURE_INVALID: the text, the signature, and who signs", async () => {
    const { collateral: good } = await tee.evidence()
    const signed = JSON.parse(new TextDecoder().decode(good)) as CollateralTexts
    for (const [name, code] of [
      ["tcb_info", "TCB_INFO_SIGNATURE_INVALID"],
      ["qe_identity", "QE_IDENTITY_SIGNATURE_INVALID"],
    ] as const) {
      const text = signed[name] ?? ""
      await refused(code, texts({ [name]: `${text} ` }))
      await refused(code, texts({ [name]: text.replace("UpToDate", "uptodate") }))
      // Nothing of it is looked at before its signature holds.
      await refused(code, texts({ [name]: "{" }))
      for (const place of [0, 63]) {
        const signature = Uint8Array.fromHex(signed[`${name}_signature`] ?? "")
        await refused(code, { change: () => ({ collateral: replaced(good, signature, flipped(signature, place)) }) })
      }
      const another = await tee.root.issue({ name: "Intel SGX TCB Signing", keyKind: "P-256" })
      await refused(code, {
        texts: (all) => ({ ...all, [`${name}_issuer_chain`]: pem(another) }),
      })
    }
  })

  function replaced(bytes: Bytes, from: Uint8Array, to: Uint8Array): Bytes {
    return utf8.encode(new TextDecoder().decode(bytes).replace(from.toHex(), to.toHex()))
  }

  function pem({ certificate }: Authority): string {
    return `-----BEGIN CERTIFICATE-----\n${certificate.toBase64()}\n-----END CERTIFICATE-----\n`
  }

  test("FMSPC_MISMATCH: the family of processors, or the PCE", async () => {
    await refused("FMSPC_MISMATCH", tcbInfo({ fmspc: "00906EA10001" }))
    await refused("FMSPC_MISMATCH", tcbInfo({ pceId: "0001" }))
    await refused("FMSPC_MISMATCH", { pck: { fmspc: "10906EA10000" } })
    await refused("FMSPC_MISMATCH", { pck: { pceId: "0100" } })
    assert.ok(await verified(tcbInfo({ fmspc: "00906ea10000" })))
  })

  test("PLATFORM_MISMATCH: TCB info for SGX with a TD, and the other way", async () => {
    const sgx = JSON.parse(await tcbInfoOf("sgx3")) as object
    const tdx = JSON.parse(await tcbInfoOf("td4")) as object
    await refused("PLATFORM_MISMATCH", tcbInfo(sgx))
    await refused("PLATFORM_MISMATCH", { kind: "sgx3", ...tcbInfo(tdx) })
  })

  async function tcbInfoOf(kind: QuoteKind): Promise<string> {
    const made = await tee.evidence({ kind })
    return (JSON.parse(new TextDecoder().decode(made.collateral)) as CollateralTexts).tcb_info ?? ""
  }

  test("QE_IDENTITY_MISMATCH: another quoting enclave, or one open to debugging", async () => {
    await refused("QE_IDENTITY_MISMATCH", qeIdentity({ id: "QE" }))
    await refused("QE_IDENTITY_MISMATCH", { kind: "sgx3", ...qeIdentity({ id: "TD_QE" }) })
    await refused("QE_IDENTITY_MISMATCH", qeIdentity({ id: "QVE" }))
    await refused("QE_IDENTITY_MISMATCH", qeIdentity({ isvprodid: 1 }))
    await refused("QE_IDENTITY_MISMATCH", qeIdentity({ mrsigner: "5f".repeat(32) }))
    const report = (place: number, value: number): Asked => ({
      quote: { qeReport: (bytes) => void (bytes[place] = value) },
    })
    for (const [place, value] of [
      [16, 1],
      [19, 1],
      [48, 0x17],
      [55, 1],
      [128, 0],
      [159, 0],
      [256, 1],
      [257, 1],
    ] as const) {
      await refused("QE_IDENTITY_MISMATCH", report(place, value))
    }
    // MODE64BIT and XFRM are outside the mask.
    assert.ok(await verified(report(48, 0x11)))
    assert.ok(await verified(report(56, 3)))
  })
})
