/*
 * What CONTRACT.md and DESIGN.md sections 3 to 7 ask of the core, said as plainly as possible: one list of what was
 * created and one of what was accepted, and every answer worked out from them anew. It shares no code with the core.
 */
import type {
  Descriptor,
  Digest,
  Match,
  Name,
  PartyKey,
  Reason,
  Request,
  RequestId,
  RequestOf,
  Response,
  ResultAnswer,
  Submission,
} from "@event-manager/protocol"
import { decimalText, digest } from "@event-manager/protocol"
import { createHash } from "node:crypto"
import { compare, mean, rational, written } from "./rational.ts"

interface Made {
  readonly descriptor: Descriptor
  readonly terms: Digest
  gone: boolean
  answer: ResultAnswer | undefined
}

interface Accepted {
  readonly made: Made
  readonly party: PartyKey
  readonly submission: Submission
}

interface Replied {
  readonly party: PartyKey
  readonly requestId: RequestId
  readonly response: Response
}

type Said = Response | { readonly refuse: Reason; readonly parameter?: number }
const LISTED_MAX = 16
const REPLIES_MAX = 64
const TEN_YEARS = 10 * 366 * 86_400

export class NaiveModel {
  readonly #made: Made[] = []
  readonly #accepted: Accepted[] = []
  readonly #replied: Replied[] = []

  /** The digest of the terms of the computation that has this name now. */
  terms(name: Name): Digest | undefined {
    return this.#named(name)?.terms
  }

  /** What the enclave must answer at this second, and whether its state changed. */
  ask(party: PartyKey, at: number, request: Request): { response: Response; changed: boolean } {
    const due = this.#made.filter((each) => !each.gone && (each.descriptor.expiresAt ?? Infinity) <= at)
    for (const each of due) each.gone = true
    const before = this.#size()
    const response = this.#answer(party, at, request)
    return { response, changed: due.length > 0 || this.#size() !== before }
  }

  #answer(party: PartyKey, at: number, request: Request): Response {
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
    if (request.kind === "matches") return this.#matches(party, request.after)
    const it = this.#named(request.computation)
    if (it === undefined) return { refuse: "NO_SUCH_COMPUTATION" }
    const { participants, convenor } = it.descriptor
    if (request.kind === "delete") return remove(it, party, request)
    if (request.kind === "describe") {
      const mayKnow = participants.includes(party) || convenor === party
      return mayKnow ? { kind: "described", descriptor: it.descriptor } : { refuse: "NOT_A_PARTICIPANT" }
    }
    if (!participants.includes(party)) return { refuse: "NOT_A_PARTICIPANT" }
    return request.kind === "submit" ? this.#submit(it, party, request) : this.#result(it)
  }

  #create(convenor: PartyKey, at: number, request: RequestOf<"create">): Said {
    const { participants, quorum, expiresAt, computation: name, requestId: id } = request
    const type = (["avg", "min", "max", "key"] as const).find((each) => each === request.type)
    if (type === undefined) return { refuse: "UNKNOWN_TYPE" }
    if (participants.length < 2) return { refuse: "TOO_FEW_PARTICIPANTS" }
    if (participants.some((each, i) => participants.indexOf(each) !== i)) return { refuse: "PARTICIPANT_TWICE" }
    if (quorum < 1) return { refuse: "QUORUM_ZERO" }
    if (quorum > participants.length) return { refuse: "QUORUM_ABOVE_PARTICIPANTS" }
    if (this.#named(name) !== undefined) return { refuse: "NAME_TAKEN" }
    if (expiresAt !== undefined && expiresAt <= at) return { refuse: "EXPIRY_PAST" }
    if (expiresAt !== undefined && expiresAt - at > TEN_YEARS) return { refuse: "EXPIRY_TOO_FAR", parameter: TEN_YEARS }
    const descriptor: Descriptor = { id, name, type, quorum, convenor, participants, expiresAt }
    const terms = digestOf(descriptor)
    this.#made.push({ descriptor, terms, gone: false, answer: undefined })
    return { kind: "created", terms }
  }

