/*
 * The enclave's core alone, with a clock that the test turns. Every step is followed by the dear checks too.
 */
import {
  codeOfReason,
  decimalText,
  digest,
  matchKey,
  message,
  name,
  partyKey,
  requestId,
  type ComputationType,
  type Digest,
  type PartyKey,
  type Request,
  type RequestId,
  type Response,
  type ResponseCode,
  type ResponseOf,
  type Submission,
} from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { createHash } from "node:crypto"
import type { Event } from "../../trusted/enclave/src/core/event.ts"
import { checkState } from "../../trusted/enclave/src/core/invariants.ts"
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

export function sha256(bytes: Uint8Array): Digest {
  return digest(createHash("sha256").update(bytes).digest())
}

export function number(written: string): Submission {
  return { kind: "number", value: decimalText(written) }
}

export function key(written: string, beside?: string): Submission {
  return { kind: "key", key: matchKey(written), message: beside === undefined ? undefined : message(beside) }
}

export interface Creation {
  readonly type?: ComputationType
  readonly quorum?: number
  readonly participants?: readonly PartyKey[]
  readonly convenor?: PartyKey
  readonly expiresAt?: number
  readonly requestId?: RequestId
}

export class World {
  readonly state: State = emptyState()
  /** Everything that happened. */
  readonly events: Event[] = []
  /** Seconds since 1970. */
  at = 1_800_000_000
  /** Whether the whole state is checked after each step; a test with very many steps turns it off. */
  checked = true
  #ids = 1_000_000

  freshId(): RequestId {
    this.#ids += 1
    return id(this.#ids)
  }

  step(by: PartyKey, request: Request): Step {
    const made = step(this.state, { party: by, at: this.at, request }, sha256)
    this.events.push(...made.events)
    if (this.checked) checkState(this.state)
    return made
  }

  ask(by: PartyKey, request: Request): Response {
    return this.step(by, request).response
  }

  tryCreate(computation: string, creation: Creation = {}): Response {
    const { type = "avg", quorum = 2, participants = [ALICE, BOB, CHARLEY], convenor = ALICE, expiresAt } = creation
    const made = { kind: "create", type, quorum, participants, expiresAt } as const
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

  submit(by: PartyKey, computation: string, submission: Submission, requestId = this.freshId()): Response {
    const terms = this.terms(computation)
    return this.ask(by, { kind: "submit", requestId, computation: name(computation), terms, submission })
  }

  result(by: PartyKey, computation: string): Response {
    return this.ask(by, { kind: "result", computation: name(computation) })
  }

  matches(by: PartyKey, after = 0, page = 0): ResponseOf<"matches"> {
    return expectKind(this.ask(by, { kind: "matches", after, page }), "matches")
  }

  list(by: PartyKey, after = 0): ResponseOf<"listed"> {
    return expectKind(this.ask(by, { kind: "list", after }), "listed")
  }

  delete(by: PartyKey, computation: string, requestId = this.freshId()): Response {
    const terms = this.terms(computation)
    return this.ask(by, { kind: "delete", requestId, computation: name(computation), terms })
  }
}

/** Asserts which kind of response this is. */
export function expectKind<K extends Response["kind"]>(response: Response, kind: K): ResponseOf<K> {
  assert.ok(isKind(response, kind), `${kind} expected: ${JSON.stringify(response)}`)
  return response
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
