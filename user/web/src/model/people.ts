import {
  escapeText,
  fingerprint,
  type Descriptor,
  type Name,
  type PartyKey,
  type Surroundings,
} from "@event-manager/client"
import type { Desk } from "../home/home.ts"

/** A key by its cards' names, or as its fingerprint; safe to show. */
export function nameOf(desk: Pick<Desk, "cards">, party: PartyKey): string {
  const names = namesIn(desk, party)
  return names.length === 0 ? fingerprint(party) : names.map(escapeText).join(" = ")
}

export function namesIn({ cards }: Pick<Desk, "cards">, party: PartyKey): readonly Name[] {
  const own = cards.all().filter((card) => card.party === party)
  return [...new Set(own.map(({ name }) => name))]
}

/** What advice takes into account. */
export function surroundingsOf(desk: Pick<Desk, "cards">, others: readonly Descriptor[]): Surroundings {
  return { namesOf: (party) => namesIn(desk, party), show: (party) => nameOf(desk, party), others }
}
