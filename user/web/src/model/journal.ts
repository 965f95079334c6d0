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
}

/** Entries of all computations, the oldest first. */
export interface Journal {
  of(terms: Digest): readonly Entry[]
  /** The entries of computations that were created here and not deleted since. */
  created(): readonly Entry[]
  /** Durable when it resolves. The oldest entries of a full journal are dropped. */
  append(entry: Entry): Promise<void>
}

/** The beginning of a link of a history, in groups, as people compare it. */
export function headFingerprint({ hash }: Head): string {
  return (hash.slice(0, 16).match(/.{4}/g) ?? []).join(" ")
}
