import { limits, type Digest, type Name, type PartyKey, type RequestId, type Response } from "@event-manager/protocol"
import { rules } from "./computations/index.ts"
import type { Entry, EntryOf, Event } from "./event.ts"
import { History } from "./history.ts"
import { newParty, type Computation, type Party, type State } from "./state.ts"

/** Applies one event that `decide` led to. Cannot fail. */
export function evolve(state: State, event: Event): void {
  switch (event.kind) {
    case "accepted":
      if (event.entry.kind === "created") create(state, event.entry)
      return extend(state, event.computation, event.entry, event.head)
    case "expired":
    case "deleted":
      return remove(state, event.computation)
    case "replied":
      return remember(state, event.party, event.requestId, event.response)
  }
}

function create(state: State, { serial, descriptor, terms }: EntryOf<"created">): void {
  const computation: Computation = {
    serial,
    descriptor,
    terms,
    participants: new Set(descriptor.participants),
    inputs: rules[descriptor.type].open(descriptor),
    history: new History(),
    receipts: new Map(),
    revisions: new Map(),
    frozen: undefined,
    witnesses: new Map(),
    answer: undefined,
  }
  state.nextSerial = serial + 1
  state.computations.set(descriptor.name, computation)
  state.places += descriptor.participants.length
  for (const participant of descriptor.participants) partyOf(state, participant).computations.add(computation)
  partyOf(state, descriptor.convenor).convened += 1
  for (const member of membersOf(computation)) state.idle.delete(member)
  state.nextExpiry = Math.min(state.nextExpiry, descriptor.expiresAt ?? Number.POSITIVE_INFINITY)
}

/** Adds a link to a computation's history, and does what its entry says. */
function extend(state: State, name: Name, entry: Entry, link: Digest): void {
  const computation = state.computations.get(name)
  if (computation === undefined) return
  const before = computation.history.head
  computation.history.append(link)
  switch (entry.kind) {
    case "created":
    case "superseded":
      return
    case "submitted":
      return submit(state, computation, entry)
    case "frozen":
      computation.frozen = before
      return
    case "witnessed":
      computation.witnesses.set(entry.party, entry.signature)
      return
    case "released":
      computation.answer = entry.answer
  }
}

function submit(state: State, computation: Computation, entry: EntryOf<"submitted">): void {
  const { party, submission, revision } = entry
  const { inputs, history, receipts, revisions } = computation
  const textBytesBefore = inputs.textBytes
  for (const notice of inputs.accept(party, submission)) {
    partyOf(state, notice.to).inbox.add(notice.matches)
    state.matches += notice.matches.length
  }
  state.keyTextBytes += inputs.textBytes - textBytesBefore
  if (inputs.streamed || history.head === undefined) return
  receipts.set(party, history.head)
  revisions.set(party, revision)
}

function remove(state: State, name: Name): void {
  const computation = state.computations.get(name)
  if (computation === undefined) return
  state.computations.delete(name)
  state.places -= computation.participants.size
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
    state.firstMatch = Math.max(state.firstMatch, partyOf(state, longestIdle).inbox.next)
    state.idle.delete(longestIdle)
    state.parties.delete(longestIdle)
  }
}

function remember(state: State, key: PartyKey, requestId: RequestId, response: Response): void {
  const { replies, convened, computations } = partyOf(state, key)
  if (convened === 0 && computations.size === 0) rest(state, key)
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
  const party = newParty(state.firstMatch)
  state.parties.set(key, party)
  return party
}

function soonestExpiry(state: State): number {
  let soonest = Number.POSITIVE_INFINITY
  for (const { descriptor } of state.computations.values()) soonest = Math.min(soonest, descriptor.expiresAt ?? soonest)
  return soonest
}
