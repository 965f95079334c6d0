import { strict as assert } from "node:assert"
import { suite, test } from "node:test"
import type { Files } from "./files.ts"
import { tsmQuote, type TsmName, type TsmOptions } from "./tsm.ts"

type Bytes = Uint8Array<ArrayBuffer>

const reportData = Uint8Array.from({ length: 64 }, (_, i) => 255 - i)
const FOLDER = "/tsm"

function missing(): never {
  throw refusal("ENOENT")
}

function refusal(code: string): Error {
  return Object.assign(new Error("marker"), { code })
}

/** What goes wrong in a fake of the kernel's files: a test says it, and says at which attempt it stops. */
interface Cruelty {
  readonly provider?: string
  readonly out?: (reportData: Bytes) => Bytes
  readonly aux?: Bytes | undefined
  /** The lowest privilege level that may ask, of a kernel that has levels. */
  readonly floor?: number
  /** Another writer's writes, between ours and our read. */
  readonly writesBetween?: number
  /** What is written is not taken, which the kernel does not say. */
  readonly deaf?: boolean
  /** The system's code for an operation on a file or folder. */
  readonly refuses?: Readonly<Record<string, string>>
  readonly until?: number
}

class FakeKernel implements Files {
  readonly made: string[] = []
  readonly left = new Set<string>()
  #written: Bytes = new Uint8Array(0)
  #generation = 0
  #level = 0
  readonly #cruelty: Cruelty

  constructor(cruelty: Cruelty = {}) {
    this.#cruelty = cruelty
  }

  async makeFolder(path: string): Promise<void> {
    this.made.push(path)
    this.#maybe("mkdir")
    this.left.add(path)
    this.#generation = 0
    this.#level = 0
  }

