/*
 * What CONTRACT.md and DESIGN.md sections 3 to 7 ask of the core, said as plainly as possible: one list of what was
 * created and one of what was accepted, and every answer worked out from them anew. It shares no code with the core.
 */
import type {
  Descriptor,
  Digest,
  Frozen,
  Head,
  Name,
  PartyKey,
  Reason,
  Request,
  RequestId,
  RequestOf,
  Release,
  Response,
  Submission,
} from "@event-manager/protocol"
import { frozenSigned } from "@event-manager/protocol"
import { answerOf, digestOf } from "./naiveAnswers.ts"
import { epochOf, matchedKeys, matchesOf, quorateSince, retireKey, type Submitted } from "./naiveMatches.ts"
import type { ReadMatches } from "./world.ts"

interface Made {
  /** Its place in the order of creation. */
  readonly serial: number
  readonly descriptor: Descriptor
  readonly terms: Digest
  /** Whose doing each entry of its history is, and what was done. */
  readonly history: {
    readonly what: "create" | "submit" | "retire" | "freeze" | "witness" | "release"
    readonly by?: PartyKey
  }[]
  readonly witnesses: { readonly party: PartyKey; readonly signature: Uint8Array<ArrayBuffer> }[]
  /** Who has made each of its submissions, in order. */
  readonly submitters: PartyKey[]
  gone: boolean
}

/** What the model does not work out itself. */
export interface Given {
  readonly identity: PartyKey
  /** The link at a position, from 1, of the history of the computation that was created as the `serial`th, from 0. */
  link(serial: number, position: number): Digest
  signedBy(party: PartyKey, bytes: Uint8Array): Uint8Array<ArrayBuffer>
}

interface Accepted extends Submitted {
  readonly made: Made
  readonly revision: number
}

interface Replied {
  readonly party: PartyKey
  readonly requestId: RequestId
  readonly response: ModelResponse
}

/** A response, with matches unpacked. */
export type ModelResponse = Exclude<Response, { kind: "matches" }> | ReadMatches
type Said = ModelResponse | { readonly refuse: Reason; readonly parameter?: number }
type ParticipantRequest = RequestOf<"submit" | "submitMany" | "retire" | "matchCount" | "result" | "witness">
const LISTED_MAX = 16
const REPLIES_MAX = 64
const TEN_YEARS = 10 * 366 * 86_400

export class NaiveModel {
  readonly #made: Made[] = []
  readonly #accepted: Accepted[] = []
  readonly #replied: Replied[] = []
  readonly #given: Given

  constructor(given: Given) {
    this.#given = given
  }

  /** How often something has happened to the computation that has this name now. */
  historyLength(name: Name): number {
    return this.#named(name)?.history.length ?? 0
  }

  /** In which order it was created. */
  serial(name: Name): number | undefined {
    return this.#named(name)?.serial
  }

  /** The inputs of the computation that has this name, where they are frozen. */
  frozen(name: Name): Frozen | undefined {
    const it = this.#named(name)
    return it === undefined ? undefined : this.#frozen(it)
  }

  /** The digest of the terms of the computation that has this name now. */
  terms(name: Name): Digest | undefined {
    return this.#named(name)?.terms
  }

