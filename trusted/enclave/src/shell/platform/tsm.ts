/*
 * Linux configfs-tsm: one way to ask for a report, whoever made the processor. What each file means is in the kernel's
 * Documentation/ABI/testing/configfs-tsm-report.
 */
import { CERTIFICATES_BYTES_MAX, QUOTE_BYTES_MAX, SEV_SNP_REPORT_BYTES, type Quote } from "@event-manager/protocol"
import { randomBytes } from "node:crypto"
import { systemFiles, type Files } from "./files.ts"
import { PlatformError } from "./platform.ts"

export const TSM_FOLDER = "/sys/kernel/config/tsm/report"

const ATTEMPTS_MAX = 5
const RETRY_MS = 200
const TEXT_BYTES_MAX = 64
/** The kernel's words for "another one is at it", and for "the firmware is". */
const BUSY = new Set(["EBUSY", "EAGAIN", "EWOULDBLOCK", "EINTR"])

/** The kernel's drivers, by the platform whose reports they bring. */
const providers = { "sev-snp": "sev_guest", tdx: "tdx_guest" } as const
export type TsmName = keyof typeof providers

export interface TsmOptions {
  readonly folder?: string
  readonly files?: Files
  readonly retryMs?: number
}

type Bytes = Uint8Array<ArrayBuffer>

interface Report {
  readonly out: Bytes
  readonly aux: Bytes
}

/** A quote over 64 bytes. Rejects with PlatformError. */
export async function tsmQuote(name: TsmName, reportData: Bytes, options: TsmOptions = {}): Promise<Quote> {
  const { out, aux } = await patiently(options, () => ask(name, reportData, options))
  if (name === "tdx") return { kind: "tdx", quote: out, eventLog: new Uint8Array(0) }
  // A table that is too long to be one is left out: the host finds the certificate elsewhere.
  const certificates = aux.length > CERTIFICATES_BYTES_MAX ? new Uint8Array(0) : aux
  return { kind: "sev-snp", report: out, certificates }
}

/** Where others are at it, a few times more. */
async function patiently<T>({ retryMs = RETRY_MS }: TsmOptions, attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt()
    } catch (error) {
      const isBusy = error instanceof PlatformError && error.code === "TSM_BUSY"
      if (!isBusy || attempts === ATTEMPTS_MAX) throw error
      await new Promise((resolve) => setTimeout(resolve, attempts * retryMs))
    }
  }
}

/** In a folder of its own, as the ABI has it for those who would not share one, and that is gone afterwards. */
async function ask(name: TsmName, reportData: Bytes, options: TsmOptions): Promise<Report> {
  const { folder = TSM_FOLDER, files = systemFiles } = options
  const own = `${folder}/event-enclave-${randomBytes(8).toString("hex")}`
  await named(`cannot make a folder in ${folder}`, files.makeFolder(own))
  try {
    return await named("cannot get a report", report(name, reportData, own, files))
  } finally {
    // What cannot be removed does no harm: its name is never used again.
    await files.removeFolder(own).catch(() => {})
  }
}

async function report(name: TsmName, reportData: Bytes, own: string, files: Files): Promise<Report> {
  checkProvider(name, await readText(files, `${own}/provider`))
  const before = Number(await readText(files, `${own}/generation`))
  const levelWrites = await chooseLevel(own, files)
  await files.write(`${own}/inblob`, reportData)
  const out = await files.read(`${own}/outblob`, QUOTE_BYTES_MAX)
  const aux = await files.read(`${own}/auxblob`, CERTIFICATES_BYTES_MAX).catch(nothingIfMissing)
  // Each write makes one generation: more is somebody else's, and none is one that the kernel did not take, which it
  // says nowhere else, for it looks at what was written only after the file is closed.
  const after = Number(await readText(files, `${own}/generation`))
  if (after !== before + levelWrites + 1)
    throw new PlatformError("TSM_BUSY", "another program writes to the enclave's report")
  checkReport(name, reportData, out)
  return { out, aux }
}

/**
 * A report is asked for at privilege level 0 unless another is chosen, and who runs at a lower privilege, as under an SVSM,
 * may not ask there: the kernel says from where on it may. Answers with how many writes that took.
 */
async function chooseLevel(own: string, files: Files): Promise<number> {
  const floor = await readText(files, `${own}/privlevel_floor`).catch(noneIfMissing)
  if (Number(floor) === 0) return 0
  await files.write(`${own}/privlevel`, new TextEncoder().encode(floor))
  return 1
}

/** Not every provider has levels. */
function noneIfMissing(error: unknown): string {
  if (codeOf(error) === "ENOENT") return "0"
  throw error
}

function checkProvider(name: TsmName, provider: string): void {
  const expected = providers[name]
  if (provider === expected) return
  const advice = `the option --platform ${name} is for ${expected}`
  throw new PlatformError("TSM_PROVIDER", `configfs-tsm is provided by ${JSON.stringify(provider)}, and ${advice}`)
}

/** Whatever else it says is for the clients to check; what they could never accept is known here already. */
function checkReport(name: TsmName, reportData: Bytes, out: Bytes): void {
  const fits = name === "sev-snp" ? out.length === SEV_SNP_REPORT_BYTES : out.length <= QUOTE_BYTES_MAX
  if (fits && Buffer.from(out).includes(reportData)) return
  throw new PlatformError("TSM_PROVIDER", `a report of ${out.length} bytes that is not about what it should be`)
}

async function readText(files: Files, path: string): Promise<string> {
  const text = new TextDecoder().decode(await files.read(path, TEXT_BYTES_MAX))
  return text.trim()
}

function nothingIfMissing(error: unknown): Bytes {
  if (codeOf(error) === "ENOENT") return new Uint8Array(0)
  throw error
}

/** What the system says against it, as a PlatformError. */
async function named<T>(what: string, doing: Promise<T>): Promise<T> {
  try {
    return await doing
  } catch (cause) {
    if (cause instanceof PlatformError) throw cause
    const code = codeOf(cause)
    if (BUSY.has(code)) throw new PlatformError("TSM_BUSY", `${what} (${code}): the platform is busy`, { cause })
    const advice = "see that configfs is mounted, a TSM driver loaded, and this process allowed to write there"
    throw new PlatformError("TSM_UNAVAILABLE", `${what} (${code}): ${advice}`, { cause })
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "UNKNOWN"
}
