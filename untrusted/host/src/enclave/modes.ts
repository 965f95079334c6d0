import type { Clock } from "../clock.ts"
import { HostError } from "../errors.ts"
import type { Log } from "../log.ts"
import type { KeptState } from "../state.ts"
import type { EnclaveOptions, RunningEnclave, StartEnclave } from "./running.ts"

export const enclaveModes = ["mock", "simulation", "debug", "release"] as const
export type EnclaveMode = (typeof enclaveModes)[number]

// Each mode's file is loaded only for that mode: a host that simulates holds none of the enclave's code.
const starters = {
  mock: async (_options, state) => (await import("./mock.ts")).startMock(state),
  simulation: async (options, state, log, clock) =>
    (await import("./simulation.ts")).startSimulation(options, state, log, clock),
  debug: () => refuseWithoutTee("debug"),
  release: () => refuseWithoutTee("release"),
} satisfies Record<EnclaveMode, StartEnclave>

/** Throws HostError. */
export function startEnclave(
  mode: EnclaveMode,
  options: EnclaveOptions,
  state: KeptState,
  log: Log,
  clock: Clock,
): Promise<RunningEnclave> {
  return starters[mode](options, state, log, clock)
}

async function refuseWithoutTee(mode: EnclaveMode): Promise<RunningEnclave> {
  const meanwhile = "use --enclave-mode simulation meanwhile: the same enclave, attested by a key of this machine"
  throw new HostError("NEEDS_TEE", `enclave mode ${mode} needs a TEE, and none is supported yet; ${meanwhile}`)
}
