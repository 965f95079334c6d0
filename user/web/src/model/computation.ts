import { termsOf, type Descriptor, type Digest, type Head, type Name } from "@event-manager/client"
import type { Desk } from "../home/home.ts"
import type { Entry } from "./journal.ts"
import { isSameServer } from "./places.ts"

/** A computation, as this participant knows it. */
export interface Computation {
  readonly descriptor: Descriptor
  readonly terms: Digest
  readonly isConvenor: boolean
  readonly isParticipant: boolean
  /** Whether a submission of one's own was acknowledged, and whether one was sent whose reply was lost. */
  readonly hasSubmitted: boolean
  readonly isUnacknowledged: boolean
  /** Of an identity that came from a backup: what it may have submitted elsewhere is not known, and cannot be checked. */
  readonly isOwnUnknown: boolean
  /** Whether another computation of this name was known here, and not deleted from here. */
  readonly isNewUnderName: boolean
  /** The latest place in its history that was seen. */
  readonly head: Head | undefined
  /** Whether its frozen inputs were accepted: nothing more can be submitted. */
  readonly isFrozen: boolean
  readonly timeline: readonly Entry[]
}

/** What an identity knows of a computation. */
export async function computationOf(desk: Desk, descriptor: Descriptor, server: string): Promise<Computation> {
  const { identity, notebook, journal } = desk
  const terms = await termsOf(descriptor)
  const note = notebook.note(terms)
  const timeline = journal.of(terms)
  const hasSubmitted = note?.receipt !== undefined || timeline.some(isSubmission)
  const isOwnUnknown = desk.isRestored && !hasSubmitted
  return {
    descriptor,
    terms,
    isConvenor: descriptor.convenor === identity.party,
    isParticipant: descriptor.participants.includes(identity.party),
    hasSubmitted,
    isUnacknowledged: note?.isUnacknowledged === true && !isOwnUnknown,
    isOwnUnknown,
    isNewUnderName: isNamedElse(desk, descriptor.name, terms, server),
    head: note?.head,
    isFrozen: note?.frozen !== undefined,
    timeline,
  }
}

/** Whether something is remembered, at this host, of a computation of this name under other terms. */
function isNamedElse({ notebook, journal }: Desk, name: Name, terms: Digest, server: string): boolean {
  const noted = [...notebook.all()].filter(([, { computation }]) => computation === name).map(([each]) => each)
  const told = journal.all().filter((entry) => entry.computation === name && entry.happening.kind !== "alarm")
  return [...new Set([...noted, ...told.map((entry) => entry.terms)])].some((each) => {
    const entries = journal.of(each)
    const isHere = entries.every((entry) => entry.server === undefined || isSameServer(entry.server, server))
    return each !== terms && isHere && entries.at(-1)?.happening.kind !== "deleted"
  })
}

function isSubmission({ happening: { kind } }: Entry): boolean {
  return kind === "submitted" || kind === "revised" || kind === "keys submitted"
}
