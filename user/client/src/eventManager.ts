import {
  bytesOf,
  checkpointSigned,
  frozenSigned,
  requestId,
  REQUEST_ID_BYTES,
  type Checkpoint,
  type Descriptor,
  type Digest,
  type Frozen,
  type Head,
  type Match,
  type Name,
  type PartyKey,
  type Release,
  type RequestId,
  type RequestOf,
  type Response,
  type ResponseOf,
  type Result,
  type SavedCheckpoint,
  type SavedResult,
  type Submission,
} from "@event-manager/protocol"
import type { Attested } from "./attestation/evidence.ts"
import { Correspondence, type Answer, type CorrespondenceOptions } from "./correspondence.ts"
import { TransportError } from "./errors.ts"
import { historyConflict, requireNoFork, requireNoOlder, requireReceipt, statementChanged } from "./history.ts"
import { emptyNote, type Note, type Notebook } from "./notebook.ts"
import { frozenDigest, invalid, termsOf, verifyResult } from "./statements.ts"
import { randomBytes, verifyEd25519 } from "./webCrypto.ts"

export interface Options extends CorrespondenceOptions {
  readonly notebook: Notebook
}

/** What a participant wants to set up. */
export interface Terms {
  readonly computation: Name
  readonly type: string
  readonly quorum: number
  readonly release: Release
  readonly participants: readonly PartyKey[]
  /** Seconds since 1970. */
  readonly expiresAt: number | undefined
}

export type Refused = ResponseOf<"refused">
export type Answered<Kind extends Response["kind"]> = Promise<ResponseOf<Kind> | Refused>

/**
 * One party's dealings with one enclave. Before anything is sent, the enclave's evidence is held against the
 * constraint and the pin. A request whose reply is lost is sent again under the same request id, so that it takes
 * effect once. What the enclave says of a computation's history is held against the notebook. Methods reject with
 * TransportError, AttestationError or HistoryError; a refusal by the enclave is a value.
 */
export class EventManager {
  readonly #options: Options
  readonly #correspondence: Correspondence
  /** How often a history was seen to have grown. */
  #growth = 0

  constructor(options: Options) {
    this.#options = options
    this.#correspondence = new Correspondence(options)
  }

