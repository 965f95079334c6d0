import { DIGEST_BYTES } from "@event-manager/protocol"
import { randomBytes } from "node:crypto"
import type { Platform } from "./platform.ts"

/** Runs in the host's own process: nobody vouches for anything, and the code hash is zeros. */
export const mockPlatform: Platform = {
  name: "mock",
  entropy: (length) => new Uint8Array(randomBytes(length)),
  nowMs: Date.now,
  quote: async (reportData, issuedAt) => ({
    kind: "mock",
    report: {
      codeHash: new Uint8Array(DIGEST_BYTES),
      productId: 1,
      revocationLevel: 0,
      issuedAt,
      reportData,
    },
  }),
}
