import type { Descriptor, Digest, Name, PartyKey, RequestId, Response, ResultAnswer } from "@event-manager/protocol"
import type { Inputs } from "./computations/rule.ts"
import { Inbox } from "./inbox.ts"

export interface Computation {
  /** Its place in the order of creation. */
  readonly serial: number
  readonly descriptor: Descriptor
  /** The descriptor's digest. */
  readonly terms: Digest
  readonly participants: ReadonlySet<PartyKey>
  readonly inputs: Inputs
  /** The one answer, from the moment that the computation is locked. */
  answer: ResultAnswer | undefined
}

export interface Party {
  /** What it takes part in, in order of creation. */
  readonly computations: Set<Computation>
  /** How many live computations it convened. */
  convened: number
  readonly inbox: Inbox
  /** The replies to its latest accepted mutating requests, oldest first. */
  readonly replies: Map<RequestId, Response>
}

/** Changed in place, by `evolve` alone. */
export interface State {
  readonly computations: Map<Name, Computation>
  readonly parties: Map<PartyKey, Party>
  /** Parties in no live computation, longest idle first. */
  readonly idle: Set<PartyKey>
  nextSerial: number
  /** Commands accepted in this process. */
  steps: number
  /** Key and message text kept, in bytes. */
  keyTextBytes: number
  /** Matched submissions in inboxes. */
  matches: number
  /** No computation expires before this second. */
  nextExpiry: number
}

export function emptyState(): State {
  return {
    computations: new Map(),
    parties: new Map(),
    idle: new Set(),
    nextSerial: 0,
    steps: 0,
    keyTextBytes: 0,
    matches: 0,
    nextExpiry: Number.POSITIVE_INFINITY,
  }
}

export function newParty(): Party {
  return { computations: new Set(), convened: 0, inbox: new Inbox(), replies: new Map() }
}
