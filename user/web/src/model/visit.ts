import type {
  Advice,
  Descriptor,
  Digest,
  Head,
  KeyText,
  Match,
  Name,
  PartyKey,
  Result,
  Terms,
} from "@event-manager/client"
import type { Desk, Place } from "../home/home.ts"
import type { EnclaveFacts } from "./enclaveFacts.ts"
import type { Failure } from "./failure.ts"
import type { Invitation } from "./invitation.ts"
import type { Entry } from "./journal.ts"
import type { Outcome } from "./outcome.ts"

/** An enclave as it was found, whether or not it is one to use. */
export interface Found {
  readonly facts: EnclaveFacts
  /** Whether this enclave was used here before. */
  readonly pin: { readonly kind: "first" | "same" } | { readonly kind: "changed"; readonly was: string }
  readonly constraint: string | undefined
  /** Why nothing will be sent to it, if so: constraint not met, enclave changed, no constraint yet. */
  readonly refusal: Failure | undefined
  /** The evidence, as event-client's inspect-evidence reads it. */
  readonly evidence: string
}

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

export type ResultView =
  | {
      readonly kind: "awaiting"
      readonly signed: readonly PartyKey[]
      readonly needed: number
      readonly inputs: number
    }
  | {
      readonly kind: "released"
      readonly result: Result
      readonly inputs: number
      /** The signed statement as a file's text, and the name for that file. */
      readonly statement: string
      readonly fileName: string
    }

export interface Submitted {
  readonly quorumReached: boolean
  readonly receipt: Head
  /** The receipt as a file's text: two that contradict one another prove a fork. */
  readonly receiptFile: string
}

/** How far a table of keys has come. */
export interface Progress {
  readonly sent: number
  readonly total: number
  /** Submissions whose key has matched, as the enclave counts them. */
  readonly matched: number
}

/** Every match told so far, and how their number grew while this page looked. */
export interface MatchesView {
  readonly matches: readonly Match[]
  /** For computations that tell only how many: by name. */
  readonly counts: ReadonlyMap<Name, number>
  /** Milliseconds since 1970, and how many there were by then. */
  readonly growth: readonly { readonly at: number; readonly matches: number }[]
  /** Set while the host is not reached; the view stays as it was. */
  readonly failure: Failure | undefined
}

export type OpenedInvitation = {
  readonly found: Found
  readonly computation: Computation
  readonly advice: readonly Advice[]
}

/** One identity's dealings with the enclave at one place. No method rejects: what goes wrong is an Outcome. */
export declare class Visit {
  readonly place: Place
  constructor(desk: Desk, place: Place)

  /** Looks at the enclave, and judges it by constraint and pin. Failed only where there is no evidence to judge. */
  attest(): Promise<Outcome<Found>>
  list(): Promise<Outcome<readonly Computation[]>>
  describe(computation: Name): Promise<Outcome<Computation>>
  /** What taking part in such a computation gives away. Asks nobody: it knows what was listed last. */
  advise(plan: Terms): readonly Advice[]
  create(terms: Terms): Promise<Outcome<Computation>>
  /** Checks an invitation against what is kept and what is found, and describes its computation. Keeps the place. */
  openInvitation(invitation: Invitation): Promise<Outcome<OpenedInvitation>>
  /** The link's content for others; needs that the enclave was seen. */
  invite(computation: Computation): Promise<Outcome<Invitation>>

  /** Submits what was typed; a number field's text is trimmed. A second one revises the first. */
  submit(computation: Computation, value: string, message?: string): Promise<Outcome<Submitted>>
  /** Submits a table's keys, thousands in a request. With `signal` it ends early; what was sent stays. */
  submitKeys(
    computation: Computation,
    keys: readonly KeyText[],
    options?: { readonly onProgress?: (progress: Progress) => void; readonly signal?: AbortSignal },
  ): Promise<Outcome<Progress>>
  /** Takes own keys out again; answers with how many of them were there. */
  retireKeys(computation: Computation, keys: readonly KeyText[]): Promise<Outcome<{ readonly retired: number }>>

  /** Asks for the result; where it takes witnesses, signs the frozen inputs first. */
  result(computation: Computation): Promise<Outcome<ResultView>>
  delete(computation: Computation): Promise<Outcome<undefined>>

  /** Matches as they come, until the signal. The first item is all that there are. */
  followMatches(signal: AbortSignal): AsyncGenerator<MatchesView>

  /** A key by its card's names, or as its fingerprint; escaped. */
  show(party: PartyKey): string
  namesOf(party: PartyKey): readonly Name[]
}
