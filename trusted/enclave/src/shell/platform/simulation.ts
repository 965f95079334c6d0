import { bytesOf, reportSigned, type Report, type Simulation } from "@event-manager/protocol"
import { randomBytes } from "node:crypto"
import { signerFromSeed } from "../ed25519.ts"
import type { Platform } from "./platform.ts"

/** Evidence of the real form, signed with a key of this machine that plays the hardware's. Proves nothing. */
export function simulationPlatform(simulation: Simulation): Platform {
  const signer = signerFromSeed(simulation.signingSeed)
  return {
    name: "simulation",
    entropy: (length) => new Uint8Array(randomBytes(length)),
    nowMs: Date.now,
    async quote(reportData, issuedAt) {
      const report: Report = {
        codeHash: simulation.codeHash,
        productId: 1,
        revocationLevel: 0,
        issuedAt,
        reportData,
      }
      return {
        kind: "simulation",
        report,
        signer: bytesOf(signer.publicKey),
        signature: signer.sign(reportSigned(report)),
      }
    },
  }
}
