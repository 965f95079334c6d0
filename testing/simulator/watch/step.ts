/* Stands in place of the enclave's `step.ts`, and hands on to it. */
import type { Command } from "../../../trusted/enclave/src/core/decide.ts"
import type { Primitives } from "../../../trusted/enclave/src/core/primitives.ts"
import type { State } from "../../../trusted/enclave/src/core/state.ts"
import { step as real, type Step } from "../../../trusted/enclave/src/core/step.ts"
import { watched } from "./observer.ts"

export type { Step }

export function step(state: State, command: Command, primitives: Primitives): Step {
  const { request } = command
  const before = "computation" in request ? state.computations.get(request.computation)?.history.head : undefined
  const taken = real(state, command, primitives)
  watched.observer?.stepped(command, before, taken)
  return taken
}
