import type { Clock } from "../clock.ts"
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
  debug: async (options, state, log, clock) => (await import("./tee.ts")).startTee("debug", options, state, log, clock),
  release: async (options, state, log, clock) =>
    (await import("./tee.ts")).startTee("release", options, state, log, clock),
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

/** Whether the host of such an enclave has the key that seals its state: one in a TEE takes none from its host. */
export function hasSealingKey(mode: EnclaveMode): boolean {
  return mode === "mock" || mode === "simulation"
}
