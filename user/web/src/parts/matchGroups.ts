import type { Match, Name } from "@event-manager/client"

/** A matched key with everybody's submissions of it, in the order in which they were told. */
export interface MatchedKey {
  readonly key: string
  readonly submissions: readonly Match[]
}

/** The matches of one computation by key, the latest key first. */
export function matchedKeys(matches: readonly Match[], computation: Name): readonly MatchedKey[] {
  const groups = new Map<string, Match[]>()
  for (const match of matches) {
    if (match.computation !== computation) continue
    const group = groups.get(match.key)
    if (group === undefined) groups.set(match.key, [match])
    else group.push(match)
  }
  return [...groups].map(([key, submissions]) => ({ key, submissions })).reverse()
}

/** Whether a text stands in the key, a message, or a submitter's name, whatever the case of letters. */
export function isFound({ key, submissions }: MatchedKey, text: string, nameOf: (match: Match) => string): boolean {
  const wanted = text.trim().toLowerCase()
  if (wanted === "") return true
  const texts = [key, ...submissions.flatMap((match) => [match.message ?? "", nameOf(match)])]
  return texts.some((each) => each.toLowerCase().includes(wanted))
}
