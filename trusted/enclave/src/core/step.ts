import { frameSizes, type FrameSize, type Response } from "@event-manager/protocol"
import { decide, decideExpiry, type Command, type Sha256 } from "./decide.ts"
import type { Event } from "./event.ts"
import { evolve } from "./evolve.ts"
import { checkState, checkStep } from "./invariants.ts"
import type { State } from "./state.ts"

export interface Step {
  /** What happened, in order: nothing for a refusal or a mere question. */
  readonly events: readonly Event[]
  readonly response: Response
  readonly frameSizeMin: FrameSize
}

/** The dear checks are made once in so many accepted steps. */
const CHECK_STATE_EVERY = 4_096

/** One command, from question to answer: expire what is due, decide, evolve, check. Throws InvariantError only. */
export function step(state: State, command: Command, sha256: Sha256): Step {
  const expired = decideExpiry(state, command.at)
  for (const event of expired) evolve(state, event)
  const decision = decide(state, command, sha256)
  if (decision.kind === "refused") {
    const { reason, parameter } = decision
    return { events: expired, response: { kind: "refused", reason, parameter }, frameSizeMin: frameSizes[0] }
  }
  for (const event of decision.events) evolve(state, event)
  const events = [...expired, ...decision.events]
  checkStep(state, decision.events)
  state.steps += 1
  if (state.steps % CHECK_STATE_EVERY === 0) checkState(state)
  return { events, response: decision.response, frameSizeMin: decision.frameSizeMin }
}
