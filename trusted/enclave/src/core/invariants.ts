import { invariant, limits } from "@event-manager/protocol"
import type { Event } from "./event.ts"
import type { Computation, State } from "./state.ts"

/** What holds after each step, cheap enough to be checked each time. Throws InvariantError. */
export function checkStep(state: State, events: readonly Event[]): void {
  invariant(state.computations.size <= limits.computationsMax, "no more computations than the limit")
  invariant(state.keyTextBytes >= 0 && state.keyTextBytes <= limits.keyTextBytesMax, "key text within its limit")
  invariant(state.matches >= 0 && state.matches <= limits.matchesMax, "matches within their limit")
  invariant(state.idle.size <= limits.idlePartiesMax, "idle parties within their limit")
  for (const event of events) {
    if (event.kind !== "accepted") continue
    const computation = state.computations.get(event.computation)
    invariant(computation !== undefined, "an event is about a computation that exists")
    checkComputation(computation)
  }
}

/** What holds of the whole state; takes time in proportion to it. Throws InvariantError. */
export function checkState(state: State): void {
  const { computations, parties } = state
  const all = [...computations.values()]
  all.forEach(checkComputation)
  const textBytes = all.reduce((sum, each) => sum + each.inputs.textBytes, 0)
  invariant(textBytes === state.keyTextBytes, "key text is counted exactly")
  const members = all.reduce((sum, each) => sum + each.participants.size, 0)
  invariant(members === state.places, "places are counted exactly")
  const matches = [...parties.values()].reduce((sum, each) => sum + each.inbox.size, 0)
  invariant(matches === state.matches, "matches are counted exactly")
  const memberships = [...parties.values()].reduce((sum, each) => sum + each.computations.size, 0)
  invariant(memberships === members, "every participant knows its computations")
  const convened = [...parties.values()].reduce((sum, each) => sum + each.convened, 0)
  invariant(convened === all.length, "every computation has its convenor")
  for (const [key, party] of parties) {
    const isIdle = party.computations.size === 0 && party.convened === 0
    invariant(isIdle === state.idle.has(key), "who is in no computation is idle")
    invariant(party.replies.size <= limits.repliesPerPartyMax, "replies kept within their limit")
  }
}

function checkComputation(computation: Computation): void {
  const { inputs, participants, descriptor, answer, frozen, witnesses, receipts, history } = computation
  invariant(inputs.submitters <= participants.size, "only participants submit")
  invariant(inputs.streamed || receipts.size === inputs.submitters, "who has submitted has a receipt")
  invariant(frozen === undefined || inputs.submitters >= descriptor.quorum, "nothing is frozen below quorum")
  invariant(frozen === undefined || frozen.length < history.length, "a freeze is part of the history")
  invariant(frozen === undefined || !inputs.streamed, "what is streamed never locks")
  invariant(answer === undefined || frozen !== undefined, "nothing is released that is not frozen")
  const needed = descriptor.release.kind === "witnessed" ? descriptor.release.witnesses : 0
  invariant(answer === undefined || witnesses.size >= needed, "nothing is released without its witnesses")
  invariant(frozen !== undefined || witnesses.size === 0, "nobody witnesses what is not frozen")
}
