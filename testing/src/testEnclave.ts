import { noAnchor, openEnclave, type EnclaveOptions } from "@event-manager/enclave"
import type { EnclaveCrossing } from "@event-manager/protocol"
import { memoryStore } from "../../untrusted/host/src/storage/memory.ts"
import { testPlatform } from "./testPlatform.ts"

/** What seals the state of a test's enclave. */
export const SEALING_KEY = new Uint8Array(32).fill(0x5e)

/** An enclave on a new state in memory and without an anchor, but for what `options` say. */
export function openTestEnclave(options: Partial<EnclaveOptions> = {}): Promise<EnclaveCrossing> {
  return openEnclave({
    platform: testPlatform(),
    store: memoryStore(),
    sealingKey: SEALING_KEY,
    anchor: noAnchor,
    ...options,
  })
}
