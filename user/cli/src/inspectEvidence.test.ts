import { escapeText } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { before, describe, test, type TestContext } from "node:test"
import { attestationVectors, NO_VECTORS } from "../../../testing/src/attestationVectors.ts"
import { Folder, mockHost } from "../../../testing/src/cliHarness.ts"
import { certificateTable } from "../../../testing/tee/certificateTable.ts"
import { encodeEvidence, hardwareEvidence } from "../../../testing/tee/evidence.ts"
import { testTee, type TestTee } from "../../../testing/tee/testTee.ts"
import { writeEvidence } from "@event-manager/client"
import { run } from "./run.ts"

const AT = ["--at", "2026-11-24T12:00:00Z"]
let tee: TestTee

before(async () => {
  tee = await testTee()
})

interface Inspected {
  readonly status: number
  readonly lines: readonly string[]
  readonly errors: string
}

/** Runs inspect-evidence here, with the test TEE's roots. */
async function inspect(...args: readonly string[]): Promise<Inspected> {
  let out = ""
  let errors = ""
  const streams = { out: (text: string) => void (out += text), err: (text: string) => void (errors += text) }
  const status = await run(["inspect-evidence", ...args], streams, tee.roots)
  return { status, lines: out.trimEnd().split("\n"), errors }
}

function files(t: TestContext, contents: Readonly<Record<string, Uint8Array | string>>): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), "inspect-"))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content)
  return (name) => join(folder, name)
}

test("a report is shown with every field, and with its certificate proved", async (t) => {
  const { report, key, crl } = await tee.sevSnp.evidence()
  const at = files(t, { report, key, crl })
  const good = await inspect(at("report"), "--endorsement", at("key"), "--crl", at("crl"), ...AT)
  assert.deepEqual([good.status, good.lines.at(-1)], [0, "SUCCESS: Genuine, and SECURE"])
  assert.equal(good.lines[0], "Evidence of format sev-snp")
  assert.ok(good.lines.includes("      vmpl: 0") && good.lines.includes("Verdict: accept"))
})

test("a certificate may come in the hypervisor's table, apart from the report or behind it", async (t) => {
  const { report, key } = await tee.sevSnp.evidence()
  const [ark, ask] = [tee.sevSnp.ark.certificate, tee.sevSnp.ask.certificate]
  const table = certificateTable({ ARK: ark, ASK: ask, VCEK: key })
  const foreign = certificateTable({ ASK: key, VCEK: key })
  const behind = new Uint8Array([...report, ...table])
  const others = certificateTable({ ASK: ask })
  const at = files(t, { report, key, table, foreign, behind, others, cut: table.slice(0, -1) })
  const codeOf = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await inspect(...args, "--json", ...AT)).lines.join()).code
  assert.equal(await codeOf(at("report"), "--endorsement", at("table")), "SUCCESS")
  assert.equal(await codeOf(at("behind")), "SUCCESS")
  assert.equal(await codeOf(at("behind"), "--endorsement", at("key")), "EVIDENCE_MALFORMED")
  assert.equal(await codeOf(at("report"), "--endorsement", at("others")), "ENDORSEMENT_MISSING")
  assert.equal(await codeOf(at("report"), "--endorsement", at("foreign")), "CHAIN_UNTRUSTED")
  assert.equal(await codeOf(at("report"), "--endorsement", at("cut")), "CERTIFICATE_MALFORMED")
})

test("what is refused is shown all the same, with a code, and fails", async (t) => {
  const { report } = await tee.sevSnp.evidence()
  const at = files(t, { report })
  const { status, lines, errors } = await inspect(at("report"), ...AT)
  assert.deepEqual([status, errors], [1, ""])
  assert.ok(lines.includes("      vmpl: 0") && lines.includes("Verdict: reject"))
  assert.match(lines.at(-1) ?? "", /^ENDORSEMENT_MISSING: /)
})

test("what the evidence says is shown also where its certificates cannot be read", async (t) => {
  const { report } = await tee.sevSnp.evidence()
  const document = await tee.nitro.document({ cabundle: (usual) => usual.with(1, Uint8Array.of(0x30)) })
  const at = files(t, { report, document, nonsense: "x" })
  for (const args of [[at("report"), "--endorsement", at("nonsense")], [at("document")]]) {
    const shown = JSON.parse((await inspect(...args, "--json", ...AT)).lines.join())
    assert.deepEqual([shown.code, shown.verdict], ["CERTIFICATE_MALFORMED", "reject"])
    assert.match(shown.measurement, /^[0-9a-f]{96}$/)
  }
})

