import {
  decodeAll,
  digest,
  encode,
  frozenSigned,
  type Digest,
  type Frozen,
  type Head,
  type Match,
  type Name,
  type PartyKey,
  type Request,
  type RequestId,
} from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { test } from "node:test"
import { decide } from "../../trusted/enclave/src/core/decide.ts"
import { entryCodec, eventCodec, type Event } from "../../trusted/enclave/src/core/event.ts"
import { evolve } from "../../trusted/enclave/src/core/evolve.ts"
import { checkState } from "../../trusted/enclave/src/core/invariants.ts"
import { eventsOf } from "../../trusted/enclave/src/core/snapshot.ts"
import { emptyState, type State } from "../../trusted/enclave/src/core/state.ts"
import { reasons } from "./arbitraries.ts"
import { fuzz } from "./fuzz.ts"
import { everyone, names, keyOpsArb, opsArb, type Op, type Signed, type View } from "./modelOps.ts"
import { NaiveModel } from "./naiveModel.ts"
import { ENCLAVE, id, INDEX_KEY, party, primitives, signedBy, unpacked, World } from "./world.ts"

/** The links of every computation's history, in the order of creation, read from what happened. */
class Links {
  readonly #chains: Digest[][] = []
  readonly #current = new Map<Name, Digest[]>()

  take(events: readonly Event[]): void {
    for (const event of events) {
      if (event.kind !== "accepted") continue
      if (event.entry.kind === "created")
        this.#current.set(event.computation, this.#chains[this.#chains.push([]) - 1] ?? [])
      const chain = this.#current.get(event.computation)
      assert.equal(
        event.head,
        primitives.link(chain?.at(-1), encode(entryCodec, event.entry)),
        "each link rests on the last",
      )
      chain?.push(event.head)
    }
  }

  link = (serial: number, position: number): Digest => this.#chains[serial]?.[position - 1] ?? NO_DIGEST
}

const NO_DIGEST = digest(new Uint8Array(32))

function toRequest(op: Op, at: number, fresh: number, model: NaiveModel, links: Links): Request {
  switch (op.kind) {
    case "list":
      return { kind: "list", after: op.after }
    case "matches":
      return { kind: "matches", after: op.after, page: 0 }
    case "describe":
      return { kind: "describe", computation: op.name }
    case "create":
      return toCreation(op, changing(op, fresh).requestId, at)
    case "witness":
      return { kind: "witness", ...viewOf(op, model, links), signature: signatureFor(op, model) }
    case "submit":
      return toSubmission(op, fresh, viewOf(op, model, links))
    case "submitMany":
      return {
        kind: "submitMany",
        ...changing(op, fresh),
        ...viewOf(op, model, links),
        submissions: op.keys,
        signed: false,
      }
    case "retire":
      return { kind: "retire", ...changing(op, fresh), ...viewOf(op, model, links), keys: op.keys, signed: false }
    case "delete":
      return { kind: "delete", ...changing(op, fresh), ...viewOf(op, model, links) }
    case "result":
    case "matchCount":
      return { kind: op.kind, ...viewOf(op, model, links) }
  }
}

function toSubmission(op: Extract<Op, { kind: "submit" }>, fresh: number, view: ReturnType<typeof viewOf>): Request {
  const { submission, revision = fresh } = op
  return { kind: "submit", ...changing(op, fresh), ...view, submission, revision, signed: false }
}

function changing(op: Op, fresh: number): { requestId: RequestId } {
  return { requestId: id(op.id ?? fresh) }
}

function toCreation(op: Extract<Op, { kind: "create" }>, requestId: RequestId, at: number): Request {
  const expiresAt = op.life === undefined ? undefined : at + op.life
  const participants = op.members.map((each) => party(each))
  const { type, quorum, release, keysMax, matches } = op
  const terms = { type, quorum, release, participants, expiresAt, keysMax, matches }
  return { kind: "create", requestId, computation: op.name, ...terms }
}

