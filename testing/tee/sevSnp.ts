/*
 * Reports of AMD SEV-SNP as a processor would make them, under a private root.
 */
import { createRoot, type Authority, type Extension } from "./authority.ts"
import type { Bytes } from "./bytes.ts"
import { ia5String, integer } from "./der.ts"

export type Product = "milan" | "genoa" | "turin"
export type Signer = "VCEK" | "VLEK"

/** A version of what the processor trusts, by component; those left out are 0. */
type Tcb = Readonly<Record<string, number>>

export interface ReportOptions {
  readonly version?: number
  readonly policy?: bigint
  readonly vmpl?: number
  readonly reportData?: Uint8Array
  readonly measurement?: Uint8Array
  readonly hostData?: Uint8Array
  /** The field of flags and signing key; by default what fits the signer. */
  readonly keyInfo?: number
  readonly chipId?: Uint8Array
  readonly reportedTcb?: Tcb
  readonly committedTcb?: Tcb
  readonly currentTcb?: Tcb
  readonly launchTcb?: Tcb
  /** Family, model and stepping; left out of version 2. */
  readonly cpuid?: readonly [number, number, number]
  /** Whatever else is to be changed before it is signed. */
  readonly edit?: (report: Bytes) => void
}

export interface KeyOptions {
  readonly tcb?: Tcb
  readonly productName?: string
  readonly hwId?: Uint8Array | "none"
  readonly cspId?: string
  readonly notBefore?: number
  readonly notAfter?: number
  readonly keyKind?: "P-256" | "P-384"
  /** The extensions as they will be issued. */
  readonly extensions?: (usual: readonly Extension[]) => readonly Extension[]
}

interface MadeSevSnp {
  readonly report: Bytes
  /** DER. */
  readonly key: Bytes
  readonly crl: Bytes
}

/** One line of processors. */
export interface TestSevSnp {
  readonly product: Product
  /** Who certifies: the root, and under it who issues keys of chips and of clouds. */
  readonly ark: Authority
  readonly ask: Authority
  readonly asvk: Authority
  /** A processor's key with its certificate. */
  key(signer: Signer, options?: KeyOptions): Promise<Authority>
  /** A report signed with that key. */
  report(key: Authority, signer: Signer, options?: ReportOptions): Promise<Bytes>
  /** All of it, each part good as long as nothing is asked for. */
  evidence(signer?: Signer, report?: ReportOptions, key?: KeyOptions): Promise<MadeSevSnp>
}

const layouts: Readonly<Record<Product, readonly string[]>> = {
  milan: ["bootloader", "tee", "spl4", "spl5", "spl6", "spl7", "snp", "microcode"],
  genoa: ["bootloader", "tee", "spl4", "spl5", "spl6", "spl7", "snp", "microcode"],
  turin: ["fmc", "bootloader", "tee", "snp", "spl5", "spl6", "spl7", "microcode"],
}

const AMD = "1.3.6.1.4.1.3704.1"
/** The last arc of each component's extension (AMD publication 57230 chapter 3). */
const splArcs: Readonly<Record<string, number>> = {
  bootloader: 1,
  tee: 2,
  snp: 3,
  spl4: 4,
  spl5: 5,
  spl6: 6,
  spl7: 7,
  microcode: 8,
  fmc: 9,
}

const cpuids: Readonly<Record<Product, readonly [number, number, number]>> = {
  milan: [0x19, 0x01, 0x01],
  genoa: [0x19, 0x11, 0x01],
  turin: [0x1a, 0x02, 0x01],
}
const productNames: Readonly<Record<Product, string>> = { milan: "Milan-B0", genoa: "Genoa", turin: "Turin" }

/** What reports and certificates say unless they are asked to say otherwise. */
export const TEST_TCB: Tcb = { fmc: 1, bootloader: 4, tee: 2, snp: 24, microcode: 219 }
const POLICY = 0x30000n
const REPORT_BYTES = 1_184
const SIGNED_BYTES = 0x2a0
const SCALAR_BYTES = 48
const NEWEST_VERSION = 5
const keyInfos: Readonly<Record<Signer, number>> = { VCEK: 0, VLEK: 1 << 2 }

/** The test processor's chip id: 64 bytes, or for Turin 8, and zeros. */
export function testChipId(product: Product): Bytes {
  return new Uint8Array(64).fill(0xc1, 0, product === "turin" ? 8 : 64)
}

