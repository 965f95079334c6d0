import {
  frozenSigned,
  NO_KEY_TERMS,
  type Descriptor,
  type Digest,
  type Frozen,
  type Head,
  type Match,
  type Name,
  type PartyKey,
  type Release,
  type Response,
  type ResponseOf,
  type Result,
  type SavedCheckpoint,
  type SavedResult,
  type Submission,
  type Telling,
} from "@event-manager/protocol"
import type { Attested } from "./attestation/evidence.ts"
import { retireKeys, submitBatches, type Batch, type BatchOutcome, type Retired } from "./batches.ts"
import type { Answer } from "./correspondence.ts"
import { Dealings, newRequestId, refusedOr, requireTerms, type About, type Options, type Refused } from "./dealings.ts"
import { requireNoFork, requireNoOlder, requireReceipt, statementChanged } from "./history.ts"
import { MatchReader, type MatchPage } from "./matchReader.ts"
import { frozenDigest, invalid, termsOf, verifyResult } from "./statements.ts"

/** What a participant wants to set up. */
export interface Terms {
  readonly computation: Name
  readonly type: string
  readonly quorum: number
  readonly release: Release
  readonly participants: readonly PartyKey[]
  /** Seconds since 1970. */
  readonly expiresAt: number | undefined
  /** For type `key` alone: how many keys each participant may submit; without it, as many as it likes. */
  readonly keysMax?: number | undefined
  /** For type `key` alone: what participants are told; without it, each match. */
  readonly matches?: Telling
}

export type Answered<Kind extends Response["kind"]> = Promise<ResponseOf<Kind> | Refused>

/**
 * One party's dealings with one enclave. Before anything is sent, the enclave's evidence is held against the
 * constraint and the pin. A request whose reply is lost is sent again under the same request id, so that it takes
 * effect once. What the enclave says of a computation's history is held against the notebook. Methods reject with
 * TransportError, AttestationError or HistoryError; a refusal by the enclave is a value.
 */
export class EventManager {
  readonly #options: Options
  readonly #dealings: Dealings
  /** By terms: the revision of the submission whose receipt is held. */
  readonly #acknowledged = new Map<Digest, number>()
  /** By terms: the frozen inputs that were accepted. */
  readonly #accepted = new Map<Digest, Frozen>()
  readonly #reader: MatchReader

  constructor(options: Options) {
    this.#options = options
    this.#dealings = new Dealings(options)
    this.#reader = new MatchReader(this.#dealings.correspondence)
  }

