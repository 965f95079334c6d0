import {
  computationTypes,
  descriptorHashed,
  frameSizes,
  limits,
  matchPaging,
  resultFrameSize,
  type ComputationType,
  type Descriptor,
  type Digest,
  type FrameSize,
  type Name,
  type PartyKey,
  type Reason,
  type Request,
  type RequestOf,
  type Response,
} from "@event-manager/protocol"
import type { Event } from "./event.ts"
import type { Computation, State } from "./state.ts"

/** A request, with all that may differ between two runs: who asks, and when (in seconds since 1970). */
export interface Command {
  readonly party: PartyKey
  readonly at: number
  readonly request: Request
}

export type Decision =
  | {
      readonly kind: "accepted"
      readonly events: readonly Event[]
      readonly response: Response
      /** The least size of the reply's frame, where the reply's own length would give something away. */
      readonly frameSizeMin: FrameSize
    }
  | { readonly kind: "refused"; readonly reason: Reason; readonly parameter: number }

export type Sha256 = (bytes: Uint8Array) => Digest

/** What a request leads to. Reads the state and changes nothing; every refusal is a value, nothing throws. */
export function decide(state: State, command: Command, sha256: Sha256): Decision {
  const { request } = command
  const earlier = "requestId" in request ? state.parties.get(command.party)?.replies.get(request.requestId) : undefined
  if (earlier !== undefined) return accepted([], earlier)
  const decision = decideFresh(state, command, sha256)
  if (decision.kind === "refused" || !("requestId" in request)) return decision
  const { party } = command
  const replied: Event = { kind: "replied", party, requestId: request.requestId, response: decision.response }
  return { ...decision, events: [...decision.events, replied] }
}

/** The computations that have reached the end of their life. */
export function decideExpiry(state: State, at: number): readonly Event[] {
  if (at < state.nextExpiry) return []
  return [...state.computations.values()]
    .filter((each) => each.descriptor.expiresAt !== undefined && each.descriptor.expiresAt <= at)
    .map((each) => ({ kind: "removed", computation: each.descriptor.name, cause: "expired" }))
}

function decideFresh(state: State, command: Command, sha256: Sha256): Decision {
  const { request, party } = command
  switch (request.kind) {
    case "create":
      return create(state, party, command.at, request, sha256)
    case "list":
      return list(state, party, request)
    case "matches":
      return matches(state, party, request)
    case "delete":
      return withComputation(state, request.computation, (it) => remove(it, party, request))
    case "describe":
      return withComputation(state, request.computation, (it) => describe(it, party))
    case "submit":
      return withComputation(state, request.computation, (it) => submit(state, it, party, request))
    case "result":
      return withComputation(state, request.computation, (it) => result(it, party))
  }
}

function create(state: State, party: PartyKey, at: number, request: RequestOf<"create">, sha256: Sha256): Decision {
  const { participants, quorum, expiresAt } = request
  const type = computationTypes.find((each) => each === request.type)
  if (type === undefined) return refused("UNKNOWN_TYPE")
  if (participants.length < 2) return refused("TOO_FEW_PARTICIPANTS")
  if (new Set(participants).size < participants.length) return refused("PARTICIPANT_TWICE")
  if (quorum === 0) return refused("QUORUM_ZERO")
  if (quorum > participants.length) return refused("QUORUM_ABOVE_PARTICIPANTS")
  if (state.computations.has(request.computation)) return refused("NAME_TAKEN")
  if (expiresAt !== undefined && expiresAt <= at) return refused("EXPIRY_PAST")
  if (expiresAt !== undefined && expiresAt > at + limits.expirySecondsMax) {
    return refused("EXPIRY_TOO_FAR", limits.expirySecondsMax)
  }
  return roomForOneMore(state, party) ?? acceptCreation(party, type, request, sha256)
}

function roomForOneMore(state: State, convenor: PartyKey): Decision | undefined {
  if (state.computations.size >= limits.computationsMax) {
    return refused("TOO_MANY_COMPUTATIONS", limits.computationsMax)
  }
  if ((state.parties.get(convenor)?.convened ?? 0) >= limits.computationsPerConvenorMax) {
    return refused("TOO_MANY_COMPUTATIONS_OF_CONVENOR", limits.computationsPerConvenorMax)
  }
  return undefined
}

