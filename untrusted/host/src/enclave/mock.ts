/*
 * The enclave inside the host. This file alone, of all the host's, names the enclave, because that is what `mock`
 * means: nothing stands between the two, no evidence says otherwise, and clients accept it only where they are told
 * to accept INSECURE.
 */
import { mockPlatform, noAnchor, openEnclave, RecoveryError } from "@event-manager/enclave"
import { HostError } from "../errors.ts"
import { sealingKeyOf, type KeptState } from "../state.ts"
import type { RunningEnclave } from "./running.ts"

/** Throws HostError. */
export async function startMock(state: KeptState): Promise<RunningEnclave> {
  const never = new Promise<never>(() => {})
  const { store } = state
  const sealingKey = sealingKeyOf(state)
  try {
    const crossing = await openEnclave({ platform: mockPlatform, store, sealingKey, anchor: noAnchor })
    return { crossing, identity: undefined, gone: never }
  } catch (cause) {
    if (cause instanceof RecoveryError) throw new HostError("ENCLAVE_START", cause.message, { cause })
    throw cause
  }
}
