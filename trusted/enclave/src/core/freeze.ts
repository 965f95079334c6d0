import { InvariantError, type Frozen, type PartyKey, type Result, type ResultAnswer } from "@event-manager/protocol"
import type { Computation } from "./state.ts"

/** The statement of a computation's frozen inputs. Throws InvariantError where they are not frozen. */
export function frozenOf(it: Computation, identity: PartyKey): Frozen {
  if (it.frozen === undefined) throw new InvariantError("a statement of inputs that are not frozen")
  return statementOf(it, identity, it.frozen)
}

/** The same with the history as it stands, for a freeze that is being decided. */
export function frozenNow(it: Computation, identity: PartyKey): Frozen {
  if (it.history.head === undefined) throw new InvariantError("a computation without a history")
  return statementOf(it, identity, it.history.head)
}

/** A result with everything that it rests on. */
export function resultOf(frozen: Frozen, answer: ResultAnswer, witnesses: Computation["witnesses"]): Result {
  return {
    frozen,
    answer,
    witnesses: [...witnesses].map(([party, signature]) => ({ party, signature })),
  }
}

function statementOf(it: Computation, identity: PartyKey, head: Frozen["head"]): Frozen {
  const { descriptor, receipts } = it
  const found = descriptor.participants.flatMap((party) => {
    const receipt = receipts.get(party)
    return receipt === undefined ? [] : [{ party, receipt }]
  })
  return { identity, descriptor, head, receipts: found }
}
