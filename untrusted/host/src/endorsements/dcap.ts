/*
 * What endorses a TDX or SGX quote: Intel's collateral, as one JSON object of strings. The service is Intel's PCS, API
 * version 4, or a PCCS, which answers alike.
 */
import { ENDORSEMENT_BYTES_MAX } from "@event-manager/protocol/frame"
import { HostError } from "../errors.ts"
import type { Cache, Held } from "./cache.ts"
import { pckFacts, type PckFacts } from "./pck.ts"
import type { Answer, Source, UrlSource } from "./source.ts"

export const DCAP_SOURCE_DEFAULT = "https://api.trustedservices.intel.com"
/** Intel's PCS has the root's list elsewhere; a PCCS has it among the others. */
const INTEL_ROOT_CRL = "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der"
const PCCS_ROOT_CRL = "/sgx/certification/v4/rootcacrl"

type Kind = "tdx" | "sgx"

/** The collateral for a quote, as far as it is to be had. */
export async function dcapEndorsement(
  { kind, quote }: { readonly kind: Kind; readonly quote: Uint8Array },
  source: Source,
  cache: Cache,
): Promise<Held> {
  const facts = factsIn(quote)
  const name = `${kind}-${facts?.fmspc ?? "unknown"}.json`
  return cache.get(name, "a day", async () => {
    // Once more, for its error.
    const { fmspc, ca } = facts ?? pckFacts(quote)
    return source.kind === "folder" ? source.read(name) : collateral(source, kind, fmspc, ca)
  })
}

function factsIn(quote: Uint8Array): PckFacts | undefined {
  try {
    return pckFacts(quote)
  } catch (error) {
    if (error instanceof HostError) return undefined
    throw error
  }
}

async function collateral(
  source: UrlSource,
  kind: Kind,
  fmspc: string,
  ca: PckFacts["ca"],
): Promise<Uint8Array<ArrayBuffer>> {
  const pckCrl = await source.get(`/sgx/certification/v4/pckcrl?ca=${ca}&encoding=der`)
  const tcb = await source.get(`/${kind}/certification/v4/tcb?fmspc=${fmspc}`)
  const identity = await source.get(`/${kind}/certification/v4/qe/identity`)
  const rootCrl = await source.get(source.base === DCAP_SOURCE_DEFAULT ? INTEL_ROOT_CRL : PCCS_ROOT_CRL)
  const tcbInfo = signed(source, "tcbInfo", tcb)
  const qeIdentity = signed(source, "enclaveIdentity", identity)
  const json = JSON.stringify({
    pck_crl_issuer_chain: chain(source, "SGX-PCK-CRL-Issuer-Chain", pckCrl),
    root_ca_crl: derAsHex(rootCrl.bytes),
    pck_crl: derAsHex(pckCrl.bytes),
    tcb_info_issuer_chain: chain(source, "TCB-Info-Issuer-Chain", tcb),
    tcb_info: tcbInfo.body,
    tcb_info_signature: tcbInfo.signature,
    qe_identity_issuer_chain: chain(source, "SGX-Enclave-Identity-Issuer-Chain", identity),
    qe_identity: qeIdentity.body,
    qe_identity_signature: qeIdentity.signature,
  })
  const bytes = new TextEncoder().encode(json)
  return bytes.length > ENDORSEMENT_BYTES_MAX ? nonsense(source, "more than collateral is") : bytes
}

/** URL-encoded PEM in a header. */
function chain(source: UrlSource, name: string, { headers }: Answer): string {
  try {
    const pem = decodeURIComponent(headers.get(name) ?? "")
    if (pem.includes("-----BEGIN CERTIFICATE-----")) return pem
  } catch (error) {
    if (!(error instanceof URIError)) throw error
  }
  return nonsense(source, `no certificate chain in the header ${name}`)
}

/**
 * What Intel signed is the text of one value in the answer, `{"name":VALUE,"signature":"HEX"}`, so it is cut out: written
 * anew it might differ.
 */
function signed(source: UrlSource, name: string, { bytes }: Answer): { body: string; signature: string } {
  const text = new TextDecoder().decode(bytes)
  const pattern = new RegExp(
    `^\\s*\\{\\s*"${name}"\\s*:\\s*(\\{[^]*\\})\\s*,\\s*"signature"\\s*:\\s*"([0-9a-fA-F]{128})"\\s*\\}\\s*$`,
  )
  const [, body, signature] = pattern.exec(text) ?? []
  if (body === undefined || signature === undefined) return nonsense(source, `no signed ${name}`)
  return { body, signature: signature.toLowerCase() }
}

/** Intel answers with DER, a PCCS with its hexadecimal digits. */
function derAsHex(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("latin1").trim()
  return /^(?:[0-9a-f]{2})+$/i.test(text) ? text.toLowerCase() : bytes.toHex()
}

function nonsense(source: UrlSource, what: string): never {
  throw new HostError("ENDORSEMENTS", `${source.base} answered with ${what}`)
}
