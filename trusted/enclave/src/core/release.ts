import {
  frozenSigned,
  resultFrameSize,
  type Frozen,
  type PartyKey,
  type RequestOf,
  type Response,
} from "@event-manager/protocol"
import { accepted, refused, type Decision } from "./decision.ts"
import type { Entry, Event } from "./event.ts"
import { extend } from "./extend.ts"
import { frozenNow, frozenOf, resultOf } from "./freeze.ts"
import type { Primitives } from "./primitives.ts"
import type { Computation } from "./state.ts"

/** Decides on a request for a result: the first that may have it freezes the inputs. */
export function result(it: Computation, primitives: Primitives): Decision {
  const { descriptor, inputs, answer } = it
  if (inputs.streamed) return refused("STREAMED")
  if (answer !== undefined) return released(it, [], frozenOf(it, primitives.identity), answer, it.witnesses)
  if (it.frozen !== undefined) return awaiting(it, [], frozenOf(it, primitives.identity), it.witnesses)
  if (inputs.submitters < descriptor.quorum) return refused("BELOW_QUORUM", descriptor.quorum)
  const missing = descriptor.participants.length - inputs.submitters
  if (descriptor.release.kind === "all" && missing > 0) return refused("NOT_ALL_SUBMITTED", missing)
  const frozen = frozenNow(it, primitives.identity)
  const freeze: Entry = { kind: "frozen" }
  if (descriptor.release.kind === "witnessed") {
    return awaiting(it, extend(it, [freeze], primitives).events, frozen, it.witnesses)
  }
  const computed = inputs.answer()
  const { events } = extend(it, [freeze, { kind: "released", answer: computed }], primitives)
  return released(it, events, frozen, computed, it.witnesses)
}

/** Decides on a participant's signature over the frozen inputs: the last one needed releases the answer. */
export function witness(
  it: Computation,
  party: PartyKey,
  request: RequestOf<"witness">,
  primitives: Primitives,
): Decision {
  const { release } = it.descriptor
  if (it.frozen === undefined || release.kind !== "witnessed" || it.inputs.streamed)
    return refused("NOTHING_TO_WITNESS")
  const frozen = frozenOf(it, primitives.identity)
  if (it.answer !== undefined) return released(it, [], frozen, it.answer, it.witnesses)
  if (it.witnesses.has(party)) return awaiting(it, [], frozen, it.witnesses)
  const { signature } = request
  if (!primitives.verify(party, frozenSigned(frozen), signature)) return refused("WITNESS_SIGNATURE_WRONG")
  const witnesses = new Map(it.witnesses).set(party, signature)
  const witnessed: Entry = { kind: "witnessed", party, signature }
  if (witnesses.size < release.witnesses) {
    return awaiting(it, extend(it, [witnessed], primitives).events, frozen, witnesses)
  }
  const answer = it.inputs.answer()
  const { events } = extend(it, [witnessed, { kind: "released", answer }], primitives)
  return released(it, events, frozen, answer, witnesses)
}

function released(
  it: Computation,
  events: readonly Event[],
  frozen: Frozen,
  answer: NonNullable<Computation["answer"]>,
  witnesses: Computation["witnesses"],
): Decision {
  const response: Response = { kind: "result", result: resultOf(frozen, answer, witnesses) }
  return accepted(events, response, resultFrameSize(it.participants.size))
}

function awaiting(
  it: Computation,
  events: readonly Event[],
  frozen: Frozen,
  witnesses: Computation["witnesses"],
): Decision {
  const response: Response = { kind: "awaiting", frozen, witnesses: [...witnesses.keys()] }
  return accepted(events, response, resultFrameSize(it.participants.size))
}
