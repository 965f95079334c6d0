import {
  frameSizes,
  limits,
  matchPaging,
  MatchWriter,
  type Digest,
  type FrameSize,
  type Head,
  type Name,
  type PartyKey,
  type Request,
  type RequestOf,
} from "@event-manager/protocol"
import { create } from "./creation.ts"
import { accepted, refused, type Decision, type Refused } from "./decision.ts"
import type { Event } from "./event.ts"
import { extend } from "./extend.ts"
import type { Primitives } from "./primitives.ts"
import { matchCount, refuseRoom, retire, submitMany } from "./keyRequests.ts"
import { result, witness } from "./release.ts"
import type { Computation, State } from "./state.ts"

/** A request, with all that may differ between two runs: who asks, and when (in seconds since 1970). */
export interface Command {
  readonly party: PartyKey
  readonly at: number
  /** The size of the frame that it came in: the smallest, where nothing is said. */
  readonly frame?: FrameSize
  readonly request: Request
}

/** What a request leads to. Reads the state and changes nothing; every refusal is a value. */
export function decide(state: State, command: Command, primitives: Primitives): Decision {
  const { request, party } = command
  const earlier = "requestId" in request ? state.parties.get(party)?.replies.get(request.requestId) : undefined
  if (earlier !== undefined) return accepted([], earlier)
  const decision = decideFresh(state, command, primitives)
  if (decision.kind === "refused" || !("requestId" in request)) return decision
  const replied: Event = {
    kind: "replied",
    party,
    requestId: request.requestId,
    response: decision.response,
  }
  return { ...decision, events: [...decision.events, replied] }
}

/** The computations that have reached the end of their life. */
export function decideExpiry(state: State, at: number): readonly Event[] {
  if (at < state.nextExpiry) return []
  return [...state.computations.values()]
    .filter((each) => each.descriptor.expiresAt !== undefined && each.descriptor.expiresAt <= at)
    .map((each) => ({ kind: "expired", computation: each.descriptor.name }))
}

function decideFresh(state: State, command: Command, primitives: Primitives): Decision {
  const { request, party } = command
  if (isForParticipants(request)) {
    return withComputation(state, request.computation, (it) => {
      // Whether the sender may take part comes first: an outsider is to learn nothing of a computation's state.
      if (!it.participants.has(party)) return refused("NOT_A_PARTICIPANT")
      return refuseView(it, request) ?? decideFor(state, it, { ...command, request }, primitives)
    })
  }
  switch (request.kind) {
    case "create":
      return create(state, party, command.at, request, primitives)
    case "list":
      return list(state, party, request)
    case "matches":
      return matches(state, party, request)
    case "describe":
      return withComputation(state, request.computation, (it) => describe(it, party))
    case "delete":
      return withComputation(state, request.computation, (it) => remove(it, party, request))
  }
}

type ParticipantRequest = RequestOf<"submit" | "submitMany" | "retire" | "matchCount" | "result" | "witness">

interface ParticipantCommand extends Command {
  readonly request: ParticipantRequest
}

const participantKinds = ["submit", "submitMany", "retire", "matchCount", "result", "witness"] as const

function isForParticipants(request: Request): request is ParticipantRequest {
  return participantKinds.some((kind) => kind === request.kind)
}

function decideFor(state: State, it: Computation, command: ParticipantCommand, primitives: Primitives): Decision {
  const { request, party, frame = frameSizes[0] } = command
  switch (request.kind) {
    case "submit":
      return submit(state, it, party, request, primitives)
    case "submitMany":
      return submitMany(state, it, { party, frame }, request, primitives)
    case "retire":
      return retire(state, it, { party, frame }, request, primitives)
    case "matchCount":
      return matchCount(it, party)
    case "result":
      return result(it, primitives)
    case "witness":
      return witness(it, party, request, primitives)
  }
}

function describe(it: Computation, party: PartyKey): Decision {
  if (!it.participants.has(party) && it.descriptor.convenor !== party) return refused("NOT_A_PARTICIPANT")
  return accepted([], { kind: "described", descriptor: it.descriptor })
}

function list(state: State, party: PartyKey, request: RequestOf<"list">): Decision {
  const all = [...(state.parties.get(party)?.computations ?? [])].filter((each) => each.serial >= request.after)
  const page = all.slice(0, limits.listedMax)
  const last = page.at(-1)
  return accepted([], {
    kind: "listed",
    descriptors: page.map((each) => each.descriptor),
    next: last === undefined ? request.after : last.serial + 1,
    more: all.length > page.length,
  })
}

function submit(
  state: State,
  it: Computation,
  party: PartyKey,
  request: RequestOf<"submit">,
  primitives: Primitives,
): Decision {
  if (it.frozen !== undefined) return refused("LOCKED")
  const { submission, revision } = request
  if (revision <= (it.revisions.get(party) ?? -1)) return refused("SUPERSEDED")
  const assessment = it.inputs.assess(party, submission)
  if (assessment.kind === "refused") return assessment
  const noRoom = refuseRoom(state, assessment)
  if (noRoom !== undefined) return noRoom
  const { quorumReached } = assessment
  const { events, head } = extend(it, [{ kind: "submitted", party, submission, revision }], primitives)
  return accepted(events, { kind: "submitted", terms: it.terms, quorumReached, receipt: head })
}

function matches(state: State, party: PartyKey, request: RequestOf<"matches">): Decision {
  const found = state.parties.get(party)
  let weight = 0
  for (const { inputs } of found?.computations ?? []) if (inputs.streamed && inputs.tells) weight += inputs.weight
  const { size, bytesPerPage, pages } = matchPaging(weight)
  const writer = new MatchWriter(bytesPerPage)
  const next = found?.inbox.read(request.after, writer) ?? request.after
  const more = request.page + 1 < pages
  return accepted([], { kind: "matches", matches: writer.finish(), next, more }, size)
}

function remove(it: Computation, party: PartyKey, request: RequestOf<"delete">): Decision {
  if (it.descriptor.convenor !== party) return refused("NOT_THE_CONVENOR")
  const conflict = refuseView(it, request)
  if (conflict !== undefined) return conflict
  return accepted([{ kind: "deleted", computation: it.descriptor.name }], {
    kind: "deleted",
    terms: it.terms,
  })
}

interface View {
  readonly computation: Name
  readonly terms: Digest
  readonly known: Head | undefined
}

/** Whether the sender sees the same computation, with the same past. */
function refuseView(it: Computation, { terms, known }: View): Refused | undefined {
  if (terms !== it.terms) return refused("TERMS_DIFFER")
  if (known !== undefined && !it.history.contains(known)) return refused("HISTORY_CONFLICT", it.history.length)
  return undefined
}

function withComputation(state: State, name: Name, then: (it: Computation) => Decision): Decision {
  const it = state.computations.get(name)
  return it === undefined ? refused("NO_SUCH_COMPUTATION") : then(it)
}
