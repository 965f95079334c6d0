import { reportSigned, type Quote } from "@event-manager/protocol"
import { AttestationError } from "../errors.ts"
import { sha256, verifyEd25519 } from "../webCrypto.ts"
import type { Verdict } from "./verdict.ts"

/** A simulated quote is signed with a key of the machine that runs the enclave. Throws AttestationError. */
export async function verifySimulation(quote: Extract<Quote, { kind: "simulation" }>): Promise<Verdict> {
  if (!(await verifyEd25519(quote.signer, reportSigned(quote.report), quote.signature))) {
    throw new AttestationError("SIGNATURE_INVALID", "the signature of the simulated report is wrong")
  }
  return {
    report: quote.report,
    signer: (await sha256(quote.signer)).toHex(),
    level: "INSECURE",
    reasons: ["simulation mode: no hardware keeps the machine's owner from reading the enclave's memory"],
  }
}
