import { termsOf, type Descriptor, type Digest, type Head } from "@event-manager/client"
import type { Desk } from "../home/home.ts"
import type { Entry } from "./journal.ts"

/** A computation, as this participant knows it. */
export interface Computation {
  readonly descriptor: Descriptor
  readonly terms: Digest
  readonly isConvenor: boolean
  readonly isParticipant: boolean
  /** Whether a submission of one's own was acknowledged, and whether one was sent whose reply was lost. */
  readonly hasSubmitted: boolean
  readonly isUnacknowledged: boolean
  /** The latest place in its history that was seen. */
  readonly head: Head | undefined
  /** Whether its frozen inputs were accepted: nothing more can be submitted. */
  readonly isFrozen: boolean
  readonly timeline: readonly Entry[]
}

/** What an identity knows of a computation. */
export async function computationOf(
  { identity, notebook, journal }: Desk,
  descriptor: Descriptor,
): Promise<Computation> {
  const terms = await termsOf(descriptor)
  const note = notebook.note(terms)
  const timeline = journal.of(terms)
  return {
    descriptor,
    terms,
    isConvenor: descriptor.convenor === identity.party,
    isParticipant: descriptor.participants.includes(identity.party),
    hasSubmitted: note?.receipt !== undefined || timeline.some(isSubmission),
    isUnacknowledged: note?.isUnacknowledged === true,
    head: note?.head,
    isFrozen: note?.frozen !== undefined,
    timeline,
  }
}

function isSubmission({ happening: { kind } }: Entry): boolean {
  return kind === "submitted" || kind === "revised" || kind === "keys submitted"
}