  #submit(it: Made, party: PartyKey, request: RequestOf<"submit">): Said {
    const { submission } = request
    if (request.terms !== it.terms) return { refuse: "TERMS_DIFFER" }
    if (it.answer !== undefined) return { refuse: "LOCKED" }
    const wantsKey = it.descriptor.type === "key"
    if (wantsKey !== (submission.kind === "key")) return { refuse: wantsKey ? "NOT_A_KEY" : "NOT_A_NUMBER" }
    this.#accepted.push({ made: it, party, submission })
    const quorumReached = this.#quorateSince(it, submission) !== undefined
    return { kind: "submitted", terms: it.terms, quorumReached }
  }

  #result(it: Made): Said {
    const { type, quorum, participants } = it.descriptor
    if (type === "key") return { refuse: "STREAMED" }
    const latest = participants.flatMap((party) => {
      const own = this.#accepted.findLast((each) => each.made === it && each.party === party)
      return own?.submission.kind === "number" ? [{ party, number: rational(own.submission.value) }] : []
    })
    if (latest.length < quorum) return { refuse: "BELOW_QUORUM", parameter: quorum }
    it.answer ??= answerOf(type, latest)
    return { kind: "result", terms: it.terms, answer: it.answer }
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

  /** A submission is told to a party once three things have happened: it was made, the party submitted the same key
   * too, and the key reached quorum. The last of them is the moment. */
  #matches(party: PartyKey, after: number): Said {
    const told = this.#accepted
      .map((each, index) => ({ each, index, moment: this.#moment(each, index, party) }))
      .filter((telling) => telling.moment !== undefined)
      .sort((a, b) => (a.moment ?? 0) - (b.moment ?? 0) || a.index - b.index)
      .map((telling, i) => ({ ...telling, number: i }))
      .filter((telling) => !telling.each.made.gone && telling.number >= after)
    const matches = told.map(({ each, index }) => this.#match(each, index))
    return { kind: "matches", matches, next: (told.at(-1)?.number ?? after - 1) + 1, more: false }
  }

  #moment(each: Accepted, index: number, reader: PartyKey): number | undefined {
    const own = this.#accepted.findIndex((other) => other.party === reader && isSameKey(other, each))
    const quorate = this.#quorateSince(each.made, each.submission)
    return own < 0 || quorate === undefined ? undefined : Math.max(index, own, quorate)
  }

  /** The index of the submission with which the key reached quorum. */
  #quorateSince(made: Made, submission: Submission): number | undefined {
    const parties = new Set<PartyKey>()
    for (const [index, each] of this.#accepted.entries()) {
      if (!isSameKey(each, { made, party: each.party, submission })) continue
      parties.add(each.party)
      if (parties.size === made.descriptor.quorum) return index
    }
    return undefined
  }

  #match({ made, party, submission }: Accepted, index: number): Match {
    const position = this.#accepted.slice(0, index).filter((other) => other.made === made).length
    if (submission.kind !== "key") throw new TypeError("only keys match")
    return { computation: made.descriptor.name, position, party, key: submission.key, message: submission.message }
  }

  #named(name: Name): Made | undefined {
    return this.#made.find((each) => !each.gone && each.descriptor.name === name)
  }

  #size(): number {
    const marks = this.#made.filter((each) => each.gone).length + this.#made.filter((each) => each.answer).length
    return this.#made.length + this.#accepted.length + marks
  }
}

function remove(it: Made, party: PartyKey, request: RequestOf<"delete">): Said {
  if (it.descriptor.convenor !== party) return { refuse: "NOT_THE_CONVENOR" }
  if (request.terms !== it.terms) return { refuse: "TERMS_DIFFER" }
  it.gone = true
  return { kind: "deleted", terms: it.terms }
}

function answerOf(
  type: "avg" | "min" | "max",
  latest: readonly { party: PartyKey; number: ReturnType<typeof rational> }[],
): ResultAnswer {
  if (type === "avg") return average(latest.map((each) => each.number))
  const sign = type === "max" ? 1 : -1
  const best = latest.filter((each) => latest.every((other) => compare(each.number, other.number) * sign >= 0))
  return { kind: "parties", parties: best.map((each) => each.party) }
}

function average(numbers: readonly ReturnType<typeof rational>[]): ResultAnswer {
  return { kind: "number", value: decimalText(written(mean(numbers), 12)) }
}

function isSameKey(a: Accepted, b: Accepted): boolean {
  return a.made === b.made && keyOf(a) !== undefined && keyOf(a) === keyOf(b)
}

function keyOf({ submission }: Accepted): string | undefined {
  return submission.kind === "key" ? submission.key : undefined
}

function told(said: Said): Response {
  return "refuse" in said ? { kind: "refused", reason: said.refuse, parameter: said.parameter ?? 0 } : said
}

/** docs/wire-format.md: SHA-256 over a label and the descriptor in TLS presentation language, written out here. */
function digestOf(descriptor: Descriptor): Digest {
  const { id, name, type, quorum, convenor, participants, expiresAt } = descriptor
  const expiry = expiresAt === undefined ? "00" : `01${expiresAt.toString(16).padStart(16, "0")}`
  const hex = [
    id,
    name.length.toString(16).padStart(2, "0"),
    Buffer.from(name).toString("hex"),
    ["avg", "min", "max", "key"].indexOf(type).toString(16).padStart(2, "0"),
    quorum.toString(16).padStart(8, "0"),
    convenor,
    (participants.length * 32).toString(16).padStart(4, "0"),
    ...participants,
    expiry,
  ].join("")
  return digest(createHash("sha256").update("event-manager/1 descriptor").update(Buffer.from(hex, "hex")).digest())
}
