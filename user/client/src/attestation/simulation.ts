import { reportSigned, type Quote, type Report } from "@event-manager/protocol"
import { AttestationError } from "../errors.ts"
import { sha256, verifyEd25519 } from "../primitives.ts"
import type { Release, Verdict } from "./verdict.ts"

/** A simulated quote is signed with a key of the machine that runs the enclave. Throws AttestationError. */
export async function verifySimulation(quote: Extract<Quote, { kind: "simulation" }>): Promise<Verdict> {
  const { report, signer, signature } = quote
  if (!(await verifyEd25519(signer, reportSigned(report), signature))) {
    throw new AttestationError("SIGNATURE_INVALID", "the signature of the simulated report is wrong")
  }
  return {
    reportData: report.reportData,
    issuedAt: report.issuedAt,
    release: releaseOf(report, await sha256(signer)),
    launch: undefined,
    level: "INSECURE",
    reasons: ["simulation mode: no hardware keeps the machine's owner from reading the enclave's memory"],
    advisories: [],
  }
}

/** What a report that is no processor's says of its code; `signer` is the hash of whoever signs it. */
export function releaseOf({ codeHash, productId, revocationLevel }: Report, signer: Uint8Array): Release {
  return { codeHash: codeHash.toHex(), signer: signer.toHex(), productId, revocationLevel }
}
