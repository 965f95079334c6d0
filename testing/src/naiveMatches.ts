/*
 * The part of the naive model that is about keys: whom what is told, worked out from everything that was accepted.
 */
import type { Descriptor, Match, PartyKey, ResponseOf, Submission } from "@event-manager/protocol"

interface Convened {
  readonly descriptor: Descriptor
  readonly gone: boolean
}

interface Submitted {
  readonly made: Convened
  readonly party: PartyKey
  readonly submission: Submission
}

/** A submission is told to a party once three things have happened: it was made, the party submitted the same key
 * too, and the key reached quorum. The last of them is the moment. */
export function matchesOf(accepted: readonly Submitted[], party: PartyKey, after: number): ResponseOf<"matches"> {
  const told = accepted
    .map((each, index) => ({ each, index, moment: momentOf(accepted, each, index, party) }))
    .filter((telling) => telling.moment !== undefined)
    .sort((a, b) => (a.moment ?? 0) - (b.moment ?? 0) || a.index - b.index)
    .map((telling, i) => ({ ...telling, number: i }))
    .filter((telling) => !telling.each.made.gone && telling.number >= after)
  const matches = told.map(({ each, index }) => matchOf(accepted, each, index))
  return { kind: "matches", matches, next: (told.at(-1)?.number ?? after - 1) + 1, more: false }
}

function momentOf(
  accepted: readonly Submitted[],
  each: Submitted,
  index: number,
  reader: PartyKey,
): number | undefined {
  const own = accepted.findIndex((other) => other.party === reader && isSameKey(other, each))
  const quorate = quorateSince(accepted, each.made, each.submission)
  return own < 0 || quorate === undefined ? undefined : Math.max(index, own, quorate)
}

/** The index of the submission with which the key reached quorum. */
export function quorateSince(
  accepted: readonly Submitted[],
  made: Convened,
  submission: Submission,
): number | undefined {
  const parties = new Set<PartyKey>()
  for (const [index, each] of accepted.entries()) {
    if (!isSameKey(each, { made, party: each.party, submission })) continue
    parties.add(each.party)
    if (parties.size === made.descriptor.quorum) return index
  }
  return undefined
}

function matchOf(accepted: readonly Submitted[], { made, party, submission }: Submitted, index: number): Match {
  const position = accepted.slice(0, index).filter((other) => other.made === made).length
  if (submission.kind !== "key") throw new TypeError("only keys match")
  return { computation: made.descriptor.name, position, party, key: submission.key, message: submission.message }
}

function isSameKey(a: Submitted, b: Submitted): boolean {
  return a.made === b.made && keyOf(a) !== undefined && keyOf(a) === keyOf(b)
}

function keyOf({ submission }: Submitted): string | undefined {
  return submission.kind === "key" ? submission.key : undefined
}
