import { InvariantError } from "@event-manager/protocol"
import type { Entry, Event } from "./event.ts"
import type { Computation, State } from "./state.ts"

/**
 * Events that lead from an empty state to this one: `evolve` alone reads a snapshot back, as it reads the log. What was
 * deleted or replaced is not in them; of a replaced submission its link remains, which is needed to tell histories
 * apart and says nothing of its value.
 */
export function* eventsOf(state: State): Generator<Event> {
  for (const computation of state.computations.values()) yield* eventsOfComputation(computation)
  const active = [...state.parties.keys()].filter((party) => !state.idle.has(party))
  for (const party of [...active, ...state.idle]) {
    const replies = state.parties.get(party)?.replies ?? []
    for (const [requestId, response] of replies) yield { kind: "replied", party, requestId, response }
  }
}

function* eventsOfComputation(it: Computation): Generator<Event> {
  const entries = it.inputs.streamed ? streamedEntries(it) : oneShotEntries(it)
  let position = 0
  for (const entry of entries) {
    position += 1
    const head = it.history.link(position)
    if (head === undefined) throw new InvariantError("more entries than links")
    yield { kind: "accepted", computation: it.descriptor.name, entry, head }
  }
  if (position !== it.history.length) throw new InvariantError("fewer entries than links")
}

function* streamedEntries(it: Computation): Generator<Entry> {
  yield createdEntry(it)
  for (const { party, submission } of it.inputs.kept()) yield { kind: "submitted", party, submission, revision: 0 }
}

function* oneShotEntries(it: Computation): Generator<Entry> {
  yield createdEntry(it)
  const submissions = new Map<number, Entry>()
  for (const { party, submission } of it.inputs.kept()) {
    submissions.set(it.receipts.get(party)?.length ?? 0, {
      kind: "submitted",
      party,
      submission,
      revision: it.revisions.get(party) ?? 0,
    })
  }
  const inputsEnd = it.frozen?.length ?? it.history.length
  for (let position = 2; position <= inputsEnd; position++) yield submissions.get(position) ?? { kind: "superseded" }
  if (it.frozen !== undefined) yield { kind: "frozen" }
  for (const [party, signature] of it.witnesses) yield { kind: "witnessed", party, signature }
  if (it.answer !== undefined) yield { kind: "released", answer: it.answer }
}

function createdEntry({ serial, descriptor, terms }: Computation): Entry {
  return { kind: "created", serial, descriptor, terms }
}
