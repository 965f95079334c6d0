import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import {
  testDcap,
  type CollateralTexts,
  type DcapOptions,
  type MadeDcap,
  type TestDcap,
} from "../../../../../testing/tee/dcap.ts"
import { testQuote } from "../../../../../testing/tee/dcapQuote.ts"
import { verifySgx } from "../sgx.ts"
import { verifyTdx } from "../tdx.ts"
import { readCertificate } from "../x509/certificate.ts"
import type { Endorsed } from "./dcap.ts"

const NOW = Date.UTC(2026, 10, 24) / 1_000

/** Collateral as it might come: nothing is promised of its fields. */
type Fields = Readonly<Record<string, unknown>>

let tee: TestDcap

before(async () => {
  tee = await testDcap()
})

function proved({ quote, collateral }: MadeDcap, kind: DcapOptions["kind"] = "td4"): Promise<Endorsed> {
  const roots = [readCertificate(tee.root.certificate)] as const
  const evidence = { quote, collateral }
  return kind.startsWith("sgx") ? verifySgx(evidence, roots, NOW) : verifyTdx(evidence, roots, NOW)
}

function read({ collateral }: MadeDcap): CollateralTexts {
  return JSON.parse(new TextDecoder().decode(collateral)) as CollateralTexts
}

function respelled(made: MadeDcap, change: (usual: CollateralTexts) => Fields): MadeDcap {
  const usual = read(made)
  return { ...made, collateral: new TextEncoder().encode(JSON.stringify({ ...usual, ...change(usual) })) }
}

const pem = (label: string, base64: string): string => `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`
const bytesOf = (digits = ""): Uint8Array => Uint8Array.fromHex(digits)
const answer = (member: string, text = "", signature = ""): string => `{"${member}":${text},"signature":"${signature}"}`
const lists = ["root_ca_crl", "pck_crl"]
const signatures = ["tcb_info_signature", "qe_identity_signature"]
const chains = ["pck_crl_issuer_chain", "tcb_info_issuer_chain", "qe_identity_issuer_chain"]

function each(names: readonly string[], spell: (text: string) => unknown): (usual: CollateralTexts) => Fields {
  return (usual) => Object.fromEntries(names.map((name) => [name, spell(usual[name] ?? "")]))
}

const spellings: Readonly<Record<string, (usual: CollateralTexts) => Fields>> = {
  "upper-case digits": each([...lists, ...signatures], (text) => text.toUpperCase()),
  "digits behind 0x": each([...lists, ...signatures], (text) => `0x${text}`),
  base64: each([...lists, ...signatures], (text) => bytesOf(text).toBase64()),
  "lists of bytes": each([...lists, ...signatures], (text) => [...bytesOf(text)]),
  "revocation lists in PEM": each(lists, (text) => pem("X509 CRL", bytesOf(text).toBase64())),
  "chains as in headers": each(chains, encodeURIComponent),
  "a zero behind each text": each([...lists, ...signatures, ...chains], (text) => `${text}\0`),
  "fields that nobody signed": () => ({ version: 3, tee_type: 0x81, pck_certificate_chain: null, more: {} }),
  "Intel's whole answers": (usual) => ({
    tcb_info: answer("tcbInfo", usual["tcb_info"], usual["tcb_info_signature"]),
    qe_identity: `${answer("enclaveIdentity", usual["qe_identity"], usual["qe_identity_signature"])}\n\0`,
    tcb_info_signature: undefined,
    qe_identity_signature: undefined,
  }),
  "Intel's whole answers as objects": (usual) => ({
    tcb_info: JSON.parse(answer("tcbInfo", usual["tcb_info"], usual["tcb_info_signature"])) as object,
    qe_identity: JSON.parse(answer("enclaveIdentity", usual["qe_identity"], usual["qe_identity_signature"])) as object,
  }),
  "what is signed as objects": each(["tcb_info", "qe_identity"], (text) => JSON.parse(text) as object),
}

describe("collateral proves the same however it is spelled, and no more", () => {
  for (const [name, spell] of Object.entries(spellings)) {
    test(name, async () => {
      const made = await tee.evidence()
      assert.deepEqual(await proved(respelled(made, spell)), await proved(made))
      const forged = await tee.evidence({
        texts: (signed) => ({ ...signed, tcb_info: (signed["tcb_info"] ?? "").replace("UpToDate", "OutOfDate") }),
      })
      await assert.rejects(proved(respelled(forged, spell)), { code: "TCB_INFO_SIGNATURE_INVALID" })
    })
  }

  test("a signature beside Intel's whole answer is not the one that counts", async () => {
    const made = await tee.evidence()
    const whole = respelled(made, (usual) => ({
      tcb_info: answer("tcbInfo", usual["tcb_info"], usual["qe_identity_signature"]),
    }))
    await assert.rejects(proved(whole), { code: "TCB_INFO_SIGNATURE_INVALID" })
  })
})