  /** What the enclave must answer at this second, and whether its state changed. */
  ask(
    party: PartyKey,
    at: number,
    request: Request,
  ): { response: ModelResponse; changed: boolean; head: Head | undefined } {
    const due = this.#made.filter((each) => !each.gone && (each.descriptor.expiresAt ?? Infinity) <= at)
    for (const each of due) each.gone = true
    const before = this.#size()
    const response = this.#answer(party, at, request)
    const head = "computation" in request ? this.#headFor(party, request.computation) : undefined
    return { response, changed: due.length > 0 || this.#size() !== before, head }
  }

  #answer(party: PartyKey, at: number, request: Request): ModelResponse {
    if (!("requestId" in request)) return told(this.#fresh(party, at, request))
    const kept = this.#replied.filter((each) => each.party === party).slice(-REPLIES_MAX)
    const first = kept.find((each) => each.requestId === request.requestId)
    if (first !== undefined) return first.response
    const response = told(this.#fresh(party, at, request))
    if (response.kind !== "refused") this.#replied.push({ party, requestId: request.requestId, response })
    return response
  }

  #fresh(party: PartyKey, at: number, request: Request): Said {
    if (request.kind === "create") return this.#create(party, at, request)
    if (request.kind === "list") return this.#list(party, request.after)
    if (request.kind === "matches") return matchesOf(this.#accepted, party, request.after)
    const it = this.#named(request.computation)
    if (it === undefined) return { refuse: "NO_SUCH_COMPUTATION" }
    const { participants, convenor } = it.descriptor
    if (request.kind === "delete") return this.#remove(it, party, request)
    if (request.kind === "describe") {
      const mayKnow = participants.includes(party) || convenor === party
      return mayKnow ? { kind: "described", descriptor: it.descriptor } : { refuse: "NOT_A_PARTICIPANT" }
    }
    return participants.includes(party) ? this.#forParticipant(it, party, request) : { refuse: "NOT_A_PARTICIPANT" }
  }

  #forParticipant(it: Made, party: PartyKey, request: ParticipantRequest): Said {
    const objection = this.#objection(it, request)
    if (objection !== undefined) return objection
    if (request.kind === "submit") return this.#submit(it, party, request)
    if (request.kind === "witness") return this.#witness(it, party, request)
    if (request.kind === "result") return this.#result(it)
    if (it.descriptor.type !== "key") return { refuse: "NEEDS_KEYS" }
    if (request.kind === "submitMany") return this.#submitMany(it, party, request)
    if (request.kind === "retire") return this.#retire(it, party, request)
    return { kind: "matchCount", terms: it.terms, keys: matchedKeys(this.#accepted, it, party) }
  }

  #create(convenor: PartyKey, at: number, request: RequestOf<"create">): Said {
    const { participants, quorum, release, expiresAt, computation: name, requestId: id, keysMax, matches } = request
    const type = (["avg", "min", "max", "key"] as const).find((each) => each === request.type)
    if (type === undefined) return { refuse: "UNKNOWN_TYPE" }
    if (participants.length < 2) return { refuse: "TOO_FEW_PARTICIPANTS" }
    if (participants.some((each, i) => participants.indexOf(each) !== i)) return { refuse: "PARTICIPANT_TWICE" }
    if (quorum < 1) return { refuse: "QUORUM_ZERO" }
    if (quorum > participants.length) return { refuse: "QUORUM_ABOVE_PARTICIPANTS" }
    if (type !== "key" && hasKeyTerms(request)) return { refuse: "NEEDS_KEYS" }
    if (this.#named(name) !== undefined) return { refuse: "NAME_TAKEN" }
    const objection = releaseObjection(type, release, participants.length)
    if (objection !== undefined) return objection
    const life = expiryObjection(expiresAt, at)
    if (life !== undefined) return life
    const plain = { id, name, type, quorum, release, convenor, participants, expiresAt }
    const descriptor: Descriptor = { ...plain, keysMax, matches }
    const terms = digestOf(descriptor)
    const serial = this.#made.length
    this.#made.push({
      serial,
      descriptor,
      terms,
      history: [{ what: "create" }],
      witnesses: [],
      submitters: [],
      gone: false,
    })
    return { kind: "created", terms }
  }

  /** Whether the sender sees another computation, or another past of it. */
  #objection(it: Made, { terms, known }: { terms: Digest; known: Head | undefined }): Said | undefined {
    if (terms !== it.terms) return { refuse: "TERMS_DIFFER" }
    if (known === undefined) return undefined
    const { length } = it.history
    const isOurs = known.length > 0 && known.length <= length && this.#head(it, known.length).hash === known.hash
    return isOurs ? undefined : { refuse: "HISTORY_CONFLICT", parameter: length }
  }

