import type { Match, PartyKey } from "@event-manager/protocol"
import { backFrom, type Chronicle, type Place } from "./chronicle.ts"

/** What is wrong with matches that a participant was told; undefined where nothing is. */
export function matchFault(chronicle: Chronicle, party: PartyKey, matches: readonly Match[]): string | undefined {
  const positions = new Set(matches.map(({ position }) => position))
  if (positions.size < matches.length) return "a match was told twice"
  for (const match of matches) {
    const found = [...chronicle.values()].find((place) => isOf(place, match))
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
  const submissions = [...backFrom(end)].reverse().flatMap(({ entry }) => {
    if (entry.kind !== "submitted" || entry.submission.kind !== "key") return []
    return [{ party: entry.party, ...entry.submission }]
  })
  return submissions
    .filter(({ key }) => {
      const submitters = new Set(submissions.filter((each) => each.key === key).map((each) => each.party))
      return submitters.has(party) && submitters.size >= end.descriptor.quorum
    })
    .map(({ message }) => message ?? "")
}

function isOf({ entry, length, descriptor }: Place, match: Match): boolean {
  if (entry.kind !== "submitted" || entry.submission.kind !== "key") return false
  const { key, message } = entry.submission
  const isPlace = descriptor.name === match.computation && length === match.position + 2
  return isPlace && entry.party === match.party && key === match.key && message === match.message
}
