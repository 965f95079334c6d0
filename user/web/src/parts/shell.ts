import type { Digest, Name, PartyKey } from "@event-manager/client"
import { createContext } from "svelte"
import type { Desk, Home, Place } from "../home/home.ts"
import type { Failure } from "../model/failure.ts"
import type { Invitation } from "../model/invitation.ts"
import type { Outcome } from "../model/outcome.ts"
import type { Computation, Found, Visit } from "../model/visit.ts"

/** What the page shows. It stands in no address: the fragment is for invitations. */
export type View =
  | { readonly kind: "computations" }
  | { readonly kind: "create" }
  | {
      readonly kind: "computation"
      readonly name: Name
      /** Which one of that name is meant. */
      readonly terms: Digest
      readonly isNew?: boolean
    }
  | { readonly kind: "invitation"; readonly invitation: Invitation }
  | { readonly kind: "people" }
  | { readonly kind: "enclave" }
  | { readonly kind: "verify" }

/** Something that takes the place of the view until it is dealt with. */
export interface Alarm {
  readonly failure: Failure
  /** What it is about; nothing where it is about the enclave as a whole. */
  readonly about: About | undefined
  readonly found: Found | undefined
  /** Raised by what was answered when something was sent; looking alone may be shown something else. */
  readonly isHeard: boolean
  /** Seconds since 1970. */
  readonly at: number
}

/** What is done with a computation, for what may go wrong with it. */
export interface About {
  readonly name: Name
  /** As it was known before. */
  readonly computation?: Computation | undefined
  /** Another place than the one that the page is at: an invitation's. */
  readonly elsewhere?: Place
  /** The enclave that an invitation names. */
  readonly invitedTo?: PartyKey
}

export function aboutOf(computation: Computation): About {
  return { name: computation.descriptor.name, computation }
}

/** What all views share: who is at work, with which enclave, and how to go elsewhere. */
export interface Shell {
  readonly home: Home
  /** What the browser lacks, and the page brings itself. */
  readonly substituted: readonly string[]
  readonly desk: Desk
  /** Undefined where no host was chosen yet. */
  readonly visit: Visit | undefined
  /** The enclave as it was last looked at. */
  readonly found: Found | undefined
  /** Whether the host did not answer when it was last asked; it is asked again until it does. */
  readonly isAway: boolean
  /** Why the enclave could not be looked at. */
  readonly lookFailure: Failure | undefined
  go(view: View): void
  /** Looks at the enclave again. */
  look(): Promise<void>
  usePlace(place: Place): Promise<Outcome<void>>
  /** Does something with the enclave: tells of a slow or absent host meanwhile, and raises the alarm where it must. */
  run<T>(act: () => Promise<Outcome<T>>, about?: About): Promise<Outcome<T>>
}

export const [getShell, setShell] = createContext<Shell>()