/** Authorities of one product, with fresh keys. */
export async function testSevSnp(product: Product): Promise<TestSevSnp> {
  const ark = await createRoot({ name: `Test ARK-${product}`, keyKind: "RSA" })
  const below = { keyKind: "RSA", isAuthority: true, pathLength: 0 } as const
  const ask = await ark.issue({ ...below, name: `Test SEV-${product}` })
  const asvk = await ark.issue({ ...below, name: `Test SEV-VLEK-${product}` })
  const key: TestSevSnp["key"] = (signer, options = {}) =>
    (signer === "VCEK" ? ask : asvk).issue({
      name: `Test SEV-${signer}`,
      keyKind: options.keyKind ?? "P-384",
      serial: 0n,
      ...(options.notBefore === undefined ? {} : { notBefore: options.notBefore }),
      ...(options.notAfter === undefined ? {} : { notAfter: options.notAfter }),
      extensions: keyExtensions(product, signer, options),
    })
  const report: TestSevSnp["report"] = (holder, signer, options = {}) => signedReport(product, signer, holder, options)
  return {
    product,
    ark,
    ask,
    asvk,
    key,
    report,
    async evidence(signer = "VCEK", reportOptions = {}, keyOptions = {}) {
      const holder = await key(signer, keyOptions)
      return {
        report: await report(holder, signer, reportOptions),
        key: holder.certificate,
        crl: await ark.revoke([]),
      }
    },
  }
}

function keyExtensions(product: Product, signer: Signer, options: KeyOptions): readonly Extension[] {
  const { tcb = TEST_TCB, extensions = (usual) => usual } = options
  const chip = testChipId(product).subarray(0, product === "turin" ? 8 : 64)
  const hwId = options.hwId ?? (signer === "VCEK" ? chip : "none")
  const cspId = options.cspId ?? (signer === "VLEK" ? "CN=cloud.example" : undefined)
  return extensions([
    { oid: `${AMD}.1`, value: integer(product === "turin" ? 1 : 0) },
    { oid: `${AMD}.2`, value: ia5String(options.productName ?? productNames[product]) },
    ...layouts[product].map((component) => ({
      oid: `${AMD}.3.${splArcs[component]}`,
      value: integer(tcb[component] ?? 0),
    })),
    ...(hwId === "none" ? [] : [{ oid: `${AMD}.4`, value: hwId }]),
    ...(cspId === undefined ? [] : [{ oid: `${AMD}.5`, value: ia5String(cspId) }]),
  ])
}

/** ATTESTATION_REPORT (AMD publication 56860 section 7.3), signed as chapter 10 says. */
async function signedReport(
  product: Product,
  signer: Signer,
  holder: Authority,
  options: ReportOptions,
): Promise<Bytes> {
  const report = new Uint8Array(REPORT_BYTES)
  writeReport(report, product, signer, options)
  options.edit?.(report)
  const signature = await holder.sign(report.subarray(0, SIGNED_BYTES))
  if (signature.length === 2 * SCALAR_BYTES) {
    report.set(signature.slice(0, SCALAR_BYTES).reverse(), 0x2a0)
    report.set(signature.slice(SCALAR_BYTES).reverse(), 0x2e8)
  }
  return report
}

function writeReport(report: Bytes, product: Product, signer: Signer, options: ReportOptions): void {
  const usual = {
    version: NEWEST_VERSION,
    policy: POLICY,
    vmpl: 0,
    keyInfo: keyInfos[signer],
    chipId: testChipId(product),
  }
  const { version, policy, vmpl, keyInfo, chipId } = { ...usual, ...options }
  const view = new DataView(report.buffer)
  view.setUint32(0x00, version, true)
  view.setBigUint64(0x08, policy, true)
  view.setUint32(0x30, vmpl, true)
  view.setUint32(0x34, 1, true)
  view.setBigUint64(0x40, 0x25n, true)
  view.setUint32(0x48, keyInfo, true)
  report.fill(0x3e, 0x90, 0xc0)
  report.set(options.measurement ?? [], 0x90)
  report.set(options.reportData ?? [], 0x50)
  report.set(options.hostData ?? [], 0xc0)
  report.fill(0xff, 0x160, 0x180)
  if (version >= 3) report.set(options.cpuid ?? cpuids[product], 0x188)
  report.set(chipId, 0x1a0)
  report.set([9, 55, 1, 0, 9, 55, 1], 0x1e8)
  if (version >= 5) report.set([1, 0, 0, 0, 0, 0, 0, 0, 1], 0x1f8)
  writeTcbs(report, product, options)
}

function writeTcbs(report: Bytes, product: Product, options: ReportOptions): void {
  const reported = options.reportedTcb ?? TEST_TCB
  report.set(tcbBytes(product, options.currentTcb ?? reported), 0x38)
  report.set(tcbBytes(product, reported), 0x180)
  report.set(tcbBytes(product, options.committedTcb ?? reported), 0x1e0)
  report.set(tcbBytes(product, options.launchTcb ?? reported), 0x1f0)
}

function tcbBytes(product: Product, tcb: Tcb): Bytes {
  return Uint8Array.from(layouts[product].map((component) => tcb[component] ?? 0))
}
