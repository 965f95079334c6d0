/**
 * How a participant brings many keys at once, and learns which of them matched: the one place that knows how the
 * library does it.
 */
import { packKeys, type Descriptor } from "@event-manager/client"
import { accepted, type Participant } from "./participant.ts"

/** Submits every key; all are durable when it resolves. */
export async function submitKeys(
  { manager }: Participant,
  descriptor: Descriptor,
  keys: Iterable<string>,
): Promise<void> {
  const batches = packKeys(Iterator.from(keys).map((key) => ({ key })))
  for await (const { answer } of manager.submitMany(descriptor, batches)) accepted(answer)
}

/** The keys that others have submitted as well. */
export async function matchedKeys({ identity, manager }: Participant): Promise<string[]> {
  const keys: string[] = []
  for await (const page of manager.matchPages()) {
    for (const { party, key } of accepted(page).matches()) if (party !== identity.party) keys.push(key)
  }
  return keys
}
