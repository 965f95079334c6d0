import {
  computationTypes,
  descriptorHashed,
  limits,
  statesKeyTerms,
  type ComputationType,
  type Descriptor,
  type PartyKey,
  type RequestOf,
} from "@event-manager/protocol"
import { accepted, refused, type Decision, type Refused } from "./decision.ts"
import { chain } from "./extend.ts"
import type { Primitives } from "./primitives.ts"
import type { State } from "./state.ts"

/** Decides on a request to create a computation, at a time in seconds since 1970. */
export function create(
  state: State,
  party: PartyKey,
  at: number,
  request: RequestOf<"create">,
  primitives: Primitives,
): Decision {
  const { participants, quorum } = request
  const type = computationTypes.find((each) => each === request.type)
  if (type === undefined) return refused("UNKNOWN_TYPE")
  if (participants.length < 2) return refused("TOO_FEW_PARTICIPANTS")
  if (new Set(participants).size < participants.length) return refused("PARTICIPANT_TWICE")
  if (quorum === 0) return refused("QUORUM_ZERO")
  if (quorum > participants.length) return refused("QUORUM_ABOVE_PARTICIPANTS")
  if (type !== "key" && statesKeyTerms(request)) return refused("NEEDS_KEYS")
  if (state.computations.has(request.computation)) return refused("NAME_TAKEN")
  return (
    refuseRelease(request, type) ??
    refuseExpiry(request, at) ??
    refuseForRoom(state, party, participants.length) ??
    acceptCreation(state.nextSerial, party, type, request, primitives)
  )
}

/** Two answers take twice as many signatures as one: more than half of all make somebody honest sign twice. */
function refuseRelease({ release, participants }: RequestOf<"create">, type: ComputationType): Refused | undefined {
  if (type === "key" && release.kind !== "first") return refused("RELEASE_NEEDS_ONE_ANSWER")
  if (release.kind !== "witnessed") return undefined
  const isEnough = 2 * release.witnesses > participants.length && release.witnesses <= participants.length
  return isEnough ? undefined : refused("WITNESSES_OUT_OF_RANGE", participants.length)
}

function refuseExpiry({ expiresAt }: RequestOf<"create">, at: number): Refused | undefined {
  if (expiresAt === undefined) return undefined
  if (expiresAt <= at) return refused("EXPIRY_PAST")
  return expiresAt > at + limits.expirySecondsMax ? refused("EXPIRY_TOO_FAR", limits.expirySecondsMax) : undefined
}

function refuseForRoom(state: State, convenor: PartyKey, places: number): Refused | undefined {
  if (state.computations.size >= limits.computationsMax) {
    return refused("TOO_MANY_COMPUTATIONS", limits.computationsMax)
  }
  if ((state.parties.get(convenor)?.convened ?? 0) >= limits.computationsPerConvenorMax) {
    return refused("TOO_MANY_COMPUTATIONS_OF_CONVENOR", limits.computationsPerConvenorMax)
  }
  if (state.places + places > limits.placesMax) return refused("TOO_MANY_PLACES", limits.placesMax)
  return undefined
}

function acceptCreation(
  serial: number,
  convenor: PartyKey,
  type: ComputationType,
  request: RequestOf<"create">,
  primitives: Primitives,
): Decision {
  const { requestId: id, computation: name, quorum, release, participants, expiresAt, keysMax, matches } = request
  const descriptor: Descriptor = {
    id,
    name,
    type,
    quorum,
    release,
    convenor,
    participants,
    expiresAt,
    keysMax,
    matches,
  }
  const terms = primitives.sha256(descriptorHashed(descriptor))
  const { events } = chain(name, undefined, [{ kind: "created", serial, descriptor, terms }], primitives)
  return accepted(events, { kind: "created", terms })
}