  /** The enclave's evidence, verified, and accepted by constraint and pin. */
  async attest(): Promise<Attested> {
    return (await this.#dealings.correspondence.attest()).attested
  }

  async describe(computation: Name): Answered<"described"> {
    const { growth } = this.#dealings
    const { response, head } = await this.#dealings.correspondence.ask({ kind: "describe", computation })
    if (response.kind !== "described") return refusedOr(response, "describe")
    const known = this.#options.notebook.note(await termsOf(response.descriptor))?.head
    // Which computation it is shows only in the reply: what other requests saw meanwhile may be later than it.
    const check = growth === this.#dealings.growth ? requireNoOlder : requireNoFork
    if (head !== undefined) check(computation, known, head)
    return response
  }

  /** Every computation that this party takes part in, in order of creation. */
  async list(): Promise<readonly Descriptor[] | Refused> {
    const all: Descriptor[] = []
    for (let after = 0, more = true; more;) {
      const { response } = await this.#dealings.correspondence.ask({ kind: "list", after })
      if (response.kind !== "listed") return refusedOr(response, "list")
      all.push(...response.descriptors)
      after = response.next
      more = response.more
    }
    return all
  }

  async create(terms: Terms): Answered<"created"> {
    const { response } = await this.#dealings.correspondence.ask({
      kind: "create",
      requestId: newRequestId(),
      ...NO_KEY_TERMS,
      ...terms,
    })
    return response.kind === "created" ? response : refusedOr(response, "create")
  }

  /**
   * Submits under the terms that the descriptor states. The receipt is a place in the history, and comes signed, with what
   * vouches for it, where it `isSigned`: whoever does not keep it need not wait for a signature made and checked.
   */
  async submit(
    descriptor: Descriptor,
    submission: Submission,
    options: { readonly isSigned: true },
  ): Promise<SignedSubmitted | Refused>
  /** Likewise, with a receipt that is not signed. */
  async submit(descriptor: Descriptor, submission: Submission): Promise<Submitted | Refused>
  async submit(
    descriptor: Descriptor,
    submission: Submission,
    { isSigned }: { readonly isSigned: boolean } = { isSigned: false },
  ): Promise<Submitted | SignedSubmitted | Refused> {
    const { name: computation } = descriptor
    const terms = await termsOf(descriptor)
    const { notebook, now } = this.#options
    const before = this.#dealings.note(terms, computation)
    // The time, so that a note restored from a copy does not stand in the way; never one that was used before.
    const revision = Math.max(before.revision + 1, now() * 1_000)
    // Written first: after a crash before the reply, the submission may count or not.
    await notebook.write(terms, { ...before, isUnacknowledged: true, revision })
    const request = { kind: "submit", requestId: newRequestId(), computation, terms, revision } as const
    const answer = await this.#dealings.askAbout({ ...request, submission, signed: isSigned })
    if (answer.response.kind !== "submitted") {
      const refused = refusedOr(answer.response, "submit")
      const note = this.#dealings.note(terms, computation)
      if (note.revision === revision)
        await notebook.write(terms, { ...note, isUnacknowledged: before.isUnacknowledged })
      return refused
    }
    const { receipt } = requireTerms(answer.response, terms)
    const place = { terms, head: receipt }
    const checkpoint = isSigned ? await this.#dealings.checkpoint(computation, place, answer) : undefined
    await this.#acknowledge({ computation, terms }, revision, receipt)
    return checkpoint === undefined ? answer.response : { ...answer.response, checkpoint }
  }

  /**
   * Asks for the result. Where the terms demand witnesses, checks the frozen inputs, remembers them, and signs them:
   * one statement for each computation, ever.
   */
  async result(descriptor: Descriptor): Promise<ResponseOf<"awaiting"> | Released | Refused> {
    const terms = await termsOf(descriptor)
    const about = { computation: descriptor.name, terms }
    const answer = await this.#dealings.askAbout({ kind: "result", ...about })
    if (answer.response.kind !== "awaiting") return this.#released(about, answer)
    const signature = await this.#witness(about, answer.response.frozen, answer)
    const witnessed = await this.#dealings.askAbout({ kind: "witness", ...about, signature })
    if (witnessed.response.kind !== "awaiting") return this.#released(about, witnessed)
    await this.#acceptFrozen(about, witnessed.response.frozen, witnessed)
    return witnessed.response
  }

  /**
   * Submits keys in batches, each whole or not at all and under its own request id: sent again it takes effect once.
   * So many are under way at a time; their outcomes come in order. What was under way when one fails may count or not.
   */
  submitMany(
    descriptor: Descriptor,
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    { inFlight = 4 }: { readonly inFlight?: number } = {},
  ): AsyncGenerator<BatchOutcome> {
    return submitBatches(this.#dealings, descriptor, batches, inFlight)
  }

  /** Takes own keys, packed without messages, out again. Those that are not there are no fault. */
  async retire(descriptor: Descriptor, batch: Batch): Promise<Retired | Refused> {
    return retireKeys(this.#dealings, descriptor, batch)
  }

  /** How many of the party's own keys have matched. */
  async matchCount(descriptor: Descriptor): Answered<"matchCount"> {
    const terms = await termsOf(descriptor)
    const { response } = await this.#dealings.askAbout({ kind: "matchCount", computation: descriptor.name, terms })
    return response.kind === "matchCount" ? requireTerms(response, terms) : refusedOr(response, "matchCount")
  }

  /** Every matched submission told so far. */
  async matches(): Promise<{ matches: readonly Match[]; next: number } | Refused> {
    const all: Match[] = []
    let next = 0
    for await (const page of this.#reader.pages()) {
      if (page.kind === "refused") return page
      for (const match of page.matches()) all.push(match)
      next = page.next
    }
    return { matches: all, next }
  }

  /** The same, or those numbered `after` and later, a page at a time, each in memory by itself. */
  matchPages(after = 0): AsyncGenerator<MatchPage | Refused> {
    return this.#reader.pages(after)
  }

  /** One page of matches: for following them at a pace that does not depend on how many there are. */
  async nextMatches(after: number): Promise<MatchPage | Refused> {
    return this.#reader.page(after, 0)
  }

  /** The life of the enclave that answered last: numbers of matches are good for one life. */
  get life(): string {
    return this.#dealings.correspondence.latest?.attested.statement.life.toHex() ?? ""
  }

  async delete(descriptor: Descriptor): Answered<"deleted"> {
    const terms = await termsOf(descriptor)
    const request = {
      kind: "delete",
      requestId: newRequestId(),
      computation: descriptor.name,
      terms,
    } as const
    const { response } = await this.#dealings.askAbout(request)
    return response.kind === "deleted" ? requireTerms(response, terms) : refusedOr(response, "delete")
  }

  /** The receipt of the latest submission stands, whichever reply comes last. */
  async #acknowledge({ computation, terms }: About, revision: number, receipt: Head): Promise<void> {
    const { notebook, identity } = this.#options
    const note = this.#dealings.note(terms, computation)
    // By revision, and not by place: of two forks, the one may have the earlier at a later place.
    const isLatest = revision > (this.#acknowledged.get(terms) ?? 0)
    if (isLatest) this.#acknowledged.set(terms, revision)
    const acknowledged = {
      ...note,
      receipt: isLatest ? receipt : note.receipt,
      // A later one may still be under way.
      isUnacknowledged: note.isUnacknowledged && note.revision !== revision,
    }
    await notebook.write(terms, acknowledged)
    // Accepted while this was under way: an enclave takes no submission after the inputs are frozen.
    const frozen = this.#accepted.get(terms)
    if (frozen !== undefined) requireReceipt(computation, acknowledged, identity.party, frozen.receipts)
  }

  /** Checks frozen inputs, writes down that they are the ones, and only then signs them. */
  async #witness(about: About, frozen: Frozen, answer: Answer): Promise<Uint8Array<ArrayBuffer>> {
    await this.#acceptFrozen(about, frozen, answer)
    return this.#options.identity.sign(frozenSigned(frozen))
  }

  async #released(about: About, answer: Answer): Promise<Released | Refused> {
    const { response, signature, by } = answer
    if (response.kind !== "result") return refusedOr(response, "result")
    if (signature === undefined) throw invalid(about.computation, "the enclave did not sign it")
    await verifyResult(response.result, signature)
    await this.#acceptFrozen(about, response.result.frozen, answer)
    const saved = { result: response.result, signature, evidence: by.evidence }
    return { kind: "released", result: response.result, saved }
  }

  /** Throws HistoryError unless these are this computation's inputs, with one's own, and no others were seen. */
  async #acceptFrozen({ computation, terms }: About, frozen: Frozen, { by }: Answer): Promise<void> {
    const { notebook, identity } = this.#options
    if (frozen.identity !== by.attested.statement.identity) throw invalid(computation, "another enclave made it")
    if ((await termsOf(frozen.descriptor)) !== terms) throw invalid(computation, "it states other terms")
    const found = await frozenDigest(frozen)
    const note = this.#dealings.note(terms, computation)
    requireReceipt(computation, note, identity.party, frozen.receipts)
    if (note.frozen === found) return
    if (note.frozen !== undefined) throw statementChanged(computation, note.frozen, found)
    this.#accepted.set(terms, frozen)
    await notebook.write(terms, { ...note, frozen: found })
  }
}

/** An accepted submission. */
export type Submitted = ResponseOf<"submitted">

/** An accepted submission whose receipt is a proof for others. */
export interface SignedSubmitted extends Submitted {
  /** The receipt, signed: with another of the same place it proves a fork. */
  readonly checkpoint: SavedCheckpoint
}

/** A result that was checked. */
export interface Released {
  readonly kind: "released"
  readonly result: Result
  /** What others can check it by. */
  readonly saved: SavedResult
}
