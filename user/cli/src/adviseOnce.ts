import { adviseOn, termsOf, type Descriptor } from "@event-manager/client"
import type { Context } from "./context.ts"

/** Says what taking part gives away, before the first submission to a computation. */
export async function adviseOnce(context: Context, descriptor: Descriptor): Promise<void> {
  const { cards, memory, show } = context
  const terms = await termsOf(descriptor)
  const isParticipant = descriptor.participants.includes(context.identity.party)
  if (!isParticipant || memory.wasAdvisedOn(terms)) return
  const listed = await context.manager().list()
  const others = "kind" in listed ? [] : listed
  context.voice.advise(adviseOn(descriptor, { namesOf: (party) => cards.namesOf(party), show, others }))
  memory.setAdvisedOn(terms)
}
