import { DIGEST_BYTES, type Quote } from "@event-manager/protocol"
import type { Verdict } from "./verdict.ts"

/** A mock quote is vouched for by nobody, so there is nothing to verify. */
export async function verifyMock(quote: Extract<Quote, { kind: "mock" }>): Promise<Verdict> {
  return {
    report: quote.report,
    signer: new Uint8Array(DIGEST_BYTES).toHex(),
    level: "INSECURE",
    reasons: ["mock mode: the enclave runs inside the host, which can read everything"],
  }
}
