/*
 * The part of the naive model that is about keys: whom what is told, worked out from everything that was accepted.
 */
import type { Descriptor, Match, MatchKey, PartyKey, Submission } from "@event-manager/protocol"
import type { ReadMatches } from "./world.ts"

interface Convened {
  readonly descriptor: Descriptor
  readonly gone: boolean
}

/** A submission, or one that a retirement of others' keys has left: those who stay are told of it anew. */
export interface Submitted {
  readonly made: Convened
  readonly party: PartyKey
  readonly submission: Submission
  readonly position: number
  /** Whether its key was retired by somebody since. */
  gone: boolean
  /** How often its key was retired before: what comes after a retirement meets only what comes after it. */
  readonly epoch: number
}

/** A submission is told to a party once three things have happened: it was made, the party submitted the same key
 * too, and the key reached quorum. The last of them is the moment. */
export function matchesOf(accepted: readonly Submitted[], party: PartyKey, after: number): ReadMatches {
  const told = accepted
    .map((each, index) => ({ each, index, moment: momentOf(accepted, each, index, party) }))
    .filter((telling) => telling.moment !== undefined)
    .sort((a, b) => (a.moment ?? 0) - (b.moment ?? 0) || a.index - b.index)
    .map((telling, i) => ({ ...telling, number: i }))
    .filter(({ each, number }) => !each.made.gone && !each.gone && number >= after)
  const matches = told.map(({ each }) => matchOf(each))
  return { kind: "matches", matches, next: (told.at(-1)?.number ?? after - 1) + 1, more: false }
}

function momentOf(
  accepted: readonly Submitted[],
  each: Submitted,
  index: number,
  reader: PartyKey,
): number | undefined {
  if (each.made.descriptor.matches === "counted") return undefined
  const own = accepted.findIndex((other) => other.party === reader && isSameKey(other, each))
  const quorate = quorateSince(accepted, each)
  return own < 0 || quorate === undefined ? undefined : Math.max(index, own, quorate)
}

/** The index of the submission with which the key reached quorum. */
export function quorateSince(accepted: readonly Submitted[], submitted: Submitted): number | undefined {
  const parties = new Set<PartyKey>()
  for (const [index, each] of accepted.entries()) {
    if (!isSameKey(each, submitted)) continue
    parties.add(each.party)
    if (parties.size === submitted.made.descriptor.quorum) return index
  }
  return undefined
}

/** How many different keys of a party's have reached quorum. */
export function matchedKeys(accepted: readonly Submitted[], made: Convened, party: PartyKey): number {
  const own = accepted.filter((each) => each.made === made && each.party === party && !each.gone)
  return new Set(own.filter((each) => quorateSince(accepted, each) !== undefined).map(keyOf)).size
}

/**
 * Takes a party's submissions of a key out, where there are any; those of the others come in again, in their order, as
 * if they had just been made. Returns whether there were any.
 */
export function retireKey(accepted: Submitted[], made: Convened, party: PartyKey, key: MatchKey): boolean {
  const all = accepted.filter((each) => each.made === made && !each.gone && keyOf(each) === key)
  if (all.every((each) => each.party !== party)) return false
  for (const each of all) each.gone = true
  for (const each of all) if (each.party !== party) accepted.push({ ...each, gone: false, epoch: each.epoch + 1 })
  return true
}

/** How often a key was retired. */
export function epochOf(accepted: readonly Submitted[], made: Convened, submission: Submission): number {
  const key = submission.kind === "key" ? submission.key : undefined
  const ofKey = accepted.filter((each) => each.made === made && key !== undefined && keyOf(each) === key)
  const last = ofKey.reduce((most, each) => Math.max(most, each.epoch), 0)
  const isOver = ofKey.length > 0 && ofKey.every((each) => each.gone)
  return isOver ? last + 1 : last
}

function matchOf({ made, party, submission, position }: Submitted): Match {
  if (submission.kind !== "key") throw new TypeError("only keys match")
  return { computation: made.descriptor.name, position, party, key: submission.key, message: submission.message }
}

function isSameKey(a: Submitted, b: Submitted): boolean {
  return a.made === b.made && a.epoch === b.epoch && keyOf(a) !== undefined && keyOf(a) === keyOf(b)
}

function keyOf({ submission }: Submitted): string | undefined {
  return submission.kind === "key" ? submission.key : undefined
}