test("what is spelled in no way is COLLATERAL_MALFORMED", async () => {
  const made = await tee.evidence()
  for (const value of ["3", "MII", "*", [256], [-1], ["0"], {}, null, pem("X509 CRL", "M"), 7]) {
    for (const name of [...lists, ...signatures]) {
      const spelled = respelled(made, () => ({ [name]: value }))
      await assert.rejects(proved(spelled), { name: "AttestationError", code: "COLLATERAL_MALFORMED" }, String(value))
    }
  }
  for (const change of [
    { tcb_info: [] },
    { tcb_info: null },
    { pck_crl_issuer_chain: "-----BEGIN%20CERTIFICATE-----%" },
  ]) {
    await assert.rejects(proved(respelled(made, () => change)), { code: "COLLATERAL_MALFORMED" })
  }
})

test("what is long and odd takes no time", { timeout: 8_000 }, async () => {
  const made = await tee.evidence()
  for (const change of [
    { root_ca_crl: `${"\0".repeat(150_000)}x` },
    { root_ca_crl: Array.from({ length: 300_000 }, () => 1) },
    { pck_crl: "-----BEGIN X509 CRL-----".repeat(30_000) },
    { tcb_info: `{"tcbInfo":{${"} ".repeat(300_000)}` },
    { pck_crl_issuer_chain: "-----BEGIN CERTIFICATE-----".repeat(30_000) },
  ]) {
    await assert.rejects(proved(respelled(made, () => change)), { name: "AttestationError" })
  }
})

describe("a quote that only names its processor", () => {
  const withChain = async (certificates: readonly Uint8Array[]): Promise<MadeDcap> => {
    const leaf = await tee.pck()
    const quote = await testQuote("sgx3", leaf, [], { certificationType: 3 })
    const all = [...certificates, leaf.certificate, tee.platformCa.certificate, tee.root.certificate]
    const chain = all.map((der) => pem("CERTIFICATE", der.toBase64())).join("")
    const { collateral } = await tee.evidence({ kind: "sgx3" })
    return respelled({ quote, collateral }, () => ({ pck_certificate_chain: chain }))
  }

  test("is proved by the chain in the collateral", async () => {
    assert.equal((await proved(await withChain([]), "sgx3")).pck.fmspc, "00906EA10000")
  })

  test("and by no other processor's, nor a longer one", async () => {
    const other = await withChain([])
    const { quote } = await withChain([])
    await assert.rejects(proved({ ...other, quote }, "sgx3"), { code: "QE_SIGNATURE_INVALID" })
    await assert.rejects(proved(await withChain([(await tee.pck()).certificate]), "sgx3"), { code: "CHAIN_UNTRUSTED" })
  })

  test("while a quote's own chain counts before it", async () => {
    const made = await tee.evidence()
    assert.ok(await proved(respelled(made, () => ({ pck_certificate_chain: "" }))))
  })
})

describe("TCB info of version 2", () => {
  /** The usual levels, as version 2 writes them. */
  function version2({ tcbLevels, ...tcbInfo }: Fields): Fields {
    const levels = (tcbLevels as readonly { tcb: { sgxtcbcomponents: { svn: number }[]; pcesvn: number } }[]).map(
      ({ tcb: { sgxtcbcomponents, pcesvn }, ...level }) => {
        const named = sgxtcbcomponents.map(({ svn }, i) => [`sgxtcbcomp${String(i + 1).padStart(2, "0")}svn`, svn])
        return { ...level, tcb: { ...(Object.fromEntries(named) as object), pcesvn } }
      },
    )
    return { ...tcbInfo, id: undefined, version: 2, tcbLevels: levels }
  }
  const collateral: DcapOptions["collateral"] = ({ tcbInfo }) => ({ tcbInfo: version2(tcbInfo) })
  const roots = (): [ReturnType<typeof readCertificate>] => [readCertificate(tee.root.certificate)]

  test("says of enclaves what version 3 does", async () => {
    for (const [pceSvn, level] of [
      [11, "UpToDate"],
      [10, "OutOfDate"],
      [4, "none"],
    ] as const) {
      const made = await tee.evidence({ kind: "sgx3", pck: { pceSvn }, collateral })
      assert.equal((await verifySgx(made, roots(), NOW)).tcb.level, level)
    }
    const sgxComponents = [2, 2, 2, 2, 3, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0]
    const made = await tee.evidence({ kind: "sgx3", pck: { sgxComponents }, collateral })
    assert.equal((await verifySgx(made, roots(), NOW)).tcb.level, "none")
  })

  test("says nothing of TDs, and must have all sixteen components", async () => {
    await assert.rejects(proved(await tee.evidence({ collateral })), { code: "PLATFORM_MISMATCH" })
    const short: DcapOptions["collateral"] = ({ tcbInfo }) => ({
      tcbInfo: JSON.parse(JSON.stringify(version2(tcbInfo)).replace("sgxtcbcomp16svn", "sgxtcbcomp17svn")) as Fields,
    })
    const made = await tee.evidence({ kind: "sgx3", collateral: short })
    await assert.rejects(proved(made, "sgx3"), { code: "COLLATERAL_MALFORMED" })
  })
})
