/*
 * The enclave's core alone, with a clock that the test turns. Every step is followed by the dear checks too.
 */
import {
  codeOfReason,
  decimalText,
  digest,
  frozenSigned,
  matchKey,
  message,
  name,
  PackedKeys,
  partyKey,
  requestId,
  type ComputationType,
  type Digest,
  type FrameSize,
  type Frozen,
  type Head,
  type Match,
  type Name,
  type PartyKey,
  type Release,
  type Request,
  type RequestId,
  type Response,
  type ResponseCode,
  type ResponseOf,
  type ResultAnswer,
  type Submission,
  type Telling,
} from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { createHash, createHmac } from "node:crypto"
import type { Event } from "../../trusted/enclave/src/core/event.ts"
import { checkState } from "../../trusted/enclave/src/core/invariants.ts"
import type { Primitives } from "../../trusted/enclave/src/core/primitives.ts"
import { emptyState, type State } from "../../trusted/enclave/src/core/state.ts"
import { step, type Step } from "../../trusted/enclave/src/core/step.ts"

/** The public key of the `n`th party of a test. */
export function party(n: number): PartyKey {
  return partyKey(numbered(n, 32))
}

/** The `n`th request id of a test. */
export function id(n: number): RequestId {
  return requestId(numbered(n, 16))
}

export const [ALICE, BOB, CHARLEY, DENISE, EVE] = [party(1), party(2), party(3), party(4), party(5)]

/** The identity of the enclave whose core this is. */
export const ENCLAVE = party(999)

/** Links under a key of this test, and signatures that are hashes: the core's logic takes them for the real ones. */
export const primitives: Primitives = {
  identity: ENCLAVE,
  sha256: (bytes) => digest(createHash("sha256").update(bytes).digest()),
  link: (previous, entry) =>
    digest(createHmac("sha256", "a test's history key").update(`${previous}`).update(entry).digest()),
  verify: (signer, signed, signature) => Buffer.compare(signedBy(signer, signed), signature) === 0,
}

/** What `primitives.verify` takes for this party's signature. */
export function signedBy(signer: PartyKey, signed: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha512").update(`${signer} signs `).update(signed).digest())
}

export function number(written: string): Submission {
  return { kind: "number", value: decimalText(written) }
}

export function key(written: string, beside?: string): Submission {
  return { kind: "key", key: matchKey(written), message: beside === undefined ? undefined : message(beside) }
}

/** Keys in bulk, each with its message or without. */
export function packed(...keys: readonly (string | readonly [key: string, message: string])[]): PackedKeys {
  return PackedKeys.of(
    keys.map((each) => {
      const [written, beside] = typeof each === "string" ? [each] : each
      return { key: matchKey(written), message: beside === undefined ? undefined : message(beside) }
    }),
  )
}

/** A response about matches, with the matches unpacked. */
export interface ReadMatches {
  readonly kind: "matches"
  readonly matches: readonly Match[]
  readonly next: number
  readonly more: boolean
}

/** Unpacks matches, with the participants of each computation in the order of its descriptor. */
export function unpacked(
  { matches, next, more }: ResponseOf<"matches">,
  participantsOf: (computation: Name) => readonly PartyKey[] | undefined,
): ReadMatches {
  return { kind: "matches", matches: [...matches.matches(participantsOf)], next, more }
}

export interface Creation {
  readonly type?: ComputationType
  readonly quorum?: number
  readonly release?: Release
  readonly participants?: readonly PartyKey[]
  readonly convenor?: PartyKey
  readonly expiresAt?: number
  readonly keysMax?: number | undefined
  readonly matches?: Telling
  readonly requestId?: RequestId
}

export const first: Release = { kind: "first" }
export const all: Release = { kind: "all" }

export function witnessed(witnesses: number): Release {
  return { kind: "witnessed", witnesses }
}

/** What keys are hashed under in tests. */
export const INDEX_KEY = new Uint32Array([0x7e57, 0, 0, 1])

export class World {
  readonly state: State = emptyState(INDEX_KEY)
  /** Everything that happened. */
  readonly events: Event[] = []
  /** Seconds since 1970. */
  at = 1_800_000_000
  /** Whether the whole state is checked after each step; a test with very many steps turns it off. */
  checked = true
  #ids = 1_000_000
  #revisions = 0