function viewOf(
  op: View,
  model: NaiveModel,
  links: Links,
): { computation: Name; terms: Digest; known: Head | undefined } {
  const other = names.find((each) => each !== op.name && model.terms(each)) ?? op.name
  const terms = { right: model.terms(op.name), "of another": model.terms(other), "made up": undefined }[op.terms]
  const length = model.historyLength(op.name)
  const head = (name: Name, position: number): Head => ({
    length: position,
    hash: links.link(model.serial(name) ?? -1, position),
  })
  const known = {
    none: undefined,
    all: head(op.name, length),
    "the beginning": head(op.name, 1),
    "more than all": { ...head(op.name, length), length: length + 1 },
    "of another": head(other, 1),
    "made up": { length: Math.max(1, length), hash: NO_DIGEST },
  }[op.known]
  return { computation: op.name, terms: terms ?? NO_DIGEST, known }
}

function signatureFor(
  op: { readonly by: number; name: Name; signed: Signed },
  model: NaiveModel,
): Uint8Array<ArrayBuffer> {
  const other = names.find((each) => each !== op.name && model.frozen(each)) ?? op.name
  const frozen = model.frozen(op.signed === "of another" ? other : op.name)
  if (frozen === undefined) return new Uint8Array(64)
  const changed: Frozen = op.signed === "of other inputs" ? { ...frozen, head: { ...frozen.head, length: 0 } } : frozen
  return signedBy(party(op.signed === "by another" ? op.by + 1 : op.by), frozenSigned(changed))
}

/** Every question that can be asked without changing anything, and every retry; as one value. */
function answers(state: State, at: number, retries: readonly { by: number; request: Request }[]) {
  const questions = names.flatMap((computation) => {
    const terms = state.computations.get(computation)?.terms ?? NO_DIGEST
    const about = { computation, terms, known: state.computations.get(computation)?.history.head }
    return [
      { kind: "describe", computation } as const,
      { kind: "result", ...about } as const,
      { kind: "matchCount", ...about } as const,
      { kind: "witness", ...about, signature: new Uint8Array(64) } as const,
    ]
  })
  const ask = (by: PartyKey, request: Request): unknown => {
    const decision = decide(state, { party: by, at, request }, primitives)
    if (decision.kind === "refused") return decision
    const { events, response, frameSizeMin } = decision
    return { happens: events.map(({ kind }) => kind), response, frameSizeMin }
  }
  const asked = everyone.flatMap((by) =>
    [...questions, { kind: "list", after: 0 } as const].map((each) => ask(by, each)),
  )
  const retried = retries.map(({ by, request }) => ask(party(by), request))
  const heads = names.map((each) => state.computations.get(each)?.history.head)
  return { asked, retried, heads, matches: everyone.map((by) => matchesOf(state, by)) }
}

/** By computation: matches are numbered in the order of telling in this life, which a snapshot does not keep. */
function matchesOf(state: State, by: PartyKey): readonly (readonly Match[])[] | undefined {
  const decision = decide(state, { party: by, at: 0, request: { kind: "matches", after: 0, page: 0 } }, primitives)
  if (decision.kind === "refused" || decision.response.kind !== "matches") return undefined
  const { matches: told } = unpacked(decision.response, (name) => state.computations.get(name)?.descriptor.participants)
  return names.map((each) => told.filter(({ computation }) => computation === each))
}

function replay(events: Iterable<Event>): State {
  const state = emptyState(INDEX_KEY)
  // As they are stored: what an encoding does not keep is not in the log.
  const stored = Buffer.concat([...events].map((event) => encode(eventCodec, event)))
  for (const event of decodeAll(eventCodec, stored)) evolve(state, event)
  checkState(state)
  return state
}

