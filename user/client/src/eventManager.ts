import {
  decode,
  descriptorHashed,
  digest,
  encode,
  requestCodec,
  requestId,
  REQUEST_ID_BYTES,
  responseCodec,
  type Descriptor,
  type Digest,
  type Match,
  type Name,
  type PartyKey,
  type Request,
  type Response,
  type ResponseOf,
  type Submission,
} from "@event-manager/protocol"
import { verifyEvidence, type Attested } from "./attestation/evidence.ts"
import type { Constraint } from "./constraint.ts"
import { TransportError } from "./errors.ts"
import type { Identity } from "./identity.ts"
import { requirePin, type Pins } from "./pins.ts"
import { requireConstraint } from "./policy.ts"
import { readSealed, Session } from "./session.ts"
import type { Transport } from "./transport.ts"
import { randomBytes, sha256 } from "./webCrypto.ts"

export interface Options {
  readonly transport: Transport
  readonly identity: Identity
  readonly constraint: Constraint
  readonly pins: Pins
  /** Seconds since 1970. */
  readonly now: () => number
  /** Waits for so many milliseconds before another attempt. */
  readonly pause: (milliseconds: number) => Promise<void>
}

/** What a participant wants to set up. */
export interface Terms {
  readonly computation: Name
  readonly type: string
  readonly quorum: number
  readonly participants: readonly PartyKey[]
  /** Seconds since 1970. */
  readonly expiresAt: number | undefined
}

export type Refused = ResponseOf<"refused">
export type Answered<Kind extends Response["kind"]> = Promise<ResponseOf<Kind> | Refused>

const ATTEMPTS_MAX = 4
const PAUSE_MS = 250

/**
 * One party's dealings with one enclave. Before anything is sent, the enclave's evidence is held against the
 * constraint and the pin. A request whose reply is lost is sent again under the same request id, so that it takes
 * effect once. Methods reject with TransportError or AttestationError; a refusal by the enclave is a value.
 */
export class EventManager {
  readonly #options: Options
  #session: Session | undefined

  constructor(options: Options) {
    this.#options = options
  }

  /** The enclave's evidence, verified, and accepted by constraint and pin. */
  async attest(): Promise<Attested> {
    const { transport, constraint, pins, now } = this.#options
    const attested = await verifyEvidence(await transport.evidence(), now())
    requireConstraint(attested, constraint, now())
    await requirePin(pins, transport.address, attested.statement.identity)
    return attested
  }

  describe(computation: Name): Answered<"described"> {
    return this.#ask({ kind: "describe", computation }, "described")
  }

  /** Every computation that this party takes part in, in order of creation. */
  async list(): Promise<readonly Descriptor[] | Refused> {
    const all: Descriptor[] = []
    for (let after = 0, more = true; more;) {
      const page = await this.#ask({ kind: "list", after }, "listed")
      if (page.kind === "refused") return page
      all.push(...page.descriptors)
      after = page.next
      more = page.more
    }
    return all
  }

  async create(terms: Terms): Answered<"created"> {
    const id = requestId(randomBytes(REQUEST_ID_BYTES))
    return this.#ask({ kind: "create", requestId: id, ...terms }, "created")
  }

  /** Submits under the terms that the descriptor states. */
  async submit(descriptor: Descriptor, submission: Submission): Answered<"submitted"> {
    const terms = await termsOf(descriptor)
    const id = requestId(randomBytes(REQUEST_ID_BYTES))
    const request = { kind: "submit", requestId: id, computation: descriptor.name, terms, submission } as const
    return this.#requireTerms(await this.#ask(request, "submitted"), terms)
  }

  async result(descriptor: Descriptor): Answered<"result"> {
    const terms = await termsOf(descriptor)
    return this.#requireTerms(await this.#ask({ kind: "result", computation: descriptor.name }, "result"), terms)
  }

  /** Every matched submission told so far, from the one numbered `after` on, and the number to go on from. */
  async matches(after: number): Promise<{ matches: readonly Match[]; next: number } | Refused> {
    const all: Match[] = []
    let next = after
    for (let page = 0, more = true; more; page++) {
      // Pages go on when matches have ended: how many are read follows from how much was submitted alone.
      const reply = await this.#ask({ kind: "matches", after: next, page }, "matches")
      if (reply.kind === "refused") return reply
      all.push(...reply.matches)
      next = reply.next
      more = reply.more
    }
    return { matches: all, next }
  }

  /** One page of matches: for following them at a pace that does not depend on how many there are. */
  nextMatches(after: number): Answered<"matches"> {
    return this.#ask({ kind: "matches", after, page: 0 }, "matches")
  }

  async delete(descriptor: Descriptor): Answered<"deleted"> {
    const terms = await termsOf(descriptor)
    const id = requestId(randomBytes(REQUEST_ID_BYTES))
    const request = { kind: "delete", requestId: id, computation: descriptor.name, terms } as const
    return this.#requireTerms(await this.#ask(request, "deleted"), terms)
  }

  async #ask<Kind extends Response["kind"]>(request: Request, kind: Kind): Answered<Kind> {
    const response = await this.#exchange(request)
    if (isKind(response, kind) || response.kind === "refused") return response
    throw new TransportError("WRONG_REPLY", `the enclave answered '${response.kind}' to '${request.kind}'`)
  }

  async #exchange(request: Request): Promise<Response> {
    const content = encode(requestCodec, request)
    let wasReached = false
    for (let attempt = 1; ; attempt++) {
      try {
        this.#session ??= await this.#openSession()
        const reply = await this.#session.exchange(content)
        return readSealed(() => decode(responseCodec, reply))
      } catch (error) {
        if (!(error instanceof TransportError) || error.code === "WRONG_REPLY") throw error
        // A host that was never there will not be there in a moment; one that was may have lost a reply.
        wasReached ||= this.#session !== undefined || error.code !== "HOST_UNREACHABLE"
        if (!wasReached || error.code === "HOST_REFUSED" || attempt >= ATTEMPTS_MAX) throw error
        this.#session = undefined
        if (error.code !== "NO_SESSION") await this.#options.pause(PAUSE_MS * 2 ** attempt)
      }
    }
  }

  async #openSession(): Promise<Session> {
    return Session.open(this.#options.transport, await this.attest(), this.#options.identity)
  }

  #requireTerms<R extends { readonly kind: string; readonly terms: Digest }>(
    response: R | Refused,
    terms: Digest,
  ): R | Refused {
    if (isRefused(response) || response.terms === terms) return response
    throw new TransportError("WRONG_REPLY", "the enclave answered about a computation of other terms")
  }
}

/** The digest by which a descriptor's terms are agreed to. */
export async function termsOf(descriptor: Descriptor): Promise<Digest> {
  return digest(await sha256(descriptorHashed(descriptor)))
}

function isKind<Kind extends Response["kind"]>(response: Response, kind: Kind): response is ResponseOf<Kind> {
  return response.kind === kind
}

function isRefused(response: { readonly kind: string }): response is Refused {
  return response.kind === "refused"
}
