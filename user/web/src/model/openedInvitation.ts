import { fingerprint, isSameConstraint, type Advice, type Descriptor, type EventManager } from "@event-manager/client"
import type { Desk, Place } from "../home/home.ts"
import { computationOf, type Computation } from "./computation.ts"
import { accepted, Refusal } from "./failure.ts"
import type { Found } from "./found.ts"
import type { Invitation } from "./invitation.ts"
import { PageError } from "./pageError.ts"
import { isSameServer, knownPlaces, type NewServer } from "./places.ts"

/** An invitation that was checked, and what it leads to. */
export interface OpenedInvitation {
  readonly kind: "opened"
  readonly found: Found
  readonly computation: Computation
  readonly advice: readonly Advice[]
}

/**
 * Holds an invitation against what is kept of its host. Throws PageError: INVITATION_OTHER_HOST, INVITATION_OTHER_CONSTRAINT,
 * INVITATION_OTHER_ENCLAVE.
 */
export function requireAgreement(desk: Desk, suggested: Place | undefined, place: Place, invitation: Invitation): void {
  if (!isSameServer(invitation.server, place.server)) {
    throw new PageError("INVITATION_OTHER_HOST", `it is for ${invitation.server}, and not for ${place.server}`)
  }
  // The link's own rule says nothing: what was kept before, and what whoever serves the page says for the group, does.
  for (const { constraint } of [place, ...knownPlaces(desk, suggested, place.server)]) {
    if (constraint === undefined || isSameConstraint(constraint, invitation.constraint)) continue
    const text = `at ${place.server} you accept '${constraint}', and the invitation says '${invitation.constraint}'`
    throw new PageError("INVITATION_OTHER_CONSTRAINT", text)
  }
  const pinned = desk.pins.get(place.server)
  if (pinned === undefined || pinned === invitation.enclave) return
  const text = `you have used ${fingerprint(pinned)} at ${place.server}; it invites you to ${fingerprint(invitation.enclave)}`
  throw new PageError("INVITATION_OTHER_ENCLAVE", text)
}

/** What an invitation tells of a server for which nothing here says which enclave to accept; undefined of all others. */
export function newServerOf(
  desk: Desk,
  suggested: Place | undefined,
  { server, constraint, enclave }: Invitation,
): NewServer | undefined {
  const isRuled = knownPlaces(desk, suggested, server).some((known) => known.constraint !== undefined)
  return isRuled ? undefined : { kind: "new server", server, constraint, fingerprint: fingerprint(enclave) }
}

/** Throws PageError (INVITATION_OTHER_ENCLAVE), or Refusal where the enclave is not one to use. */
export function requireInvited({ facts, refusal }: Found, invitation: Invitation): void {
  if (facts.identity !== invitation.enclave) {
    const text = `the invitation is to the enclave ${fingerprint(invitation.enclave)}; ${facts.fingerprint} answers`
    throw new PageError("INVITATION_OTHER_ENCLAVE", text)
  }
  if (refusal !== undefined) throw new Refusal(refusal)
}

/** The computation of an invitation, under the terms that it states. Rejects with Refusal, PageError, and as describe does. */
export async function findInvited(desk: Desk, manager: EventManager, invitation: Invitation): Promise<Computation> {
  const { descriptor }: { descriptor: Descriptor } = accepted(await manager.describe(invitation.computation))
  const computation = await computationOf(desk, descriptor, invitation.server)
  if (computation.terms === invitation.terms) return computation
  const text = `${invitation.computation} is there, but not under the terms that you were invited to`
  throw new PageError("INVITATION_OTHER_TERMS", text)
}