  #submit(it: Made, party: PartyKey, request: RequestOf<"submit">): Said {
    const { submission, revision } = request
    if (this.#frozen(it) !== undefined) return { refuse: "LOCKED" }
    const wantsKey = it.descriptor.type === "key"
    const latest = this.#latestOf(it, party)
    if (!wantsKey && latest !== undefined && revision <= latest.revision) return { refuse: "SUPERSEDED" }
    if (wantsKey !== (submission.kind === "key")) return { refuse: wantsKey ? "NOT_A_KEY" : "NOT_A_NUMBER" }
    if (wantsKey && this.#isOver(it, party, 1)) return { refuse: "KEYS_MAX", parameter: it.descriptor.keysMax ?? 0 }
    const accepted = this.#accept(it, party, submission, revision)
    it.history.push({ what: "submit", by: party })
    const quorumReached = this.#isReached(accepted)
    return { kind: "submitted", terms: it.terms, quorumReached, receipt: this.#head(it, it.history.length) }
  }

  #submitMany(it: Made, party: PartyKey, { submissions }: RequestOf<"submitMany">): Said {
    const { keysMax = 0 } = it.descriptor
    const all = [...submissions]
    if (this.#isOver(it, party, all.length)) return { refuse: "KEYS_MAX", parameter: keysMax }
    const accepted = all.map((each) => this.#accept(it, party, { kind: "key", ...each }, 0))
    it.history.push({ what: "submit", by: party })
    const reached = accepted.filter((each) => this.#isReached(each)).length
    return { kind: "submittedMany", terms: it.terms, reached, receipt: this.#head(it, it.history.length) }
  }

  #retire(it: Made, party: PartyKey, request: RequestOf<"retire">): Said {
    const there = [...request.keys].filter(({ key }) => retireKey(this.#accepted, it, party, key))
    it.history.push({ what: "retire", by: party })
    return { kind: "retired", terms: it.terms, keys: there.length, receipt: this.#head(it, it.history.length) }
  }

  #accept(it: Made, party: PartyKey, submission: Submission, revision: number): Accepted {
    const epoch = epochOf(this.#accepted, it, submission)
    const position = it.submitters.length
    const accepted: Accepted = { made: it, party, submission, revision, position, gone: false, epoch }
    it.submitters.push(party)
    this.#accepted.push(accepted)
    return accepted
  }

  #isOver(it: Made, party: PartyKey, more: number): boolean {
    const earlier = it.submitters.filter((each) => each === party).length
    return earlier + more > (it.descriptor.keysMax ?? Infinity)
  }

  #isReached(accepted: Accepted): boolean {
    return accepted.made.descriptor.matches === "told" && quorateSince(this.#accepted, accepted) !== undefined
  }

  #result(it: Made): Said {
    const { type, quorum, release, participants } = it.descriptor
    if (type === "key") return { refuse: "STREAMED" }
    if (this.#frozen(it) === undefined) {
      const submitters = participants.filter((party) => this.#latestOf(it, party) !== undefined).length
      if (submitters < quorum) return { refuse: "BELOW_QUORUM", parameter: quorum }
      const missing = participants.length - submitters
      if (release.kind === "all" && missing > 0) return { refuse: "NOT_ALL_SUBMITTED", parameter: missing }
      it.history.push({ what: "freeze" })
      this.#releaseIfDue(it)
    }
    return this.#outcome(it)
  }

  #witness(it: Made, party: PartyKey, { signature }: RequestOf<"witness">): Said {
    const frozen = this.#frozen(it)
    if (frozen === undefined || it.descriptor.release.kind !== "witnessed") return { refuse: "NOTHING_TO_WITNESS" }
    const isOver = it.history.some(({ what }) => what === "release")
    if (!isOver && it.witnesses.every((each) => each.party !== party)) {
      const right = this.#given.signedBy(party, frozenSigned(frozen))
      if (right.toHex() !== signature.toHex()) return { refuse: "WITNESS_SIGNATURE_WRONG" }
      it.witnesses.push({ party, signature })
      it.history.push({ what: "witness", by: party })
      this.#releaseIfDue(it)
    }
    return this.#outcome(it)
  }

  #releaseIfDue(it: Made): void {
    const { release } = it.descriptor
    if (it.witnesses.length >= (release.kind === "witnessed" ? release.witnesses : 0))
      it.history.push({ what: "release" })
  }

  /** What is said of a computation whose inputs are frozen. */
  #outcome(it: Made): Said {
    const frozen = this.#frozen(it)
    if (frozen === undefined) throw new TypeError("nothing is frozen")
    const { witnesses } = it
    if (it.history.every(({ what }) => what !== "release")) {
      return { kind: "awaiting", frozen, witnesses: witnesses.map(({ party }) => party) }
    }
    const { type, participants } = it.descriptor
    const latest = participants.flatMap((party) => {
      const own = this.#latestOf(it, party)
      return own?.submission.kind === "number" ? [{ party, value: own.submission.value }] : []
    })
    if (type === "key") throw new TypeError("keys are not frozen")
    return { kind: "result", result: { frozen, answer: answerOf(type, latest), witnesses: [...witnesses] } }
  }

  #frozen(it: Made): Frozen | undefined {
    const position = it.history.findIndex(({ what }) => what === "freeze")
    if (position < 0) return undefined
    const receipts = it.descriptor.participants.flatMap((party) => {
      const last = it.history.findLastIndex(({ what, by }) => what === "submit" && by === party)
      return last < 0 ? [] : [{ party, receipt: this.#head(it, last + 1) }]
    })
    return { identity: this.#given.identity, descriptor: it.descriptor, head: this.#head(it, position), receipts }
  }

  #remove(it: Made, party: PartyKey, request: RequestOf<"delete">): Said {
    if (it.descriptor.convenor !== party) return { refuse: "NOT_THE_CONVENOR" }
    const objection = this.#objection(it, request)
    if (objection !== undefined) return objection
    it.gone = true
    return { kind: "deleted", terms: it.terms }
  }

  #head({ serial }: Made, length: number): Head {
    return { length, hash: this.#given.link(serial, length) }
  }

  #headFor(party: PartyKey, name: Name): Head | undefined {
    const it = this.#named(name)
    const { participants = [], convenor } = it?.descriptor ?? {}
    return it !== undefined && (participants.includes(party) || convenor === party)
      ? this.#head(it, it.history.length)
      : undefined
  }

  #latestOf(it: Made, party: PartyKey): Accepted | undefined {
    return this.#accepted.findLast((each) => each.made === it && each.party === party)
  }

  #list(party: PartyKey, after: number): Said {
    const own = this.#made
      .map((made, serial) => ({ made, serial }))
      .filter(({ made, serial }) => !made.gone && serial >= after && made.descriptor.participants.includes(party))
    const page = own.slice(0, LISTED_MAX)
    const last = page.at(-1)
    return {
      kind: "listed",
      descriptors: page.map((each) => each.made.descriptor),
      next: last === undefined ? after : last.serial + 1,
      more: own.length > LISTED_MAX,
    }
  }

  #named(name: Name): Made | undefined {
    return this.#made.find((each) => !each.gone && each.descriptor.name === name)
  }

