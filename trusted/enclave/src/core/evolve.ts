import {
  batchWeight,
  limits,
  type Digest,
  type Name,
  type PartyKey,
  type RequestId,
  type Response,
} from "@event-manager/protocol"
import { rules } from "./computations/index.ts"
import type { Inputs, Notice } from "./computations/rule.ts"
import type { Entry, EntryOf, Event, EventOf } from "./event.ts"
import { History } from "./history.ts"
import { newParty, type Computation, type Party, type State } from "./state.ts"

/** Applies one event that `decide` led to. Cannot fail. */
export function evolve(state: State, event: Event): void {
  state.snapshot?.before(state, event)
  switch (event.kind) {
    case "accepted":
      if (event.entry.kind === "created") create(state, event.entry)
      return extend(state, event.computation, event.entry, event.head)
    case "expired":
    case "deleted":
      return remove(state, event.computation)
    case "replied":
      return remember(state, event.party, event.requestId, event.response)
    case "linked":
    case "kept":
    case "counted":
      return restore(state, event)
  }
}

function create(state: State, { serial, descriptor, terms }: EntryOf<"created">): void {
  const computation: Computation = {
    serial,
    descriptor,
    terms,
    participants: new Set(descriptor.participants),
    inputs: rules[descriptor.type].open(descriptor, state.indexKey),
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
    case "submittedMany":
    case "retired":
      return change(state, computation, entry)
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
  notify(state, inputs, inputs.accept(party, submission))
  state.keyTextBytes += inputs.textBytes - textBytesBefore
  if (inputs.streamed || history.head === undefined) return
  receipts.set(party, history.head)
  revisions.set(party, revision)
}

/** Takes many keys in, or out. */
function change(state: State, { inputs }: Computation, entry: EntryOf<"submittedMany" | "retired">): void {
  if (!inputs.streamed) return
  const textBytesBefore = inputs.textBytes
  const notices =
    entry.kind === "retired"
      ? inputs.retire(entry.party, entry.keys)
      : inputs.acceptMany(entry.party, entry.submissions, batchWeight(entry.frame))
  notify(state, inputs, notices)
  state.keyTextBytes += inputs.textBytes - textBytesBefore
}

/** Takes in what a snapshot holds of a computation, beside its creation. */
function restore(state: State, event: EventOf<"linked" | "kept" | "counted">): void {
  const computation = state.computations.get(event.computation)
  if (computation === undefined) return
  const { inputs, history } = computation
  if (event.kind === "linked") return history.appendAll(event.links)
  if (!inputs.streamed) return
  if (event.kind === "counted") {
    inputs.totals = event
    return
  }
  const textBytesBefore = inputs.textBytes
  notify(state, inputs, inputs.restore(event.submissions))
  state.keyTextBytes += inputs.textBytes - textBytesBefore
}

/** Puts what participants are told into their inboxes. */
function notify(state: State, inputs: Inputs, notices: readonly Notice[]): void {
  if (!inputs.streamed) return
  for (const { to, matches } of notices) {
    const told = inputs.toldTo(to)
    if (told === undefined) continue
    partyOf(state, to).inbox.add(told, matches)
    state.matches += matches
  }
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
    const told = computation.inputs.streamed ? computation.inputs.toldTo(participant) : undefined
    if (told !== undefined) state.matches -= party.inbox.forget(told)
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
  const party = newParty(key, state.firstMatch)
  state.parties.set(key, party)
  return party
}

function soonestExpiry(state: State): number {
  let soonest = Number.POSITIVE_INFINITY
  for (const { descriptor } of state.computations.values()) soonest = Math.min(soonest, descriptor.expiresAt ?? soonest)
  return soonest
}
