import { encode, InvariantError, type Head, type Name } from "@event-manager/protocol"
import { entryCodec, type Entry, type Event } from "./event.ts"
import type { Primitives } from "./primitives.ts"
import type { Computation } from "./state.ts"

/** Entries as events, each with its link, and where they leave the history. */
export function extend(
  it: Computation,
  entries: readonly Entry[],
  primitives: Primitives,
): { events: Event[]; head: Head } {
  return chain(it.descriptor.name, it.history.head, entries, primitives)
}

export function chain(
  computation: Name,
  from: Head | undefined,
  entries: readonly Entry[],
  primitives: Primitives,
): { events: Event[]; head: Head } {
  let head = from
  const events: Event[] = entries.map((entry) => {
    const hash = primitives.link(head?.hash, encode(entryCodec, entry))
    head = { length: (head?.length ?? 0) + 1, hash }
    return { kind: "accepted", computation, entry, head: hash }
  })
  if (head === undefined) throw new InvariantError("a history without an event")
  return { events, head }
}
