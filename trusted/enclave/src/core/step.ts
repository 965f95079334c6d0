import { frameSizes, type FrameSize, type Head, type Response } from "@event-manager/protocol"
import { decide, decideExpiry, type Command } from "./decide.ts"
import type { Event } from "./event.ts"
import { evolve } from "./evolve.ts"
import { checkState, checkStep } from "./invariants.ts"
import type { Primitives } from "./primitives.ts"
import type { State } from "./state.ts"

export interface Step {
  /** What happened, in order: nothing for a refusal or a mere question. */
  readonly events: readonly Event[]
  readonly response: Response
  /** Of the computation that was asked about, as it stands now, where the asker is its participant or convenor. */
  readonly head: Head | undefined
  readonly frameSizeMin: FrameSize
}

/** The dear checks are made once in so many accepted steps. */
const CHECK_STATE_EVERY = 4_096

/** One command, from question to answer: expire what is due, decide, evolve, check. Throws InvariantError only. */
export function step(state: State, command: Command, primitives: Primitives): Step {
  const expired = decideExpiry(state, command.at)
  for (const event of expired) evolve(state, event)
  const decision = decide(state, command, primitives)
  if (decision.kind === "refused") {
    const { reason, parameter } = decision
    const response: Response = { kind: "refused", reason, parameter }
    return {
      events: expired,
      response,
      head: headFor(state, command),
      frameSizeMin: frameSizes[0],
    }
  }
  const { events, response, frameSizeMin } = decision
  for (const event of events) evolve(state, event)
  checkStep(state, events)
  state.steps += 1
  if (state.steps % CHECK_STATE_EVERY === 0) checkState(state)
  return { events: [...expired, ...events], response, head: headFor(state, command), frameSizeMin }
}

function headFor(state: State, { request, party }: Command): Head | undefined {
  const it = "computation" in request ? state.computations.get(request.computation) : undefined
  if (it === undefined || (!it.participants.has(party) && it.descriptor.convenor !== party)) return undefined
  return it.history.head
}
