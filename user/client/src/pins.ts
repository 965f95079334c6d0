import type { PartyKey } from "@event-manager/protocol"
import { AttestationError } from "./errors.ts"
import { fingerprint } from "./fingerprint.ts"

/** The enclave identity that a user has seen at each host, as ssh keeps its known hosts. */
export interface Pins {
  get(address: string): PartyKey | undefined
  /** Durable when it resolves. */
  set(address: string, identity: PartyKey): Promise<void>
  /** The fingerprint of a changed enclave that the user accepts by name. */
  readonly accepted: string | undefined
}

/**
 * Pins the first enclave seen at a host, and holds every later one against it. Throws AttestationError
 * (ENCLAVE_CHANGED) unless the user has accepted the new one by its fingerprint.
 */
export async function requirePin(pins: Pins, address: string, identity: PartyKey): Promise<void> {
  const pinned = pins.get(address)
  if (pinned === identity) return
  const found = fingerprint(identity)
  if (pins.accepted === found) return pins.set(address, identity)
  if (pinned === undefined && pins.accepted === undefined) return pins.set(address, identity)
  if (pinned === undefined) {
    const text = `the enclave at ${address} is ${found}, and not the one that you accept, ${pins.accepted}`
    throw new AttestationError("ENCLAVE_CHANGED", text)
  }
  throw new AttestationError(
    "ENCLAVE_CHANGED",
    `the enclave at ${address} is not the one you used before. It was ${fingerprint(pinned)}; it is ${found}. ` +
      "Its state is another: computations and submissions made before are not in it, and a host that restarts an " +
      "enclave may be after a second answer. Ask whoever runs the host. If this is as announced, accept it by name: " +
      `--accept-new-enclave ${found}`,
  )
}
