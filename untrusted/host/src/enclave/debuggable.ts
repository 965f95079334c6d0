import type { Quote } from "@event-manager/protocol/frame"

/** AMD publication 56860, table "Guest policy": DEBUG is bit 19 of the policy, which stands at 8 in the report. */
const SNP_POLICY_HIGH = 0x08 + 2
const SNP_DEBUG = 0x08
/** Intel TDX DCAP Quoting Library API, A.3: the TD's report stands behind a header of 48 bytes; 6 more in version 5. */
const TD_ATTRIBUTES = 48 + 120
const TD_ATTRIBUTES_5 = TD_ATTRIBUTES + 6
const TD_DEBUG = 0x01
/** Intel SGX ECDSA QuoteLibReference DCAP API, A.4: ATTRIBUTES of the enclave's report, behind the same header. */
const SGX_ATTRIBUTES = 48 + 48
const SGX_DEBUG = 0x02

/**
 * What a quote says of debugging, in the maker's words; undefined where it rules it out, or says it in a way that only
 * clients read. Nothing is verified: this tells an operator of a mistake, and clients of nothing.
 */
export function debugSign(quote: Quote): string | undefined {
  switch (quote.kind) {
    case "sev-snp":
      return isSet(quote.report, SNP_POLICY_HIGH, SNP_DEBUG) ? "its SEV-SNP guest policy allows debugging" : undefined
    case "tdx": {
      const at = quote.quote[0] === 5 ? TD_ATTRIBUTES_5 : TD_ATTRIBUTES
      return isSet(quote.quote, at, TD_DEBUG) ? "its TD attributes have the bit DEBUG" : undefined
    }
    case "sgx":
      return isSet(quote.quote, SGX_ATTRIBUTES, SGX_DEBUG) ? "its SGX attributes have the bit DEBUG" : undefined
    case "nitro":
    case "simulation":
    case "mock":
      return undefined
  }
}

function isSet(bytes: Uint8Array, at: number, bit: number): boolean {
  return ((bytes[at] ?? 0) & bit) !== 0
}
