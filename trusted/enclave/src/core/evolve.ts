import { limits, type Name, type PartyKey, type RequestId, type Response } from "@event-manager/protocol"
import { rules } from "./computations/index.ts"
import type { Event } from "./event.ts"
import { newParty, type Computation, type Party, type State } from "./state.ts"

/** Applies one event that `decide` led to. Cannot fail. */
export function evolve(state: State, event: Event): void {
  switch (event.kind) {
    case "created":
      return create(state, event)
    case "submitted":
      return submit(state, event)
    case "locked": {
      const computation = state.computations.get(event.computation)
      if (computation !== undefined) computation.answer = event.answer
      return
    }
    case "removed":
      return remove(state, event.computation)
    case "replied":
      return remember(state, event.party, event.requestId, event.response)
  }
}

function create(state: State, event: Extract<Event, { kind: "created" }>): void {
  const { descriptor, terms } = event
  const computation: Computation = {
    serial: state.nextSerial,
    descriptor,
    terms,
    participants: new Set(descriptor.participants),
    inputs: rules[descriptor.type].open(descriptor),
    answer: undefined,
  }
  state.nextSerial += 1
  state.computations.set(descriptor.name, computation)
  for (const participant of descriptor.participants) partyOf(state, participant).computations.add(computation)
  partyOf(state, descriptor.convenor).convened += 1
  for (const member of membersOf(computation)) state.idle.delete(member)
  state.nextExpiry = Math.min(state.nextExpiry, descriptor.expiresAt ?? Number.POSITIVE_INFINITY)
}

function submit(state: State, event: Extract<Event, { kind: "submitted" }>): void {
  const inputs = state.computations.get(event.computation)?.inputs
  if (inputs === undefined) return
  const textBytesBefore = inputs.textBytes
  for (const notice of inputs.accept(event.party, event.submission)) {
    partyOf(state, notice.to).inbox.add(notice.matches)
    state.matches += notice.matches.length
  }
  state.keyTextBytes += inputs.textBytes - textBytesBefore
}

function remove(state: State, name: Name): void {
  const computation = state.computations.get(name)
  if (computation === undefined) return
  state.computations.delete(name)
  state.keyTextBytes -= computation.inputs.textBytes
  partyOf(state, computation.descriptor.convenor).convened -= 1
  for (const participant of computation.participants) {
    const party = partyOf(state, participant)
    party.computations.delete(computation)
    if (computation.inputs.streamed) state.matches -= party.inbox.forget(name)
  }
  for (const member of membersOf(computation)) rest(state, member)
  if (computation.descriptor.expiresAt === state.nextExpiry) state.nextExpiry = soonestExpiry(state)
}

/** A party in no computation is kept for its replies alone, and not for ever. */
function rest(state: State, key: PartyKey): void {
  const party = partyOf(state, key)
  if (party.convened > 0 || party.computations.size > 0) return
  state.idle.delete(key)
  state.idle.add(key)
  for (const longestIdle of state.idle) {
    if (state.idle.size <= limits.idlePartiesMax) return
    state.idle.delete(longestIdle)
    state.parties.delete(longestIdle)
  }
}

function remember(state: State, key: PartyKey, requestId: RequestId, response: Response): void {
  const { replies } = partyOf(state, key)
  replies.set(requestId, response)
  for (const oldest of replies.keys()) {
    if (replies.size <= limits.repliesPerPartyMax) break
    replies.delete(oldest)
  }
}

function membersOf(computation: Computation): ReadonlySet<PartyKey> {
  return new Set([...computation.participants, computation.descriptor.convenor])
}

function partyOf(state: State, key: PartyKey): Party {
  const known = state.parties.get(key)
  if (known !== undefined) return known
  const party = newParty()
  state.parties.set(key, party)
  return party
}

function soonestExpiry(state: State): number {
  let soonest = Number.POSITIVE_INFINITY
  for (const { descriptor } of state.computations.values()) soonest = Math.min(soonest, descriptor.expiresAt ?? soonest)
  return soonest
}
