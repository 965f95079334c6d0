/*
 * What endorses a SEV-SNP report: the certificate of the key that signed it, and the revocation list of that key's
 * issuer. Offsets are those of AMD publication 56860, table "ATTESTATION_REPORT structure"; the service is that of 57230.
 */
import type { Endorsement, Quote } from "@event-manager/protocol/frame"
import { HostError } from "../errors.ts"
import type { Cache, Held } from "./cache.ts"
import { certificateIn, type SnpKeyKind } from "./certificateTable.ts"
import type { Source, UrlSource } from "./source.ts"

export const SNP_SOURCE_DEFAULT = "https://kdsintf.amd.com"

type SnpQuote = Extract<Quote, { kind: "sev-snp" }>
type Bytes = Uint8Array<ArrayBuffer>

const products = ["Milan", "Genoa", "Turin"] as const
type Product = (typeof products)[number]

/** By CPUID family and models (57230, and AMD's processor programming references): Genoa's key serves its siblings too. */
const processors: readonly { family: number; from: number; to: number; product: Product }[] = [
  { family: 0x19, from: 0x00, to: 0x0f, product: "Milan" },
  { family: 0x19, from: 0x10, to: 0x1f, product: "Genoa" },
  { family: 0x19, from: 0xa0, to: 0xaf, product: "Genoa" },
  { family: 0x1a, from: 0x00, to: 0x11, product: "Turin" },
]

const VERSION = 0x00
const SIGNING_KEY = 0x48
const REPORTED_TCB = 0x180
const TCB_BYTES = 8
const FAMILY = 0x188
const MODEL = 0x189
const CHIP_ID = 0x1a0
const CHIP_ID_BYTES = 64
/** Turin's are shorter (57230, "VCEK certificate"). */
const TURIN_CHIP_ID_BYTES = 8

/** The key's certificate and the list that may revoke it, as far as they are to be had. */
export async function snpEndorsements(
  quote: SnpQuote,
  source: Source,
  cache: Cache,
): Promise<readonly { readonly kind: Endorsement["kind"]; readonly held: Held }[]> {
  const kind = keyKindOf(quote.report)
  const key = await keyOf(kind, quote, source, cache)
  const product = productIn(key.bytes) ?? productsOf(quote.report)[0]
  const list =
    product === undefined
      ? []
      : [{ kind: "sev-snp-crl", held: await revocations(kind, product, source, cache) } as const]
  return [{ kind: "sev-snp-key", held: key }, ...list]
}

async function keyOf(
  kind: SnpKeyKind,
  { report, certificates }: SnpQuote,
  source: Source,
  cache: Cache,
): Promise<Held> {
  const given = certificateIn(certificates, kind)
  if (given !== undefined) return { bytes: given, dueMs: Number.POSITIVE_INFINITY }
  const name = `${kind}-${report.slice(CHIP_ID, CHIP_ID + TURIN_CHIP_ID_BYTES).toHex()}-${tcbOf(report).toHex()}.der`
  // What stands in a folder may be put right there.
  return cache.get(name, source.kind === "folder" ? "a day" : "for ever", () => fetchKey(kind, report, source))
}

/** A report of version 2 does not say which product it is of: the first that has the chip's certificate is the one. */
async function fetchKey(kind: SnpKeyKind, report: Bytes, source: Source): Promise<Bytes> {
  let failure = new HostError("ENDORSEMENTS", unknownProcessor(report))
  for (const product of productsOf(report)) {
    try {
      return await fetchKeyOf(product, kind, report, source)
    } catch (error) {
      if (!(error instanceof HostError)) throw error
      failure = error
    }
  }
  throw failure
}

