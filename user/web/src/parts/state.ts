import type { Computation } from "../model/visit.ts"

/** How a computation stands for its reader: the rest of a key of the words that begins with `state.`. */
export type StateKey =
  | "new"
  | "submitted"
  | "unacknowledged"
  | "unknown"
  | "awaiting"
  | "released"
  | "streaming"
  | "convening"
  | "alarm"

export function stateKey(computation: Computation): StateKey {
  const { descriptor, isParticipant, isOwnUnknown, isUnacknowledged, hasSubmitted, isFrozen, timeline } = computation
  const kinds = new Set(timeline.map(({ happening }) => happening.kind))
  if (kinds.has("alarm")) return "alarm"
  if (kinds.has("released")) return "released"
  if (isFrozen) return "awaiting"
  if (isOwnUnknown) return "unknown"
  if (isUnacknowledged) return "unacknowledged"
  if (hasSubmitted) return descriptor.type === "key" ? "streaming" : "submitted"
  return isParticipant ? "new" : "convening"
}
