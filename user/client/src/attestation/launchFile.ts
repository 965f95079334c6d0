/*
 * What a release is made from, as whoever builds the images writes it down: JSON with hexadecimal digits.
 */
import { Json } from "./json.ts"
import type { Launch } from "./launch.ts"
import { LAUNCHES_MAX, MINIMUMS_MAX, type ReleaseManifest } from "./release.ts"
import { sevSnpProducts } from "./roots.ts"
import { readOr } from "./x509/malformed.ts"

const VERSION_LETTERS_MAX = 64
const UINT8_MAX = 0xff
const UINT16_MAX = 0xffff
const SHA256_BYTES = 32
const SHA384_BYTES = 48

const FIELDS = ["version", "productId", "revocationLevel", "launches", "sevSnpMinimumTcb"]
const COMPONENTS = ["fmc", "bootloader", "tee", "snp", "microcode"]
const launchKinds = ["sev-snp", "tdx", "sgx", "nitro"] as const

/** All of a manifest but the hash of its code. Throws AttestationError (RELEASE_MALFORMED). */
export function readLaunches(text: string): Omit<ReleaseManifest, "codeHash"> {
  return readOr("RELEASE_MALFORMED", "the file of launches", () => {
    const json = Json.parse(text).only(FIELDS)
    return {
      version: json.field("version").text(VERSION_LETTERS_MAX),
      productId: json.field("productId").integer(UINT16_MAX),
      revocationLevel: json.field("revocationLevel").integer(UINT16_MAX),
      launches: json.field("launches").items(LAUNCHES_MAX).map(readLaunch),
      sevSnpMinimumTcb: (json.optional("sevSnpMinimumTcb")?.items(MINIMUMS_MAX) ?? []).map(readMinimum),
    }
  })
}

/** The names under which a file has what each platform measures; all else in an entry would be measured by nothing. */
const measurements = {
  "sev-snp": ["measurement", "vmpl"],
  tdx: ["mrTd", "rtMr0", "rtMr1", "rtMr2", "rtMr3"],
  sgx: ["mrEnclave"],
  nitro: ["pcr0", "pcr1", "pcr2"],
} as const satisfies Record<Launch["kind"], readonly string[]>

const readers: { readonly [K in Launch["kind"]]: (json: Json) => Extract<Launch, { kind: K }> } = {
  "sev-snp": (json) => ({
    kind: "sev-snp",
    measurement: measured(json, "measurement"),
    vmpl: json.field("vmpl").integer(UINT8_MAX),
  }),
  tdx: (json) => ({
    kind: "tdx",
    mrTd: measured(json, "mrTd"),
    rtMr0: measured(json, "rtMr0"),
    rtMr1: measured(json, "rtMr1"),
    rtMr2: measured(json, "rtMr2"),
    rtMr3: measured(json, "rtMr3"),
  }),
  sgx: (json) => ({ kind: "sgx", mrEnclave: Uint8Array.fromHex(json.field("mrEnclave").hex(SHA256_BYTES)) }),
  nitro: (json) => ({
    kind: "nitro",
    pcr0: measured(json, "pcr0"),
    pcr1: measured(json, "pcr1"),
    pcr2: measured(json, "pcr2"),
  }),
}

function readLaunch(json: Json): Launch {
  const kind = json.field("kind").oneOf(launchKinds)
  return readers[kind](json.only(["kind", ...measurements[kind]]))
}

function measured(json: Json, name: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(json.field(name).hex(SHA384_BYTES))
}

function readMinimum(written: Json): ReleaseManifest["sevSnpMinimumTcb"][number] {
  const json = written.only(["product", ...COMPONENTS])
  const component = (name: string): number => json.optional(name)?.integer(UINT8_MAX) ?? 0
  return {
    product: json.field("product").oneOf(sevSnpProducts),
    fmc: component("fmc"),
    bootloader: component("bootloader"),
    tee: component("tee"),
    snp: component("snp"),
    microcode: component("microcode"),
  }
}