test("dates that no calendar has are refused, and crash nothing", async (t) => {
  const document = await tee.nitro.document({ timestamp: Number.MAX_SAFE_INTEGER })
  const { status, lines } = await inspect(files(t, { document })("document"), ...AT)
  assert.equal(status, 1)
  assert.match(lines.at(-1) ?? "", /^EVIDENCE_MALFORMED: /)
})

test("with --json, facts have one name on every platform", async (t) => {
  const { quote, collateral } = await tee.dcap.evidence({ kind: "td5-1.5" })
  const at = files(t, { quote, collateral, document: await tee.nitro.document({ userData: new Uint8Array(64) }) })
  const td = JSON.parse((await inspect(at("quote"), "--collateral", at("collateral"), "--json", ...AT)).lines.join())
  assert.deepEqual([td.code, td.verdict, td.level, td.format], ["SUCCESS", "accept", "SECURE", "tdx"])
  assert.deepEqual([td.tcbLevel, td.debug, td.rtmrs.length], ["UpToDate", false, 4])
  assert.equal(td.measurement, td.fields.report.mrTd)
  const nitro = JSON.parse((await inspect(at("document"), "--json", ...AT)).lines.join())
  assert.deepEqual([nitro.verdict, nitro.format, nitro.measurement], ["accept", "nitro", nitro.pcrs[0]])
})

test("an enclave's own evidence, as a file or as its host sends it", async (t) => {
  const evidence = encodeEvidence(await hardwareEvidence(tee, "sgx"))
  const at = files(t, { raw: evidence, saved: writeEvidence(evidence) })
  for (const name of ["raw", "saved"]) {
    const { status, lines } = await inspect(at(name), ...AT)
    assert.equal(status, 0, lines.join("\n"))
    assert.ok(lines.includes("   statement:") && lines.includes("      kind: sgx"))
  }
})

test("an enclave's own evidence, dated beyond all calendars by whoever changed it", async (t) => {
  const report = { codeHash: new Uint8Array(32), productId: 1, revocationLevel: 0, reportData: new Uint8Array(64) }
  const { statement } = await hardwareEvidence(tee, "sgx", { statement: { platform: "mock" } })
  const quote = { kind: "mock", report: { ...report, issuedAt: Number.MAX_SAFE_INTEGER } } as const
  const at = files(t, { evidence: encodeEvidence({ statement, quote, endorsements: [] }) })
  const { lines, errors } = await inspect(at("evidence"), ...AT)
  assert.deepEqual([errors, lines.at(-2)], ["", "Verdict: reject"])
})

test("attestation --save keeps what inspect-evidence shows: a mock enclave is nothing to rely on", async (t) => {
  const { url } = await mockHost(t)
  const folder = new Folder(t)
  folder.configure(url)
  assert.equal((await folder.run("ALICE", "attestation", "--save", "host.evidence")).status, 0)
  const { status, lines } = await folder.run("inspect-evidence", "host.evidence")
  assert.equal(status, 1)
  assert.match(lines.at(-1) ?? "", /^SECURITY_TOO_LOW: mock mode: /)
  assert.ok(!folder.files().includes("inspect-evidence.identity.pem"), "it acts for nobody")
})

test("a part that cannot be read keeps nothing else from being shown", async (t) => {
  const { report } = await tee.sevSnp.evidence()
  const td = await tee.dcap.evidence({ kind: "td5-1.5" })
  const document = await tee.nitro.document({ cabundle: (usual) => usual.with(1, Uint8Array.of(0x30)) })
  const broken = { kind: "release", bytes: Uint8Array.of(1) } as const
  const own = await hardwareEvidence(tee, "sgx")
  const unreadable = encodeEvidence({ ...own, endorsements: [...own.endorsements, broken] })
  const headless = encodeEvidence({ ...own, quote: { kind: "sgx", quote: Uint8Array.of(3) } })
  const at = files(t, { report, ...td, document, unreadable, headless, x: "x" })
  const rows: readonly (readonly [code: string, fact: string, ...args: string[]])[] = [
    ["CERTIFICATE_MALFORMED", "measurement", at("report"), "--endorsement", at("x")],
    ["EVIDENCE_MALFORMED", "measurement", at("quote"), "--collateral", at("collateral"), "--event-log", at("x")],
    ["CERTIFICATE_MALFORMED", "measurement", at("document")],
    ["RELEASE_MALFORMED", "measurement", at("unreadable")],
    ["EVIDENCE_MALFORMED", "identity", at("headless")],
  ]
  for (const [code, fact, ...args] of rows) {
    const found = JSON.parse((await inspect(...args, "--json", ...AT)).lines.join())
    assert.deepEqual([found.code, found.verdict, typeof found[fact]], [code, "reject", "string"], args.join(" "))
  }
})

