import type { Quote } from "@event-manager/protocol"
import { randomBytes } from "node:crypto"
import type { Platform } from "./platform.ts"

/** The platforms where a processor, or a device that it trusts, vouches for the enclave. */
export const hardwareNames = ["sev-snp", "tdx", "sgx", "nitro"] as const
export type HardwareName = (typeof hardwareNames)[number]

/** Brings the platform's quote over 64 bytes. Rejects with PlatformError. */
export type Quoter = (reportData: Uint8Array<ArrayBuffer>) => Promise<Quote>

/** A real platform. The processor's own instructions feed the entropy of the kernel that the enclave runs on. */
export function hardwarePlatform(name: HardwareName, quote: Quoter): Platform {
  return { name, entropy: (length) => new Uint8Array(randomBytes(length)), nowMs: Date.now, quote }
}
