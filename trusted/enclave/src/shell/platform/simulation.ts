import { reportSigned, type Report, type Simulation } from "@event-manager/protocol"
import { createPrivateKey, createPublicKey, randomBytes, sign } from "node:crypto"
import type { Platform } from "./platform.ts"

/** RFC 8410 section 7: what stands before an Ed25519 seed in PKCS#8. */
const PKCS8_PREFIX = Uint8Array.fromHex("302e020100300506032b657004220420")

/** Evidence of the real form, signed with a key of this machine that plays the hardware's. Proves nothing. */
export function simulationPlatform(simulation: Simulation): Platform {
  const der = Buffer.concat([PKCS8_PREFIX, simulation.signingSeed])
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" })
  const { x } = createPublicKey(privateKey).export({ format: "jwk" })
  const signer = Uint8Array.fromBase64(x ?? "", { alphabet: "base64url" })
  return {
    name: "simulation",
    entropy: (length) => new Uint8Array(randomBytes(length)),
    nowMs: Date.now,
    quote(reportData, issuedAt) {
      const report: Report = { codeHash: simulation.codeHash, productId: 1, revocationLevel: 0, issuedAt, reportData }
      const signature = new Uint8Array(sign(null, reportSigned(report), privateKey))
      return { kind: "simulation", report, signer, signature }
    },
  }
}
