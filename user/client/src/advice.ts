import { computationTypes, type ComputationType, type Descriptor, type PartyKey } from "@event-manager/protocol"
import type { NameOf } from "./messages.ts"

export type AdviceCode =
  | "QUORUM_ONE"
  | "QUORUM_TWO"
  | "TWO_PARTICIPANTS"
  | "KEYS_UNLIMITED"
  | "MATCHES_COUNTED"
  | "UNKNOWN_KEYS"
  | "SAME_KEY_TWO_NAMES"
  | "OVERLAPPING_COMPUTATION"

/** What the arithmetic itself gives away; it informs and never blocks. */
export interface Advice {
  readonly code: AdviceCode
  readonly text: string
}

export interface Surroundings {
  /** The names on this machine's cards for a key; none for a key without a card. */
  readonly namesOf: (party: PartyKey) => readonly string[]
  readonly show: NameOf
  /** The other computations that the adviser takes part in. */
  readonly others: readonly Pick<Descriptor, "name" | "type" | "participants">[]
}

type Plan = Pick<Descriptor, "name" | "quorum" | "participants"> &
  Partial<Pick<Descriptor, "keysMax" | "matches">> & { readonly type: string }

/** Two groups that differ by no more than so many people tell a good deal about those people. */
const DIFFERENCE_MAX = 2

/** What taking part in `plan` gives away. */
export function adviseOn(plan: Plan, surroundings: Surroundings): readonly Advice[] {
  return [
    ...adviseOnQuorum(plan),
    ...adviseOnGuessing(plan),
    ...adviseOnParticipants(plan, surroundings),
    ...surroundings.others.flatMap((other) => adviseOnOverlap(plan, other, surroundings.show)),
  ]
}

function adviseOnQuorum({ name, type, quorum, participants }: Plan): Advice[] {
  const advice: Advice[] = []
  if (quorum === 1) advice.push({ code: "QUORUM_ONE", text: `${name} has quorum 1: ${quorumOne[kindOf(type)]}` })
  if (participants.length === 2) {
    advice.push({
      code: "TWO_PARTICIPANTS",
      text: `${name} has two participants: ${twoParticipants[kindOf(type)]}`,
    })
  } else if (quorum === 2 && type === "avg") {
    const text = `${name} has quorum 2: if only two submit, the average tells each of them the other's number`
    advice.push({ code: "QUORUM_TWO", text })
  }
  return advice
}

/** What somebody learns who submits keys that are not theirs. */
function adviseOnGuessing({ name, type, keysMax, matches }: Plan): Advice[] {
  const advice: Advice[] = []
  if (type !== "key") return advice
  if (keysMax === undefined) {
    const guessed = "keys that follow a pattern, as numbers and addresses do, can be guessed"
    const text = `${name} sets no limit to how many keys a participant submits: ${guessed} and tried out in bulk`
    advice.push({ code: "KEYS_UNLIMITED", text })
  }
  if (matches === "counted") {
    const text = `${name} tells only how many keys match: who submits one and asks again still learns of that one`
    advice.push({ code: "MATCHES_COUNTED", text })
  }
  return advice
}

type Kind = "average" | "extreme" | "key"

const kinds = { avg: "average", min: "extreme", max: "extreme", key: "key" } as const satisfies Record<
  ComputationType,
  Kind
>

/** Of a type that there is not, which the enclave will refuse, one as good as any. */
function kindOf(type: string): Kind {
  return kinds[computationTypes.find((each) => each === type) ?? "min"]
}

const quorumOne: Readonly<Record<Kind, string>> = {
  average: "its result may be one person's number, told to everybody",
  extreme: "its result may name the only person who has submitted",
  key: "no key needs a second submitter to be told of",
}

const twoParticipants: Readonly<Record<Kind, string>> = {
  average: "an average of two tells each the other's number",
  extreme: "each learns whether the other's number is lower or higher than its own",
  key: "each learns which of its keys the other has submitted",
}

function adviseOnParticipants({ name, participants }: Plan, { namesOf, show }: Surroundings): Advice[] {
  const advice: Advice[] = []
  const unknown = participants.filter((party) => namesOf(party).length === 0)
  if (unknown.length > 0) {
    const keys = unknown.map(show).join(", ")
    const text = `${name} has participants without a card here: ${keys}. They may be anybody, even one person several times`
    advice.push({ code: "UNKNOWN_KEYS", text })
  }
  for (const party of participants) {
    const names = namesOf(party)
    if (names.length < 2) continue
    const text = `${names.join(" and ")} are one participant of ${name}: their cards hold the same key`
    advice.push({ code: "SAME_KEY_TWO_NAMES", text })
  }
  return advice
}

function adviseOnOverlap(plan: Plan, other: Surroundings["others"][number], show: NameOf): Advice[] {
  if (other.name === plan.name || other.type === "key" || plan.type === "key") return []
  const mine = new Set(plan.participants)
  const theirs = new Set(other.participants)
  const between = [...mine.symmetricDifference(theirs)]
  if (between.length > DIFFERENCE_MAX || mine.intersection(theirs).size < 2) return []
  const text = `${plan.name} and ${other.name} share ${shared(between, show)}: ${overlap(plan, other, between, show)}`
  return [{ code: "OVERLAPPING_COMPUTATION", text }]
}

function shared(between: readonly PartyKey[], show: NameOf): string {
  return between.length === 0 ? "all participants" : `all participants but ${between.map(show).join(" and ")}`
}

function overlap(
  plan: Plan,
  other: Surroundings["others"][number],
  between: readonly PartyKey[],
  show: NameOf,
): string {
  const [only, ...more] = between
  if (plan.type === "avg" && other.type === "avg" && only !== undefined && more.length === 0) {
    return `if the others submit the same numbers to both, the two averages give away the number of ${show(only)}`
  }
  return "two results over nearly the same people tell more than either alone"
}
