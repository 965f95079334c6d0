import type {
  Descriptor,
  Digest,
  Head,
  Name,
  PartyKey,
  RequestId,
  Response,
  ResultAnswer,
} from "@event-manager/protocol"
import type { Inputs } from "./computations/rule.ts"
import type { Event } from "./event.ts"
import type { History } from "./history.ts"
import { Inbox } from "./inbox.ts"

export interface Computation {
  /** Its place in the order of creation. */
  readonly serial: number
  readonly descriptor: Descriptor
  /** The descriptor's digest. */
  readonly terms: Digest
  readonly participants: ReadonlySet<PartyKey>
  readonly inputs: Inputs
  readonly history: History
  /** Where each submitter's latest submission stands in the history, for types with one answer. */
  readonly receipts: Map<PartyKey, Head>
  /** The revision of each submitter's latest submission, likewise. */
  readonly revisions: Map<PartyKey, number>
  /** The history up to the freeze; from then on nothing is submitted. */
  frozen: Head | undefined
  /** Signatures over the frozen inputs. */
  readonly witnesses: Map<PartyKey, Uint8Array<ArrayBuffer>>
  /** The one answer, once it is released. */
  answer: ResultAnswer | undefined
}

export interface Party {
  readonly key: PartyKey
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
  /** Participants of all computations. */
  places: number
  /**
   * The number that a new inbox begins with: beyond those of the inboxes that were forgotten, so that their owners read
   * on. (One count for all inboxes would tell each party how much others are told.)
   */
  firstMatch: number
  /** Key and message text kept, in bytes. */
  keyTextBytes: number
  /** Matched submissions in inboxes. */
  matches: number
  /** No computation expires before this second. */
  nextExpiry: number
  /** Four secret words under which keys are hashed: with them nobody can aim at a place of an index. */
  readonly indexKey: Uint32Array
  /** A snapshot that is being taken: it is told of each event before that happens. */
  snapshot: Observer | undefined
}

export interface Observer {
  before(state: State, event: Event): void
}

/** A state in which nothing has happened; `indexKey` has four words, random and secret. */
export function emptyState(indexKey: Uint32Array): State {
  return {
    indexKey,
    snapshot: undefined,
    computations: new Map(),
    parties: new Map(),
    idle: new Set(),
    nextSerial: 0,
    steps: 0,
    places: 0,
    firstMatch: 0,
    keyTextBytes: 0,
    matches: 0,
    nextExpiry: Number.POSITIVE_INFINITY,
  }
}

export function newParty(key: PartyKey, firstMatch = 0): Party {
  return { key, computations: new Set(), convened: 0, inbox: new Inbox(firstMatch), replies: new Map() }
}
