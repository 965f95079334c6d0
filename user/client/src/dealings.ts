import {
  bytesOf,
  checkpointSigned,
  requestId,
  REQUEST_ID_BYTES,
  type Checkpoint,
  type Digest,
  type FrameSize,
  type Name,
  type RequestId,
  type RequestOf,
  type Response,
  type ResponseOf,
  type SavedCheckpoint,
} from "@event-manager/protocol"
import { Correspondence, type Answer, type CorrespondenceOptions } from "./correspondence.ts"
import { TransportError } from "./errors.ts"
import { historyConflict, requireNoFork, requireNoOlder } from "./history.ts"
import { emptyNote, type Note, type Notebook } from "./notebook.ts"
import { invalid } from "./statements.ts"
import { verifyEd25519 } from "./primitives.ts"
import { randomBytes } from "./webCrypto.ts"

export interface Options extends CorrespondenceOptions {
  readonly notebook: Notebook
}

export type Refused = ResponseOf<"refused">

/** Which computation something is about. */
export interface About {
  readonly computation: Name
  readonly terms: Digest
}

type AboutRequest = RequestOf<"submit" | "submitMany" | "retire" | "matchCount" | "result" | "witness" | "delete">
type Unanchored<R> = R extends AboutRequest ? Omit<R, "known"> : never

/** Requests about computations whose terms are known, and what is remembered of their histories. */
export class Dealings {
  readonly correspondence: Correspondence
  readonly #notebook: Notebook
  #growth = 0

  constructor(options: Options) {
    this.correspondence = new Correspondence(options)
    this.#notebook = options.notebook
  }

  /** How often a history was seen to have grown. */
  get growth(): number {
    return this.#growth
  }

  note(terms: Digest, computation: Name): Note {
    return this.#notebook.note(terms) ?? emptyNote(computation)
  }

  /** Asks, in a frame no smaller than `sizeMin`, and holds the reply against what is known of the history. */
  async askAbout(request: Unanchored<AboutRequest>, sizeMin?: FrameSize): Promise<Answer> {
    const { computation, terms } = request
    const known = this.note(terms, computation).head
    const answer = await this.correspondence.ask({ ...request, known }, sizeMin)
    const { head, response } = answer
    if (response.kind === "refused" && response.reason === "HISTORY_CONFLICT") {
      throw historyConflict(computation, known, response.parameter)
    }
    // Whoever is told that it is another computation learns nothing of this one's history.
    if (head === undefined || (response.kind === "refused" && response.reason === "TERMS_DIFFER")) return answer
    requireNoOlder(computation, known, head)
    const note = this.note(terms, computation)
    requireNoFork(computation, note.head, head)
    if (head.length > (note.head?.length ?? 0)) {
      this.#growth += 1
      await this.#notebook.write(terms, { ...note, head })
    }
    return answer
  }

  /** The receipt in an answer as a signed checkpoint. Throws HistoryError where the enclave did not sign it. */
  async checkpoint(
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
}

export function newRequestId(): RequestId {
  return requestId(randomBytes(REQUEST_ID_BYTES))
}

/** The request stated the terms, and the enclave refuses others: an answer about others is none. */
export function requireTerms<R extends { readonly terms: Digest }>(response: R, terms: Digest): R {
  if (response.terms === terms) return response
  throw new TransportError("WRONG_REPLY", "the enclave answered about a computation of other terms")
}

/** A refusal is an answer to anything; another kind of response is none. */
export function refusedOr(response: Response, asked: string): Refused {
  if (response.kind === "refused") return response
  throw new TransportError("WRONG_REPLY", `the enclave answered '${response.kind}' to '${asked}'`)
}
