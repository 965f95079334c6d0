import type { Digest, Head, Name } from "@event-manager/client"

/** What happened in a computation, as this person's page saw it. Never a submitted value. */
export type Happening =
  | { readonly kind: "created" }
  | { readonly kind: "invited" }
  | { readonly kind: "submitted"; readonly receipt: Head; readonly quorumReached: boolean }
  | { readonly kind: "revised"; readonly receipt: Head; readonly quorumReached: boolean }
  | { readonly kind: "keys submitted"; readonly keys: number; readonly receipt: Head }
  | { readonly kind: "keys retired"; readonly keys: number; readonly receipt: Head }
  | { readonly kind: "frozen"; readonly inputs: number; readonly head: Head }
  | { readonly kind: "witnessed"; readonly signed: number; readonly needed: number }
  | { readonly kind: "released"; readonly inputs: number; readonly head: Head }
  | { readonly kind: "matched"; readonly matches: number }
  | { readonly kind: "deleted" }
  | { readonly kind: "alarm"; readonly code: string }

export interface Entry {
  /** Seconds since 1970, by this machine's clock. */
  readonly at: number
  readonly terms: Digest
  readonly computation: Name
  readonly happening: Happening
  /** The host at which it happened; entries of an earlier page lack it. */
  readonly server?: string | undefined
}

/** Entries of the journal that are kept: what is asked for is of days, not of years. */
export const ENTRIES_MAX = 2_000

/** Entries of all computations, the oldest first. */
export interface Journal {
  all(): readonly Entry[]
  of(terms: Digest): readonly Entry[]
  /** The entries of computations that were created here and not deleted since. */
  created(): readonly Entry[]
  /** Durable when it resolves. What `droppedFor` names is dropped. */
  append(entry: Entry): Promise<void>
}

/**
 * What a journal drops for another entry. A host can make matches, and so entries, at will: a number of them takes the
 * place of the one before. Of a full journal the oldest entry goes, but no alarm and no creation, while there are others.
 */
export function droppedFor(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  const isReplaced = ({ terms, happening }: Entry): boolean => terms === entry.terms && happening.kind === "matched"
  const replaced = entry.happening.kind === "matched" ? entries.filter(isReplaced) : []
  const kept = entries.filter((each) => !replaced.includes(each))
  const excess = Math.max(0, kept.length + 1 - ENTRIES_MAX)
  if (excess === 0) return replaced
  const [dear, plain] = [kept.filter(isDear), kept.filter((each) => !isDear(each))]
  return [...replaced, ...[...plain, ...dear].slice(0, excess)]
}

function isDear({ happening: { kind } }: Entry): boolean {
  return kind === "alarm" || kind === "created"
}

/** The beginning of a link of a history, in groups, as people compare it. */
export function headFingerprint({ hash }: Head): string {
  return (hash.slice(0, 16).match(/.{4}/g) ?? []).join(" ")
}
