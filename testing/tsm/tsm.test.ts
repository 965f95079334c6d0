import { strict as assert } from "node:assert"
import { spawn, spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { suite, test, type TestContext } from "node:test"
import { tsmQuote } from "../../trusted/enclave/src/shell/platform/tsm.ts"

const PYTHON = "/usr/bin/python3"
const has = spawnSync(PYTHON, ["-c", 'import fuse; open("/dev/fuse")'], { stdio: "ignore" }).status === 0
const lack = "FUSE cannot be used here: it takes /dev/fuse, and apt-get install fuse3 python3-fuse"
const skip = !has && process.env["CI"] !== "true" ? lack : false
const reportData = Uint8Array.from({ length: 64 }, (_, i) => i + 1)

interface Fake {
  readonly folder: string
  /** Ends it; answers with how many folders were left in it. */
  end(): Promise<string>
}

async function mount(t: TestContext, provider: string, scenario: string): Promise<Fake> {
  assert.ok(has, lack)
  const folder = mkdtempSync(join(tmpdir(), "fake-tsm-"))
  const args = [join(import.meta.dirname, "fake_tsm.py"), provider, scenario, folder]
  const child = spawn(PYTHON, args, { stdio: ["ignore", "pipe", "pipe"] })
  const closed = new Promise((resolve) => child.once("close", resolve))
  const error = text(child.stderr)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const first = await lines.next()
  const end = async (): Promise<string> => {
    child.kill("SIGTERM")
    const { value } = await lines.next()
    await closed
    return String(value)
  }
  t.after(async () => {
    child.kill("SIGTERM")
    await closed
    rmdirSync(folder)
  })
  if (first.value !== "mounted") assert.fail(`${lack}; it said: ${await error}`)
  return { folder, end }
}

suite("configfs-tsm, as a file system", { skip }, () => {
  test("a SEV-SNP report and its certificate table, each time in a folder that is gone afterwards", async (t) => {
    const fake = await mount(t, "sev_guest", "plain")
    for (const first of [1, 7]) {
      const about = reportData.map((byte) => byte + first)
      const quote = await tsmQuote("sev-snp", about, { folder: fake.folder })
      assert.ok(quote.kind === "sev-snp")
      assert.equal(quote.report.length, 1_184)
      assert.deepEqual(quote.report.slice(0x50, 0x90), about)
      assert.deepEqual(quote.certificates, new Uint8Array(5_000).fill(0xce))
      assert.deepEqual(readdirSync(fake.folder), [])
    }
    assert.equal(await fake.end(), "left 0")
  })
  test("a TDX quote", async (t) => {
    const fake = await mount(t, "tdx_guest", "plain")
    const quote = await tsmQuote("tdx", reportData, { folder: fake.folder })
    assert.ok(quote.kind === "tdx")
    assert.equal(quote.quote.length, 5_006)
    assert.equal(await fake.end(), "left 0")
  })
  test("a kernel that gives no auxblob", async (t) => {
    const { folder } = await mount(t, "sev_guest", "no auxblob")
    const quote = await tsmQuote("sev-snp", reportData, { folder })
    assert.ok(quote.kind === "sev-snp")
    assert.equal(quote.certificates.length, 0)
  })
  test("a kernel under an SVSM, where level 0 is not the guest's to ask at", async (t) => {
    const fake = await mount(t, "sev_guest", "under an SVSM")
    assert.equal((await tsmQuote("sev-snp", reportData, { folder: fake.folder })).kind, "sev-snp")
    assert.equal(await fake.end(), "left 0")
  })
  test("one that is busy once is asked again", async (t) => {
    const fake = await mount(t, "sev_guest", "busy once")
    assert.equal((await tsmQuote("sev-snp", reportData, { folder: fake.folder, retryMs: 0 })).kind, "sev-snp")
    assert.equal(await fake.end(), "left 0")
  })
  for (const scenario of ["busy for ever", "raced"]) {
    test(`one that is ${scenario} is given up, and nothing is left in it`, async (t) => {
      const fake = await mount(t, "sev_guest", scenario)
      await assert.rejects(tsmQuote("sev-snp", reportData, { folder: fake.folder, retryMs: 0 }), {
        name: "PlatformError",
        code: "TSM_BUSY",
      })
      assert.equal(await fake.end(), "left 0")
    })
  }
  test("another platform's driver, and none", async (t) => {
    const { folder } = await mount(t, "sev_guest", "plain")
    await assert.rejects(tsmQuote("tdx", reportData, { folder }), { code: "TSM_PROVIDER" })
    const nowhere = { folder: join(folder, "nothing/here") }
    await assert.rejects(tsmQuote("tdx", reportData, nowhere), { code: "TSM_UNAVAILABLE", message: /ENOENT/ })
  })
})
