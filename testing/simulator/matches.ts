import type { Match, MatchKey, PartyKey } from "@event-manager/protocol"
import { backFrom, type Chronicle, type Place } from "./chronicle.ts"

/** A submission of a key: `position` is its number among all of its computation, from 0. */
interface Keyed {
  readonly party: PartyKey
  readonly key: MatchKey
  readonly message: string | undefined
  readonly position: number
}

/** What is wrong with matches that a participant was told; undefined where nothing is. */
export function matchFault(chronicle: Chronicle, party: PartyKey, matches: readonly Match[]): string | undefined {
  const positions = new Set(matches.map(({ position }) => position))
  if (positions.size < matches.length) return "a match was told twice"
  for (const match of matches) {
    const found = [...chronicle.values()].find(
      (place) => place.descriptor.name === match.computation && adds(place, match),
    )
    if (found === undefined) return "a match was told that nobody submitted"
    const ofKey = matches.filter(({ key }) => key === match.key)
    const submitters = new Set(ofKey.map((each) => each.party))
    if (!submitters.has(party)) return "a match was told to one who did not submit its key"
    if (submitters.size < found.descriptor.quorum) return "a match was told below quorum"
  }
  return undefined
}

/** The messages of all that a participant is to be told in the end, in order. */
export function matchesDue(end: Place, party: PartyKey): string[] {
  const standing = standingAt(end)
  return standing
    .filter(({ key }) => {
      const submitters = new Set(standing.filter((each) => each.key === key).map((each) => each.party))
      return submitters.has(party) && submitters.size >= end.descriptor.quorum
    })
    .map(({ message }) => message ?? "")
}

/** What was submitted up to a place, in order, without what its submitters have taken out again. */
function standingAt(end: Place): readonly Keyed[] {
  let standing: readonly Keyed[] = []
  for (const place of [...backFrom(end)].reverse()) {
    const { entry } = place
    if (entry.kind === "retired") {
      const keys = new Set([...entry.keys].map(({ key }) => key))
      standing = standing.filter((each) => each.party !== entry.party || !keys.has(each.key))
    }
    standing = [...standing, ...addedAt(place)]
  }
  return standing
}

function adds(place: Place, match: Match): boolean {
  return addedAt(place).some(
    ({ party, key, message, position }) =>
      position === match.position && party === match.party && key === match.key && message === match.message,
  )
}

function addedAt(place: Place): Keyed[] {
  const { entry } = place
  const first = countBefore(place)
  if (entry.kind === "submitted" && entry.submission.kind === "key") {
    const { key, message } = entry.submission
    return [{ party: entry.party, key, message, position: first }]
  }
  if (entry.kind !== "submittedMany") return []
  return [...entry.submissions].map((each, at) => ({ ...each, party: entry.party, position: first + at }))
}

function countBefore({ before }: Place): number {
  let count = 0
  for (const { entry } of backFrom(before)) {
    if (entry.kind === "submitted") count += 1
    if (entry.kind === "submittedMany") count += entry.submissions.count
  }
  return count
}