  async removeFolder(path: string): Promise<void> {
    this.left.delete(path)
    this.#maybe("rmdir")
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    this.#maybe(this.#nameIn(path))
    if (this.#now.deaf === true) return
    if (path.endsWith("/privlevel")) this.#level = Number(new TextDecoder().decode(bytes))
    else this.#written = new Uint8Array(bytes)
    this.#generation += 1
  }

  async read(path: string, bytesMax: number): Promise<Bytes> {
    const name = this.#nameIn(path)
    this.#maybe(name)
    return this.#content(name).slice(0, bytesMax + 1)
  }

  #content(name: string): Bytes {
    const { provider = "sev_guest", out = snpReport, aux, floor, writesBetween = 0 } = this.#now
    const text = (content: string): Bytes => new Uint8Array(new TextEncoder().encode(`${content}\n`))
    if (name === "provider") return text(provider)
    if (name === "generation") return text(String(this.#generation))
    if (name === "privlevel_floor") return floor === undefined ? missing() : text(String(floor))
    if (name === "outblob") {
      // As the firmware sees it.
      if (this.#level < (floor ?? 0)) throw refusal("EIO")
      this.#generation += writesBetween
      return out(this.#written)
    }
    assert.equal(name, "auxblob")
    return aux ?? missing()
  }

  get #now(): Cruelty {
    const { until = Number.POSITIVE_INFINITY } = this.#cruelty
    return this.made.length > until ? {} : this.#cruelty
  }

  #nameIn(path: string): string {
    const [folder = ""] = this.left
    assert.ok(path.startsWith(`${folder}/`), "in the folder that was made, and in no other")
    return path.slice(folder.length + 1)
  }

  #maybe(operation: string): void {
    const code = this.#now.refuses?.[operation]
    if (code !== undefined) throw refusal(code)
  }
}

function snpReport(about: Bytes): Bytes {
  const report = new Uint8Array(1_184)
  report.set(about, 0x50)
  return report
}

function ask(files: FakeKernel, name: TsmName = "sev-snp"): ReturnType<typeof tsmQuote> {
  const options: TsmOptions = { folder: FOLDER, files, retryMs: 0 }
  return tsmQuote(name, reportData, options)
}

suite("configfs-tsm", () => {
  test("a report about what was asked, in a folder with a name that no one guesses", async () => {
    const aux = new Uint8Array(24).fill(1)
    const kernels = [new FakeKernel({ aux }), new FakeKernel({ aux })]
    for (const kernel of kernels) {
      const quote = await ask(kernel)
      assert.deepEqual(quote, { kind: "sev-snp", report: snpReport(reportData), certificates: aux })
      assert.deepEqual([...kernel.left], [])
    }
    const [one = "", other = ""] = kernels.flatMap(({ made }) => made)
    assert.match(one, /^\/tsm\/event-enclave-[0-9a-f]{16}$/)
    assert.notEqual(one, other)
  })
  test("it is asked for at the level from where it may be", async () => {
    for (const floor of [0, 1, 2]) {
      const quote = await ask(new FakeKernel({ floor }))
      assert.ok(quote.kind === "sev-snp")
      assert.deepEqual(quote.report, snpReport(reportData))
    }
  })
  test("a TDX quote has no certificate table beside it", async () => {
    const out = (about: Bytes): Bytes => new Uint8Array([1, ...about, 2])
    const quote = await ask(new FakeKernel({ provider: "tdx_guest", out }), "tdx")
    assert.deepEqual(quote, { kind: "tdx", quote: out(reportData), eventLog: new Uint8Array(0) })
  })
  test("a table that is absent, empty or longer than any is none", async () => {
    for (const aux of [undefined, new Uint8Array(0), new Uint8Array(20_000)]) {
      const quote = await ask(new FakeKernel({ aux }))
      assert.ok(quote.kind === "sev-snp")
      assert.equal(quote.certificates.length, 0)
    }
  })
})

const once = { until: 1 }
const passing: Readonly<Record<string, Cruelty>> = {
  "another writer": { writesBetween: 1, ...once },
  "a write that was not taken": { deaf: true, ...once },
  "EBUSY at the write": { refuses: { inblob: "EBUSY" }, ...once },
  "EAGAIN at the report": { refuses: { outblob: "EAGAIN" }, ...once },
  "EWOULDBLOCK at the table": { refuses: { auxblob: "EWOULDBLOCK" }, ...once },
  "EBUSY at the folder": { refuses: { mkdir: "EBUSY" }, ...once },
  "EINTR four times": { refuses: { outblob: "EINTR" }, until: 4 },
}
for (const [what, cruelty] of Object.entries(passing)) {
  test(`configfs-tsm is asked again, in a new folder: ${what}`, async () => {
    const kernel = new FakeKernel(cruelty)
    const quote = await ask(kernel)
    assert.ok(quote.kind === "sev-snp")
    assert.deepEqual(quote.report, snpReport(reportData))
    assert.equal(new Set(kernel.made).size, (cruelty.until ?? 0) + 1)
    assert.deepEqual([...kernel.left], [])
  })
}

const tdxOut = { provider: "tdx_guest" }
const refused: Readonly<Record<string, { cruelty: Cruelty; name?: TsmName; code: string; attempts?: number }>> = {
  "a race at every attempt": { cruelty: { writesBetween: 1 }, code: "TSM_BUSY", attempts: 5 },
  "a write that is never taken": { cruelty: { deaf: true }, code: "TSM_BUSY", attempts: 5 },
  "busy for ever": { cruelty: { refuses: { outblob: "EBUSY" } }, code: "TSM_BUSY", attempts: 5 },
  "no configfs": { cruelty: { refuses: { mkdir: "ENOENT" } }, code: "TSM_UNAVAILABLE" },
  "no permission": { cruelty: { refuses: { mkdir: "EACCES" } }, code: "TSM_UNAVAILABLE" },
  "no driver": { cruelty: { refuses: { outblob: "ENOTTY" } }, code: "TSM_UNAVAILABLE" },
  "a missing provider": { cruelty: { refuses: { provider: "ENOENT" } }, code: "TSM_UNAVAILABLE" },
  "a table that cannot be read": { cruelty: { refuses: { auxblob: "EIO" } }, code: "TSM_UNAVAILABLE" },
  "another platform's driver": { cruelty: tdxOut, code: "TSM_PROVIDER" },
  "a driver of no platform": { cruelty: { provider: "arm_cca_guest" }, code: "TSM_PROVIDER" },
  "SEV-SNP where TDX is due": { cruelty: {}, name: "tdx", code: "TSM_PROVIDER" },
  "a report cut short": { cruelty: { out: (about) => snpReport(about).slice(1) }, code: "TSM_PROVIDER" },
  "a report too long": { cruelty: { out: (about) => new Uint8Array([...snpReport(about), 0]) }, code: "TSM_PROVIDER" },
  "no report": { cruelty: { out: () => new Uint8Array(0) }, code: "TSM_PROVIDER" },
  "a report about something else": { cruelty: { out: () => snpReport(new Uint8Array(64)) }, code: "TSM_PROVIDER" },
  "no quote": { cruelty: { ...tdxOut, out: () => new Uint8Array(0) }, name: "tdx", code: "TSM_PROVIDER" },
  "a quote longer than evidence carries": {
    cruelty: { ...tdxOut, out: (about) => new Uint8Array([...about, ...new Uint8Array(16_384)]) },
    name: "tdx",
    code: "TSM_PROVIDER",
  },
}
for (const [what, { cruelty, name = "sev-snp", code, attempts = 1 }] of Object.entries(refused)) {
  test(`configfs-tsm gives no evidence, and nothing stays behind: ${what}`, async () => {
    const kernel = new FakeKernel(cruelty)
    await assert.rejects(ask(kernel, name), (error) => {
      assert.ok(error instanceof Error && "code" in error && !error.message.includes("marker"))
      return error.name === "PlatformError" && error.code === code
    })
    assert.equal(kernel.made.length, attempts)
    assert.deepEqual([...kernel.left], [])
  })
}

test("a folder that cannot be removed takes nothing from the report", async () => {
  assert.equal((await ask(new FakeKernel({ refuses: { rmdir: "EBUSY" } }))).kind, "sev-snp")
})