async function fetchKeyOf(product: Product, kind: SnpKeyKind, report: Bytes, source: Source): Promise<Bytes> {
  const chip = chipIdOf(product, report)
  if (source.kind === "folder") return source.read(`${product.toLowerCase()}-${chip}-${tcbOf(report).toHex()}.der`)
  if (kind === "vlek") {
    const advice = "let the hypervisor give its certificate table, or use a folder"
    throw new HostError("ENDORSEMENTS", `no service has the certificate of a VLEK: ${advice}`)
  }
  return getDer(source, `/vcek/v1/${product}/${chip}?${levelsOf(product, tcbOf(report))}`)
}

function revocations(kind: SnpKeyKind, product: Product, source: Source, cache: Cache): Promise<Held> {
  const name = product.toLowerCase() + (kind === "vlek" ? "-vlek" : "")
  return cache.get(`${name}.crl`, "a day", () =>
    source.kind === "folder" ? source.read(`${name}.crl`) : getDer(source, `/${kind}/v1/${product}/crl`),
  )
}

/** An error page that a proxy gives in place of an answer must not be kept. */
async function getDer(source: UrlSource, path: string): Promise<Bytes> {
  const { bytes } = await source.get(path)
  const view = new DataView(bytes.buffer)
  if (bytes.length > 4 && view.getUint16(0) === 0x3082 && view.getUint16(2) + 4 === bytes.length) return bytes
  throw new HostError("ENDORSEMENTS", `${source.base}${path} answered with something that is not DER`)
}

/** Bits 2 to 4 of the flags: 0 for the chip's own key, 1 for one that is loaded for a provider. */
function keyKindOf(report: Bytes): SnpKeyKind {
  return (((report[SIGNING_KEY] ?? 0) >> 2) & 7) === 1 ? "vlek" : "vcek"
}

function productsOf(report: Bytes): readonly Product[] {
  const version = report[VERSION] ?? 0
  if (version < 3) return ["Milan", "Genoa"]
  const [family = 0, model = 0] = report.subarray(FAMILY, MODEL + 1)
  return processors
    .filter((each) => each.family === family && each.from <= model && model <= each.to)
    .map(({ product }) => product)
}

function unknownProcessor(report: Bytes): string {
  const [family = 0, model = 0] = report.subarray(FAMILY, MODEL + 1)
  return `no service is known for processors of family ${family} model ${model}; use the hypervisor's certificate table`
}

/** The issuer's name in a certificate ends in the product's. */
function productIn(certificate: Bytes | undefined): Product | undefined {
  const text = Buffer.from(certificate ?? []).toString("latin1")
  return products.find((product) => text.includes(`SEV-${product}`) || text.includes(`SEV-VLEK-${product}`))
}

function chipIdOf(product: Product, report: Bytes): string {
  const length = product === "Turin" ? TURIN_CHIP_ID_BYTES : CHIP_ID_BYTES
  const chip = report.subarray(CHIP_ID, CHIP_ID + length)
  if (chip.some((byte) => byte !== 0)) return chip.toHex()
  const advice = "let the firmware show it, or the hypervisor give its certificate table"
  throw new HostError("ENDORSEMENTS", `the report does not say which chip it is of: ${advice}`)
}

function tcbOf(report: Bytes): Bytes {
  return report.slice(REPORTED_TCB, REPORTED_TCB + TCB_BYTES)
}

/** Where the components of a TCB version stand (56860, table "TCB_VERSION structure"), by their names in a query. */
const levels: Readonly<Record<Product, readonly (readonly [name: string, at: number])[]>> = {
  Milan: [
    ["blSPL", 0],
    ["teeSPL", 1],
    ["snpSPL", 6],
    ["ucodeSPL", 7],
  ],
  Genoa: [
    ["blSPL", 0],
    ["teeSPL", 1],
    ["snpSPL", 6],
    ["ucodeSPL", 7],
  ],
  Turin: [
    ["fmcSPL", 0],
    ["blSPL", 1],
    ["teeSPL", 2],
    ["snpSPL", 3],
    ["ucodeSPL", 7],
  ],
}

function levelsOf(product: Product, tcb: Bytes): string {
  return levels[product].map(([name, at]) => `${name}=${String(tcb[at]).padStart(2, "0")}`).join("&")
}