function acceptCreation(
  convenor: PartyKey,
  type: ComputationType,
  request: RequestOf<"create">,
  sha256: Sha256,
): Decision {
  const { requestId: id, computation, quorum, participants, expiresAt } = request
  const descriptor: Descriptor = { id, name: computation, type, quorum, convenor, participants, expiresAt }
  const terms = sha256(descriptorHashed(descriptor))
  return accepted([{ kind: "created", descriptor, terms }], { kind: "created", terms })
}

function describe(it: Computation, party: PartyKey): Decision {
  if (!it.participants.has(party) && it.descriptor.convenor !== party) return refused("NOT_A_PARTICIPANT")
  return accepted([], { kind: "described", descriptor: it.descriptor })
}

function list(state: State, party: PartyKey, request: RequestOf<"list">): Decision {
  const all = [...(state.parties.get(party)?.computations ?? [])].filter((each) => each.serial >= request.after)
  const page = all.slice(0, limits.listedMax)
  return accepted([], {
    kind: "listed",
    descriptors: page.map((each) => each.descriptor),
    next: (page.at(-1)?.serial ?? request.after - 1) + 1,
    more: all.length > page.length,
  })
}

// Whether the sender may take part comes first: an outsider is to learn nothing of a computation's state.
function submit(state: State, it: Computation, party: PartyKey, request: RequestOf<"submit">): Decision {
  if (!it.participants.has(party)) return refused("NOT_A_PARTICIPANT")
  if (request.terms !== it.terms) return refused("TERMS_DIFFER")
  if (it.answer !== undefined) return refused("LOCKED")
  const { submission } = request
  const assessment = it.inputs.assess(party, submission)
  if (assessment.kind === "refused") return assessment
  if (state.keyTextBytes + assessment.textBytes > limits.keyTextBytesMax) {
    return refused("TOO_MUCH_TEXT", limits.keyTextBytesMax)
  }
  if (state.matches + assessment.matches > limits.matchesMax) return refused("TOO_MANY_MATCHES", limits.matchesMax)
  const { quorumReached } = assessment
  return accepted([{ kind: "submitted", computation: it.descriptor.name, party, submission }], {
    kind: "submitted",
    terms: it.terms,
    quorumReached,
  })
}

function result(it: Computation, party: PartyKey): Decision {
  if (!it.participants.has(party)) return refused("NOT_A_PARTICIPANT")
  if (it.inputs.streamed) return refused("STREAMED")
  if (it.inputs.submitters < it.descriptor.quorum) return refused("BELOW_QUORUM", it.descriptor.quorum)
  const answer = it.answer ?? it.inputs.answer()
  const events: Event[] = it.answer === undefined ? [{ kind: "locked", computation: it.descriptor.name, answer }] : []
  const response: Response = { kind: "result", terms: it.terms, answer }
  return accepted(events, response, resultFrameSize(it.descriptor.participants.length))
}

function matches(state: State, party: PartyKey, request: RequestOf<"matches">): Decision {
  const found = state.parties.get(party)
  const submissions = [...(found?.computations ?? [])]
    .filter((each) => each.inputs.streamed)
    .reduce((sum, each) => sum + each.inputs.submissions, 0)
  const paging = matchPaging(submissions)
  const read = found?.inbox.read(request.after, paging.matchesPerPage) ?? { matches: [], next: request.after }
  return accepted([], { kind: "matches", ...read, more: request.page + 1 < paging.pages }, paging.size)
}

function remove(it: Computation, party: PartyKey, request: RequestOf<"delete">): Decision {
  if (it.descriptor.convenor !== party) return refused("NOT_THE_CONVENOR")
  if (request.terms !== it.terms) return refused("TERMS_DIFFER")
  const removed: Event = { kind: "removed", computation: it.descriptor.name, cause: "deleted" }
  return accepted([removed], { kind: "deleted", terms: it.terms })
}

function withComputation(state: State, name: Name, then: (it: Computation) => Decision): Decision {
  const it = state.computations.get(name)
  return it === undefined ? refused("NO_SUCH_COMPUTATION") : then(it)
}

function accepted(events: readonly Event[], response: Response, frameSizeMin: FrameSize = frameSizes[0]): Decision {
  return { kind: "accepted", events, response, frameSizeMin }
}

function refused(reason: Reason, parameter = 0): Decision {
  return { kind: "refused", reason, parameter }
}