test("a report that is cut short, or has something behind it, is still taken for a report", async (t) => {
  const { report } = await tee.sevSnp.evidence()
  const at = files(t, { short: report.slice(0, -1), long: Buffer.concat([report, report.slice(0, 9)]), report })
  for (const name of ["short", "long"]) {
    const { lines } = await inspect(at(name), ...AT)
    assert.equal(lines[0], "Evidence of format sev-snp")
    assert.match(lines.at(-1) ?? "", /^EVIDENCE_MALFORMED: the SEV-SNP report cannot be read: 1[0-9]+ bytes$/)
  }
  const old = files(t, { report: Uint8Array.from(report).with(0, 0x80) })
  assert.equal((await inspect(old("report"), ...AT)).lines[0], "Evidence of format sev-snp")
  assert.match((await inspect(at("report"), ...AT)).lines.at(-1) ?? "", /^ENDORSEMENT_MISSING: .* --endorsement$/)
})

test("evidence as people pass it on: hexadecimal digits, or base64", async (t) => {
  const document = await tee.nitro.document()
  const at = files(t, { hex: document.toHex(), base64: `${document.toBase64()}\n` })
  for (const name of ["hex", "base64"]) {
    const { status, lines } = await inspect(at(name), ...AT)
    assert.deepEqual([status, lines[0]], [0, "Evidence of format nitro"])
  }
})

test("an option that the evidence has no use for is named", async (t) => {
  const at = files(t, { document: await tee.nitro.document(), x: "x" })
  const { status, errors } = await inspect(at("document"), "--event-log", at("x"), ...AT)
  assert.equal(status, 0)
  assert.match(errors, /^event-client: warning: --event-log was not looked at: evidence of format nitro /)
})

describe("what cannot be inspected: one line, and a status", () => {
  const rows: readonly (readonly [number, RegExp, ...string[]])[] = [
    [2, /^event-client: USAGE: missing required argument 'file'/],
    [2, /^event-client: USAGE: 'sev' is none of sev-snp, tdx, sgx, nitro, event-manager$/, "x", "--format", "sev"],
    [2, /^event-client: USAGE: 'noon' is no time/, "x", "--at", "noon"],
    [1, /^event-client: FILE_UNREADABLE: absent does not exist$/, "absent"],
    [1, /^event-client: FILE_UNREADABLE: absent does not exist$/, "empty", "--collateral", "absent"],
  ]
  for (const [status, message, ...args] of rows) {
    test(args.join(" ") || "nothing", async (t) => {
      const at = files(t, { x: "", empty: "" })
      const here = args.map((arg) => (arg === "x" || arg === "empty" ? at(arg) : arg))
      const found = await inspect(...here)
      assert.equal(found.status, status)
      assert.match(found.errors.trimEnd(), message)
    })
  }

  for (const format of ["sev-snp", "tdx", "sgx", "nitro", "event-manager"]) {
    test(`nonsense as ${format}`, async (t) => {
      const at = files(t, { nonsense: new TextEncoder().encode(`\u001b[2J${"x".repeat(5_000)}`), empty: "" })
      for (const name of ["nonsense", "empty"]) {
        const { status, lines } = await inspect(at(name), "--format", format, ...AT)
        assert.equal(status, 1)
        assert.match(lines.at(-1) ?? "", /^EVIDENCE_MALFORMED: /)
        assert.ok(!(lines.at(-1) ?? "").includes("--format"), "the format was named")
        assert.equal(lines.join("\n"), escapeText(lines.join("\n")).replaceAll("\\u{a}", "\n"))
      }
    })
  }
})

test("real evidence, with the makers' roots", async (t) => {
  const vectors = attestationVectors()
  if (vectors === undefined) return t.skip(NO_VECTORS)
  const [report, key] = ["sev-snp/milan-a.report.bin", "sev-snp/milan-a.vcek.der"].map((path) =>
    join(vectors.folder, path),
  )
  const folder = new Folder(t)
  const args = ["inspect-evidence", "--endorsement", key ?? "", "--at", "2025-01-01T00:00:00Z", report ?? ""]
  const { status, lines } = await folder.run(...args)
  assert.deepEqual([status, lines.at(-1)], [0, "SUCCESS: Genuine, and SECURE"])
  assert.deepEqual(folder.files(), [])
})