test("fault 2, 6, 7, 8, 10: the core answers as the naive model does, and its events alone, or a snapshot's, rebuild it", (t) => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(opsArb, (ops) => {
      const world = new World()
      const links = new Links()
      const model = new NaiveModel({ identity: ENCLAVE, link: links.link, signedBy })
      const retries: { by: number; request: Request }[] = []
      for (const [i, op] of ops.entries()) {
        world.at += op.wait
        const request = toRequest(op, world.at, FRESH_FROM + i, model, links)
        const { response, events, head } = world.step(party(op.by), request)
        links.take(events)
        const expected = model.ask(party(op.by), world.at, request)
        assert.deepEqual(response.kind === "matches" ? world.unpacked(response) : response, expected.response)
        assert.equal(events.length > 0, expected.changed, "whether the state changed")
        assert.deepEqual(head, expected.head, "where the history stands")
        if ("requestId" in request) retries.push({ by: op.by, request })
        seen.add(response.kind === "refused" ? response.reason : response.kind)
      }
      const now = answers(world.state, world.at, retries)
      assert.deepEqual(answers(replay(world.events), world.at, retries), now)
      assert.deepEqual(answers(replay(eventsOf(world.state)), world.at, retries), now)
      assert.deepEqual(answers(replay(eventsOf(replay(eventsOf(world.state)))), world.at, retries), now)
    }),
    fuzz(t, 1_500),
  )
  t.diagnostic(`answers seen: ${[...seen].sort().join(" ")}`)
  assert.equal(seen.size, REACHED, "the commands are varied enough to reach every answer but those of the limits")
})

/** A snapshot that is drawn a few events at a time while the world goes on. */
class SlowSnapshot {
  readonly #events: Iterator<Event>
  readonly #drawn: Event[] = []
  readonly #world: World
  readonly #since: number

  constructor(world: World) {
    this.#world = world
    this.#since = world.events.length
    this.#events = eventsOf(world.state)
  }

  draw(count: number): void {
    for (let i = 0; i < count; i++) {
      const { done, value } = this.#events.next()
      if (done === true) return
      // As it is written: what is drawn does not change with the state.
      this.#drawn.push(...decodeAll(eventCodec, encode(eventCodec, value)))
    }
  }

  /** The snapshot, and what has happened since. */
  whole(): readonly Event[] {
    this.draw(Number.POSITIVE_INFINITY)
    return [...this.#drawn, ...this.#world.events.slice(this.#since)]
  }
}

/** The same answers with each party's matches by position: a snapshot under way may have them in another order. */
function unordered(all: ReturnType<typeof answers>): unknown {
  const matches = all.matches.map((each) => each?.map((ofOne) => ofOne.toSorted((a, b) => a.position - b.position)))
  return { ...all, matches }
}

test("a snapshot drawn while the state goes on, with the log since it began, rebuilds the state", (t) => {
  let retired = 0
  const anyOpsArb = fc.oneof(opsArb, keyOpsArb)
  const property = fc.property(anyOpsArb, fc.nat(30), fc.integer({ min: 0, max: 3 }), (ops, begin, pace) => {
    const world = new World()
    const links = new Links()
    const model = new NaiveModel({ identity: ENCLAVE, link: links.link, signedBy })
    const retries: { by: number; request: Request }[] = []
    let snapshot: SlowSnapshot | undefined
    for (const [i, op] of ops.entries()) {
      if (i === begin) snapshot = new SlowSnapshot(world)
      world.at += op.wait
      const request = toRequest(op, world.at, FRESH_FROM + i, model, links)
      const { events, response } = world.step(party(op.by), request)
      links.take(events)
      model.ask(party(op.by), world.at, request)
      if ("requestId" in request) retries.push({ by: op.by, request })
      if (response.kind === "retired" && response.keys > 0 && snapshot !== undefined) retired += 1
      snapshot?.draw(pace)
    }
    if (snapshot === undefined) return
    const now = answers(world.state, world.at, retries)
    assert.deepEqual(unordered(answers(replay(snapshot.whole()), world.at, retries)), unordered(now))
    assert.equal(world.state.snapshot, undefined, "a snapshot that was drawn is over")
  })
  fc.assert(property, fuzz(t, 600))
  assert.ok(retired > 50, `keys were retired while a snapshot was under way: ${retired}`)
})

/** Request ids and revisions beyond the few that clash. */
const FRESH_FROM = 1_000

/** The kinds of success, and the reasons but the eight about size and the shell's MALFORMED_REQUEST. */
const REACHED = 11 + reasons.length - 8 - 1