  freshId(): RequestId {
    this.#ids += 1
    return id(this.#ids)
  }

  step(by: PartyKey, request: Request, frame: FrameSize = 2_048): Step {
    const made = step(this.state, { party: by, at: this.at, request, frame }, primitives)
    this.events.push(...made.events)
    if (this.checked) checkState(this.state)
    return made
  }

  ask(by: PartyKey, request: Request): Response {
    return this.step(by, request).response
  }

  tryCreate(computation: string, creation: Creation = {}): Response {
    const { type = "avg", quorum = 2, participants = [ALICE, BOB, CHARLEY], convenor = ALICE, expiresAt } = creation
    const { release = first, keysMax, matches = "told" } = creation
    const made = { kind: "create", type, quorum, release, participants, expiresAt, keysMax, matches } as const
    return this.ask(convenor, {
      ...made,
      requestId: creation.requestId ?? this.freshId(),
      computation: name(computation),
    })
  }

  create(computation: string, creation: Creation = {}): Digest {
    return expectKind(this.tryCreate(computation, creation), "created").terms
  }

  /** The digest of the terms; of a computation that is not there, zeros. */
  terms(computation: string): Digest {
    return this.state.computations.get(name(computation))?.terms ?? digest(new Uint8Array(32))
  }

  /** Where the computation's history stands. */
  head(computation: string): Head {
    return this.state.computations.get(name(computation))?.history.head ?? assert.fail(`there is no ${computation}`)
  }

  submit(
    by: PartyKey,
    computation: string,
    submission: Submission,
    requestId = this.freshId(),
    known?: Head,
  ): Response {
    const about = this.#about(computation, known)
    this.#revisions += 1
    return this.ask(by, { kind: "submit", requestId, ...about, submission, revision: this.#revisions, signed: false })
  }

  result(by: PartyKey, computation: string, known?: Head): Response {
    return this.ask(by, { kind: "result", ...this.#about(computation, known) })
  }

  /** Signs the inputs as they are frozen, or others where a test says so. */
  witness(by: PartyKey, computation: string, frozen = this.frozen(computation), known?: Head): Response {
    const signature = signedBy(by, frozenSigned(frozen))
    return this.ask(by, { kind: "witness", ...this.#about(computation, known), signature })
  }

  /** The statement of a computation's frozen inputs, as its first participant is told it. */
  frozen(computation: string): Frozen {
    const [first = ALICE] = this.state.computations.get(name(computation))?.descriptor.participants ?? []
    const response = this.result(first, computation)
    if (response.kind === "result") return response.result.frozen
    return expectKind(response, "awaiting").frozen
  }

  submitMany(by: PartyKey, computation: string, submissions: PackedKeys, frame?: FrameSize): Response {
    const about = this.#about(computation, undefined)
    const requestId = this.freshId()
    return this.step(by, { kind: "submitMany", requestId, ...about, submissions, signed: false }, frame).response
  }

  retire(by: PartyKey, computation: string, keys: PackedKeys, frame?: FrameSize): Response {
    const about = this.#about(computation, undefined)
    return this.step(by, { kind: "retire", requestId: this.freshId(), ...about, keys, signed: false }, frame).response
  }

  matchCount(by: PartyKey, computation: string): number {
    const counted = this.ask(by, { kind: "matchCount", ...this.#about(computation, undefined) })
    return expectKind(counted, "matchCount").keys
  }

  matches(by: PartyKey, after = 0, page = 0): ReadMatches {
    return this.unpacked(expectKind(this.ask(by, { kind: "matches", after, page }), "matches"))
  }

  unpacked(response: ResponseOf<"matches">): ReadMatches {
    return unpacked(response, (each) => this.state.computations.get(each)?.descriptor.participants)
  }

  list(by: PartyKey, after = 0): ResponseOf<"listed"> {
    return expectKind(this.ask(by, { kind: "list", after }), "listed")
  }

  delete(by: PartyKey, computation: string, requestId = this.freshId(), known?: Head): Response {
    return this.ask(by, { kind: "delete", requestId, ...this.#about(computation, known) })
  }

  #about(computation: string, known: Head | undefined) {
    return { computation: name(computation), terms: this.terms(computation), known }
  }
}

/** Asserts which kind of response this is. */
export function expectKind<K extends Response["kind"]>(response: Response, kind: K): ResponseOf<K> {
  assert.ok(isKind(response, kind), `${kind} expected: ${JSON.stringify(response)}`)
  return response
}

/** The answer in a result. */
export function answerIn(response: Response): ResultAnswer {
  return expectKind(response, "result").result.answer
}

/** The code that a response is told under. */
export function codeOf(response: Response): ResponseCode {
  return response.kind === "refused" ? codeOfReason[response.reason] : "SUCCESS"
}

export function refused(response: Response): string {
  return response.kind === "refused" ? response.reason : `not refused: ${response.kind}`
}

function isKind<K extends Response["kind"]>(response: Response, kind: K): response is ResponseOf<K> {
  return response.kind === kind
}

function numbered(n: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  new DataView(bytes.buffer).setUint32(length - 4, n)
  return bytes
}
