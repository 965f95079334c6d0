import { limits, name as checkName, type PartyKey, type Release, type Terms } from "@event-manager/client"

/** A computation while it is being set up, as it was typed. */
export interface Draft {
  readonly name: string
  readonly type: "avg" | "min" | "max" | "key"
  readonly participants: readonly PartyKey[]
  readonly quorum: string
  readonly release: Release["kind"]
  readonly witnesses: string
  readonly expiry: "never" | "week" | "month" | "year" | "date"
  readonly expiryDate: string
  readonly keysMax: string
  readonly matches: "told" | "counted"
}

/** Which fields of a draft cannot be used as they are. */
export type DraftProblem = "name" | "participants" | "quorum" | "witnesses" | "expiryDate" | "keysMax"

const DAY_SECONDS = 86_400
const days = { week: 7, month: 30, year: 365 } as const
const NAME = /^[A-Za-z0-9._-]+$/

/** The fewest witnesses: with more than half, two statements have a witness in common. */
export function leastWitnesses(participants: number): number {
  return Math.floor(participants / 2) + 1
}

/** Those that stand in the way at this moment, in seconds since 1970. */
export function draftProblems(draft: Draft, now: number): readonly DraftProblem[] {
  const { participants } = draft
  const count = participants.length
  const isWitnessed = draft.type !== "key" && draft.release === "witnessed"
  const checks: readonly (readonly [DraftProblem, boolean])[] = [
    ["name", NAME.test(draft.name) && draft.name.length <= limits.nameBytesMax],
    ["participants", count >= 2 && count <= limits.participantsMax],
    ["quorum", isWhole(draft.quorum, 1, count)],
    ["witnesses", !isWitnessed || isWhole(draft.witnesses, leastWitnesses(count), count)],
    ["expiryDate", draft.expiry !== "date" || isWithin(expiryOf(draft, now), now)],
    ["keysMax", draft.type !== "key" || draft.keysMax === "" || isWhole(draft.keysMax, 1, limits.keySubmissionsMax)],
  ]
  return checks.flatMap(([problem, isGood]) => (isGood ? [] : [problem]))
}

/** What would be created. Throws DecodeError where the name is none: look for problems first. */
export function termsOfDraft(draft: Draft, now: number): Terms {
  const { type, participants } = draft
  const terms = {
    computation: checkName(draft.name),
    type,
    quorum: Number(draft.quorum),
    participants,
    expiresAt: expiryOf(draft, now),
  }
  if (type !== "key") return { ...terms, release: releaseOf(draft) }
  const keysMax = draft.keysMax === "" ? undefined : Number(draft.keysMax)
  return { ...terms, release: { kind: "first" }, keysMax, matches: draft.matches }
}

/** What can be said of a draft's people and choices already, with what is missing as it does least. */
export function termsToAdviseOn(draft: Draft, now: number): Terms | undefined {
  const problems = new Set(draftProblems(draft, now))
  if (problems.has("participants")) return undefined
  const all = String(draft.participants.length)
  const filled: Draft = {
    ...draft,
    name: problems.has("name") ? "new" : draft.name,
    quorum: problems.has("quorum") ? all : draft.quorum,
    witnesses: problems.has("witnesses") ? all : draft.witnesses,
    keysMax: problems.has("keysMax") ? "1" : draft.keysMax,
    expiry: "never",
  }
  return termsOfDraft(filled, now)
}

function releaseOf({ release, witnesses }: Draft): Release {
  return release === "witnessed" ? { kind: release, witnesses: Number(witnesses) } : { kind: release }
}

/** Undefined for never; for a day, its end in the reader's time zone. NaN for what is no day. */
function expiryOf({ expiry, expiryDate }: Draft, now: number): number | undefined {
  if (expiry === "never") return undefined
  if (expiry === "date") return Math.floor(Date.parse(`${expiryDate}T23:59:59`) / 1_000)
  return now + days[expiry] * DAY_SECONDS
}

function isWithin(at: number | undefined, now: number): boolean {
  return at !== undefined && at > now && at <= now + limits.expirySecondsMax
}

function isWhole(text: string, least: number, most: number): boolean {
  const number = Number(text)
  return /^[0-9]{1,9}$/.test(text.trim()) && number >= least && number <= most
}
