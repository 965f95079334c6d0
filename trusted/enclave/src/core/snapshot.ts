import {
  DIGEST_BYTES,
  InvariantError,
  type Head,
  type PartyKey,
  type RequestId,
  type Response,
} from "@event-manager/protocol"
import type { StreamedInputs, Totals } from "./computations/rule.ts"
import type { Entry, Event } from "./event.ts"
import type { Computation, Observer, Party, State } from "./state.ts"

/**
 * Events that lead from an empty state to this one, as it is now: `evolve` alone reads a snapshot back, as it reads the
 * log. What was deleted or replaced is not in them; of a replaced submission its link remains, which is needed to tell
 * histories apart and says nothing of its value.
 *
 * They may be drawn a few at a time while the state goes on changing. What is small is then copied before it changes;
 * of what is large, and only ever grows, as much is read as there was. One snapshot is taken at a time.
 */
export function eventsOf(state: State): Generator<Event> {
  const snapshot = new Snapshot(state)
  state.snapshot = snapshot
  return endingWith(snapshot.events(), () => {
    if (state.snapshot === snapshot) state.snapshot = undefined
  })
}

function* endingWith(events: Iterable<Event>, end: () => void): Generator<Event> {
  try {
    yield* events
  } finally {
    end()
  }
}

/** The state at one moment. */
class Snapshot implements Observer {
  readonly #computations: readonly Computation[]
  readonly #active: readonly Party[]
  readonly #idle: readonly Party[]
  /** What has changed since, as it was. */
  readonly #oneShot = new Map<Computation, OneShotCopy>()
  readonly #streamed = new Map<Computation, StreamedCopy>()
  readonly #replies = new Map<Party, readonly (readonly [RequestId, Response])[]>()
  /** Where reading has come to: what lies behind needs no copy. */
  readonly #readComputations = new Set<Computation>()
  readonly #readParties = new Set<Party>()
  #reading: { readonly computation: Computation; next: number } | undefined

  constructor({ computations, parties, idle }: State) {
    this.#computations = [...computations.values()]
    this.#active = [...parties.values()].filter(({ key }) => !idle.has(key))
    this.#idle = [...idle].flatMap((key) => parties.get(key) ?? [])
  }

