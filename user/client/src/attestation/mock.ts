import { DIGEST_BYTES, type Quote } from "@event-manager/protocol"
import { releaseOf } from "./simulation.ts"
import type { Verdict } from "./verdict.ts"

/** A mock quote is vouched for by nobody, so there is nothing to verify. */
export async function verifyMock({ report }: Extract<Quote, { kind: "mock" }>): Promise<Verdict> {
  return {
    reportData: report.reportData,
    issuedAt: report.issuedAt,
    release: releaseOf(report, new Uint8Array(DIGEST_BYTES)),
    launch: undefined,
    level: "INSECURE",
    reasons: ["mock mode: the enclave runs inside the host, which can read everything"],
    advisories: [],
  }
}
