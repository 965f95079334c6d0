/*
 * The enclave inside the host. This file alone, of all the host's, names the enclave, because that is what `mock`
 * means: nothing stands between the two, no evidence says otherwise, and clients accept it only where they are told
 * to accept INSECURE.
 */
import { mockPlatform, openEnclave } from "@event-manager/enclave"
import type { RunningEnclave } from "./running.ts"

export async function startMock(): Promise<RunningEnclave> {
  const never = new Promise<never>(() => {})
  return { crossing: await openEnclave(mockPlatform), identity: undefined, gone: never }
}