  /** The enclave's evidence, verified, and accepted by constraint and pin. */
  async attest(): Promise<Attested> {
    return (await this.#correspondence.attest()).attested
  }

  async describe(computation: Name): Answered<"described"> {
    const growth = this.#growth
    const { response, head } = await this.#correspondence.ask({ kind: "describe", computation })
    if (response.kind !== "described") return refusedOr(response, "describe")
    const known = this.#options.notebook.note(await termsOf(response.descriptor))?.head
    // Which computation it is shows only in the reply: what other requests saw meanwhile may be later than it.
    const check = growth === this.#growth ? requireNoOlder : requireNoFork
    if (head !== undefined) check(computation, known, head)
    return response
  }

  /** Every computation that this party takes part in, in order of creation. */
  async list(): Promise<readonly Descriptor[] | Refused> {
    const all: Descriptor[] = []
    for (let after = 0, more = true; more;) {
      const { response } = await this.#correspondence.ask({ kind: "list", after })
      if (response.kind !== "listed") return refusedOr(response, "list")
      all.push(...response.descriptors)
      after = response.next
      more = response.more
    }
    return all
  }

  async create(terms: Terms): Answered<"created"> {
    const { response } = await this.#correspondence.ask({ kind: "create", requestId: newRequestId(), ...terms })
    return response.kind === "created" ? response : refusedOr(response, "create")
  }

  /** Submits under the terms that the descriptor states; the receipt comes signed, with what vouches for it. */
  async submit(descriptor: Descriptor, submission: Submission): Promise<Submitted | Refused> {
    const { name: computation } = descriptor
    const terms = await termsOf(descriptor)
    const { notebook, now } = this.#options
    const before = this.#note(terms, computation)
    // The time, so that a note restored from a copy does not stand in the way; never one that was used before.
    const revision = Math.max(before.revision + 1, now() * 1_000)
    // Written first: after a crash before the reply, the submission may count or not.
    await notebook.write(terms, { ...before, isUnacknowledged: true, revision })
    const place = { requestId: newRequestId(), computation, terms, revision }
    const answer = await this.#askAbout({ kind: "submit", ...place, submission, signed: true })
    if (answer.response.kind !== "submitted") {
      const refused = refusedOr(answer.response, "submit")
      const note = this.#note(terms, computation)
      if (note.revision === revision)
        await notebook.write(terms, { ...note, isUnacknowledged: before.isUnacknowledged })
      return refused
    }
    const { receipt } = requireTerms(answer.response, terms)
    const checkpoint = await this.#checkpoint(computation, { terms, head: receipt }, answer)
    await this.#acknowledge({ computation, terms }, revision, receipt)
    return { ...answer.response, checkpoint }
  }

  /**
   * Asks for the result. Where the terms demand witnesses, checks the frozen inputs, remembers them, and signs them:
   * one statement for each computation, ever.
   */
  async result(descriptor: Descriptor): Promise<ResponseOf<"awaiting"> | Released | Refused> {
    const terms = await termsOf(descriptor)
    const about = { computation: descriptor.name, terms }
    const answer = await this.#askAbout({ kind: "result", ...about })
    if (answer.response.kind !== "awaiting") return this.#released(about, answer)
    const signature = await this.#witness(about, answer.response.frozen, answer)
    const witnessed = await this.#askAbout({ kind: "witness", ...about, signature })
    if (witnessed.response.kind !== "awaiting") return this.#released(about, witnessed)
    await this.#acceptFrozen(about, witnessed.response.frozen, witnessed)
    return witnessed.response
  }

  /** Every matched submission told so far. */
  async matches(): Promise<{ matches: readonly Match[]; next: number } | Refused> {
    const all: Match[] = []
    let next = 0
    for (let page = 0, more = true; more; page++) {
      // Pages go on when matches have ended: how many are read follows from how much was submitted alone.
      const { response } = await this.#correspondence.ask({ kind: "matches", after: next, page })
      if (response.kind !== "matches") return refusedOr(response, "matches")
      all.push(...response.matches)
      next = response.next
      more = response.more
    }
    return { matches: all, next }
  }

  /** One page of matches: for following them at a pace that does not depend on how many there are. */
  async nextMatches(after: number): Answered<"matches"> {
    const { response } = await this.#correspondence.ask({ kind: "matches", after, page: 0 })
    return response.kind === "matches" ? response : refusedOr(response, "matches")
  }

  /** The life of the enclave that answered last: numbers of matches are good for one life. */
  get life(): string {
    return this.#correspondence.latest?.attested.statement.life.toHex() ?? ""
  }

  async delete(descriptor: Descriptor): Answered<"deleted"> {
    const terms = await termsOf(descriptor)
    const request = {
      kind: "delete",
      requestId: newRequestId(),
      computation: descriptor.name,
      terms,
    } as const
    const { response } = await this.#askAbout(request)
    return response.kind === "deleted" ? requireTerms(response, terms) : refusedOr(response, "delete")
  }

  /** The receipt of the latest submission stands, whichever reply comes last. */
  async #acknowledge({ computation, terms }: About, revision: number, receipt: Head): Promise<void> {
    const note = this.#note(terms, computation)
    await this.#options.notebook.write(terms, {
      ...note,
      receipt: receipt.length > (note.receipt?.length ?? 0) ? receipt : note.receipt,
      // A later one may still be under way.
      isUnacknowledged: note.isUnacknowledged && note.revision !== revision,
    })
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
    const note = this.#note(terms, computation)
    requireReceipt(computation, note, identity.party, frozen.receipts)
    if (note.frozen === found) return
    if (note.frozen !== undefined) throw statementChanged(computation, note.frozen, found)
    await notebook.write(terms, { ...note, frozen: found })
  }

  async #checkpoint(
    computation: string,
    place: Pick<Checkpoint, "terms" | "head">,
    { signature, by }: Answer,
  ): Promise<SavedCheckpoint> {
    if (signature === undefined) throw invalid(computation, "its receipt is not signed")
    const { identity, life } = by.attested.statement
    const checkpoint: Checkpoint = { identity, life, ...place }
    if (!(await verifyEd25519(bytesOf(identity), checkpointSigned(checkpoint), signature))) {
      throw invalid(computation, "its receipt is not signed by the enclave")
    }
    return { checkpoint, signature, evidence: by.evidence }
  }

  #note(terms: Digest, computation: Name): Note {
    return this.#options.notebook.note(terms) ?? emptyNote(computation)
  }

  /** Asks about a computation whose terms are known, and holds the reply against what is known of its history. */
  async #askAbout(request: Unanchored<AboutRequest>): Promise<Answer> {
    const { computation, terms } = request
    const known = this.#note(terms, computation).head
    const answer = await this.#correspondence.ask({ ...request, known })
    const { head, response } = answer
    if (response.kind === "refused" && response.reason === "HISTORY_CONFLICT") {
      throw historyConflict(computation, known, response.parameter)
    }
    // Whoever is told that it is another computation learns nothing of this one's history.
    if (head === undefined || (response.kind === "refused" && response.reason === "TERMS_DIFFER")) return answer
    requireNoOlder(computation, known, head)
    const note = this.#note(terms, computation)
    requireNoFork(computation, note.head, head)
    if (head.length > (note.head?.length ?? 0)) {
      this.#growth += 1
      await this.#options.notebook.write(terms, { ...note, head })
    }
    return answer
  }
}

interface About {
  readonly computation: Name
  readonly terms: Digest
}

type AboutRequest = RequestOf<"submit"> | RequestOf<"result"> | RequestOf<"witness"> | RequestOf<"delete">
type Unanchored<R> = R extends AboutRequest ? Omit<R, "known"> : never

/** An accepted submission. */
export interface Submitted extends ResponseOf<"submitted"> {
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

function newRequestId(): RequestId {
  return requestId(randomBytes(REQUEST_ID_BYTES))
}

/** The request stated the terms, and the enclave refuses others: an answer about others is none. */
function requireTerms<R extends { readonly terms: Digest }>(response: R, terms: Digest): R {
  if (response.terms === terms) return response
  throw new TransportError("WRONG_REPLY", "the enclave answered about a computation of other terms")
}

/** A refusal is an answer to anything; another kind of response is none. */
function refusedOr(response: Response, asked: string): Refused {
  if (response.kind === "refused") return response
  throw new TransportError("WRONG_REPLY", `the enclave answered '${response.kind}' to '${asked}'`)
}
