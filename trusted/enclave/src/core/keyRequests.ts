import {
  batchFrameSize,
  limits,
  type FrameSize,
  type PackedKeys,
  type PartyKey,
  type RequestOf,
} from "@event-manager/protocol"
import { accepted, refused, type Decision, type Refused } from "./decision.ts"
import { extend } from "./extend.ts"
import type { Primitives } from "./primitives.ts"
import type { Computation, State } from "./state.ts"

/** Who sent something, and the size of the frame that it came in. */
interface Sender {
  readonly party: PartyKey
  readonly frame: FrameSize
}

/** Decides on keys in bulk: all of them are taken, or none. */
export function submitMany(
  state: State,
  it: Computation,
  { party, frame }: Sender,
  { submissions }: RequestOf<"submitMany">,
  primitives: Primitives,
): Decision {
  if (!it.inputs.streamed) return refused("NEEDS_KEYS")
  const tooSmall = refuseFrame(submissions, frame)
  if (tooSmall !== undefined) return tooSmall
  const assessment = it.inputs.assessMany(party, submissions)
  if (assessment.kind === "refused") return assessment
  const noRoom = refuseRoom(state, assessment)
  if (noRoom !== undefined) return noRoom
  const { events, head } = extend(it, [{ kind: "submittedMany", party, frame, submissions }], primitives)
  return accepted(events, { kind: "submittedMany", terms: it.terms, reached: assessment.reached, receipt: head })
}

/** Decides on taking a participant's keys out again. Those that are not there are no fault. */
export function retire(
  state: State,
  it: Computation,
  { party, frame }: Sender,
  { keys }: RequestOf<"retire">,
  primitives: Primitives,
): Decision {
  if (!it.inputs.streamed) return refused("NEEDS_KEYS")
  const tooSmall = refuseFrame(keys, frame)
  if (tooSmall !== undefined) return tooSmall
  const assessment = it.inputs.assessRetirement(party, keys)
  const noRoom = refuseRoom(state, { textBytes: 0, matches: assessment.matches })
  if (noRoom !== undefined) return noRoom
  const { events, head } = extend(it, [{ kind: "retired", party, frame, keys }], primitives)
  return accepted(events, { kind: "retired", terms: it.terms, keys: assessment.keys, receipt: head })
}

/** Decides on a question for how many of a participant's own keys have matched. */
export function matchCount(it: Computation, party: PartyKey): Decision {
  if (!it.inputs.streamed) return refused("NEEDS_KEYS")
  return accepted([], { kind: "matchCount", terms: it.terms, keys: it.inputs.matchCount(party) })
}

/** Whether the enclave has room for so much more text, and so many more notices of matches. */
export function refuseRoom(
  state: State,
  { textBytes, matches }: { readonly textBytes: number; readonly matches: number },
): Refused | undefined {
  const { keyTextBytesMax, matchesMax } = limits
  if (state.keyTextBytes + textBytes > keyTextBytesMax) return refused("TOO_MUCH_TEXT", keyTextBytesMax)
  return state.matches + matches > matchesMax ? refused("TOO_MANY_MATCHES", matchesMax) : undefined
}

/** What a frame carries must leave room in the replies that tell of it, and in the record that it is stored in. */
function refuseFrame({ count, bytes }: PackedKeys, frame: FrameSize): Refused | undefined {
  const least = batchFrameSize(count, bytes.length)
  return frame < least ? refused("FRAME_TOO_SMALL", least) : undefined
}