  #size(): number {
    const entries = this.#made.reduce((sum, each) => sum + each.history.length, 0)
    return entries + this.#made.filter((each) => each.gone).length
  }
}

function expiryObjection(expiresAt: number | undefined, at: number): Said | undefined {
  if (expiresAt !== undefined && expiresAt <= at) return { refuse: "EXPIRY_PAST" }
  const isTooFar = expiresAt !== undefined && expiresAt - at > TEN_YEARS
  return isTooFar ? { refuse: "EXPIRY_TOO_FAR", parameter: TEN_YEARS } : undefined
}

function hasKeyTerms({ keysMax, matches }: RequestOf<"create">): boolean {
  return keysMax !== undefined || matches === "counted"
}

/** Two sets of W witnesses must share one participant. */
function releaseObjection(type: string, release: Release, participants: number): Said | undefined {
  if (type === "key" && release.kind !== "first") return { refuse: "RELEASE_NEEDS_ONE_ANSWER" }
  if (release.kind !== "witnessed") return undefined
  const { witnesses } = release
  const shared = witnesses + witnesses - participants
  if (shared >= 1 && witnesses <= participants) return undefined
  return { refuse: "WITNESSES_OUT_OF_RANGE", parameter: participants }
}

function told(said: Said): ModelResponse {
  return "refuse" in said ? { kind: "refused", reason: said.refuse, parameter: said.parameter ?? 0 } : said
}
