/*
 * A TEE of our own: processors that sign reports, quotes and documents of the exact form, under private roots. What it
 * measures is what it is told to.
 */
import { readCertificate } from "../../user/client/src/attestation/x509/certificate.ts"
import type { Roots } from "../../user/client/src/attestation/roots.ts"
import type { Bytes } from "./bytes.ts"
import { testDcap, type TestDcap } from "./dcap.ts"
import { testNitro, type TestNitro } from "./nitro.ts"
import { testSevSnp, type TestSevSnp } from "./sevSnp.ts"

export interface TestTee {
  readonly sevSnp: TestSevSnp
  readonly dcap: TestDcap
  readonly nitro: TestNitro
  /** Whom its evidence leads to. */
  readonly roots: Roots
  /** The same as base64 of DER, for another process. */
  readonly written: WrittenRoots
}

export interface WrittenRoots {
  readonly sevSnp: { readonly product: "milan"; readonly ark: string; readonly ask: string; readonly asvk: string }
  readonly dcap: string
  readonly nitro: string
}

/** A Milan, a processor with SGX and TDX, and a Nitro host, with fresh keys. */
export async function testTee(): Promise<TestTee> {
  const [sevSnp, dcap, nitro] = await Promise.all([testSevSnp("milan"), testDcap(), testNitro()])
  const written: WrittenRoots = {
    sevSnp: { product: "milan", ark: base64(sevSnp.ark), ask: base64(sevSnp.ask), asvk: base64(sevSnp.asvk) },
    dcap: base64(dcap.root),
    nitro: base64(nitro.root),
  }
  return { sevSnp, dcap, nitro, written, roots: readRoots(written) }
}

export function readRoots({ sevSnp, dcap, nitro }: WrittenRoots): Roots {
  const { product, ark, ask, asvk } = sevSnp
  const read = (written: string): Roots["dcap"][0] => readCertificate(Uint8Array.fromBase64(written))
  return {
    sevSnp: [{ product, ark: read(ark), ask: read(ask), asvk: read(asvk) }],
    dcap: [read(dcap)],
    nitro: [read(nitro)],
  }
}

function base64({ certificate }: { readonly certificate: Bytes }): string {
  return certificate.toBase64()
}