  /** Copies what the event is about to change, where it will be read. */
  before(state: State, event: Event): void {
    if (event.kind === "replied") return this.#beforeReply(state.parties.get(event.party))
    if (event.kind !== "accepted") return
    const computation = state.computations.get(event.computation)
    if (computation === undefined || this.#readComputations.has(computation)) return
    if (!computation.inputs.streamed) {
      if (!this.#oneShot.has(computation)) this.#oneShot.set(computation, copyOfOneShot(computation))
      return
    }
    const copy = this.#streamedCopy(computation, computation.inputs)
    if (event.entry.kind !== "retired") return
    const from = this.#reading?.computation === computation ? this.#reading.next : 0
    copy.changed.push(...computation.inputs.keptOf(event.entry.party, event.entry.keys, from, copy.length))
  }

  *events(): Generator<Event> {
    for (const computation of this.#computations) {
      const { inputs } = computation
      yield* inputs.streamed ? this.#streamedEvents(computation, inputs) : this.#oneShotEvents(computation)
      this.#readComputations.add(computation)
      this.#oneShot.delete(computation)
      this.#streamed.delete(computation)
    }
    for (const party of [...this.#active, ...this.#idle]) {
      const replies = this.#replies.get(party) ?? [...party.replies]
      this.#readParties.add(party)
      this.#replies.delete(party)
      for (const [requestId, response] of replies) yield { kind: "replied", party: party.key, requestId, response }
    }
  }

  #beforeReply(party: Party | undefined): void {
    if (party === undefined || this.#readParties.has(party) || this.#replies.has(party)) return
    this.#replies.set(party, [...party.replies])
  }

  *#oneShotEvents(computation: Computation): Generator<Event> {
    const copy = this.#oneShot.get(computation) ?? copyOfOneShot(computation)
    const { descriptor, history } = computation
    // From here on only the copy is read, and the history, which only grows.
    this.#readComputations.add(computation)
    let position = 0
    for (const entry of entriesOf(computation, copy)) {
      position += 1
      const head = history.link(position)
      if (head === undefined) throw new InvariantError("more entries than links")
      yield { kind: "accepted", computation: descriptor.name, entry, head }
    }
    if (position !== copy.length) throw new InvariantError("fewer entries than links")
  }

  *#streamedEvents(computation: Computation, inputs: StreamedInputs): Generator<Event> {
    const { history, descriptor } = computation
    const { name } = descriptor
    const copy = this.#streamedCopy(computation, inputs)
    const head = history.link(1)
    if (head === undefined) throw new InvariantError("a computation without a history")
    yield { kind: "accepted", computation: name, entry: createdEntry(computation), head }
    for (let at = 1; at < copy.links;) {
      const links = history.links(at, copy.links)
      yield { kind: "linked", computation: name, links }
      at += links.length / DIGEST_BYTES
    }
    const reading = { computation, next: 0 }
    this.#reading = reading
    while (reading.next < copy.length) {
      const from = reading.next
      const to = Math.min(from + SUBMISSIONS_PER_STEP, copy.length)
      const pieces = [...inputs.keptBetween(from, to)]
      reading.next = to
      for (const submissions of pieces) yield { kind: "kept", computation: name, submissions }
    }
    this.#readComputations.add(computation)
    for (const submissions of copy.changed) yield { kind: "kept", computation: name, submissions }
    yield { kind: "counted", computation: name, ...copy.totals }
  }

  #streamedCopy(computation: Computation, inputs: StreamedInputs): StreamedCopy {
    const known = this.#streamed.get(computation)
    if (known !== undefined) return known
    const { history } = computation
    const copy = { links: history.length, length: inputs.length, totals: inputs.totals, changed: [] }
    this.#streamed.set(computation, copy)
    return copy
  }
}

/** So many submissions are read at once; what is retired of those to come is copied before it goes. */
const SUBMISSIONS_PER_STEP = 1_024

/** Of a computation with one answer: all but its history's links. */
interface OneShotCopy extends Pick<Computation, "frozen" | "answer"> {
  readonly length: number
  /** Submissions by their place in the history. */
  readonly submissions: ReadonlyMap<number, Entry>
  readonly witnesses: readonly (readonly [PartyKey, Uint8Array<ArrayBuffer>])[]
}

/** Of a computation over keys: how much there was. */
interface StreamedCopy {
  readonly links: number
  readonly length: number
  readonly totals: Totals
  /** What has been retired since, and what has another number since. */
  readonly changed: Extract<Event, { kind: "kept" }>["submissions"][]
}

function copyOfOneShot({ inputs, receipts, revisions, frozen, answer, witnesses, history }: Computation): OneShotCopy {
  const submissions = new Map<number, Entry>()
  if (inputs.streamed) throw new InvariantError("a computation with one answer is not streamed")
  for (const { party, submission } of inputs.kept()) {
    const receipt: Head | undefined = receipts.get(party)
    const revision = revisions.get(party) ?? 0
    submissions.set(receipt?.length ?? 0, { kind: "submitted", party, submission, revision })
  }
  return { length: history.length, submissions, frozen, answer, witnesses: [...witnesses] }
}

function* entriesOf(
  it: Computation,
  { length, submissions, frozen, witnesses, answer }: OneShotCopy,
): Generator<Entry> {
  yield createdEntry(it)
  const inputsEnd = frozen?.length ?? length
  for (let position = 2; position <= inputsEnd; position++) yield submissions.get(position) ?? { kind: "superseded" }
  if (frozen !== undefined) yield { kind: "frozen" }
  for (const [party, signature] of witnesses) yield { kind: "witnessed", party, signature }
  if (answer !== undefined) yield { kind: "released", answer }
}

function createdEntry({ serial, descriptor, terms }: Computation): Entry {
  return { kind: "created", serial, descriptor, terms }
}
