import type { EnclaveCrossing, Platform } from "@event-manager/protocol/frame"
import type { Clock } from "../clock.ts"
import type { HostError } from "../errors.ts"
import type { Log } from "../log.ts"
import type { KeptState } from "../state.ts"

export interface EnclaveOptions {
  /** The measured bundle; by default the one that `npm run build:enclave` makes. */
  readonly enclaveBundle?: string
  /** File of the Ed25519 seed that signs simulated evidence; made where it does not exist. */
  readonly simulationKey?: string
  /** Where an enclave in a TEE listens: `unix:PATH` or `tcp:ADDRESS:PORT`. */
  readonly enclaveConnect?: string
}

export interface RunningEnclave {
  readonly crossing: EnclaveCrossing
  /** Who may be accepted as this enclave, both SHA-256 in hexadecimal: of the bundle, and of the raw public key. */
  readonly identity: { readonly codeHash: string; readonly signer: string } | undefined
  /** In a TEE: the platform whose evidence it gives. */
  readonly platform?: Platform
  /** Comes true where the enclave ends of itself; never where it is closed. */
  readonly gone: Promise<HostError>
}

/** Throws HostError where the enclave cannot be started. */
export type StartEnclave = (
  options: EnclaveOptions,
  state: KeptState,
  log: Log,
  clock: Clock,
) => Promise<RunningEnclave>
