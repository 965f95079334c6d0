import type { Digest, Name, PartyKey } from "@event-manager/client"

/** What a link carries in its fragment, which no server sees: all that is needed to check what it leads to. */
export interface Invitation {
  /** The host's address. */
  readonly server: string
  readonly constraint: string
  /** The enclave's identity as whoever invites has pinned it. */
  readonly enclave: PartyKey
  readonly computation: Name
  /** The digest of its terms: another computation of that name is another one. */
  readonly terms: Digest
}

/** The fragment of a link, without its `#`; or with a page's address the whole link. */
export declare function writeInvitation(invitation: Invitation, page?: string): string

/**
 * Reads a link, or its fragment alone. Throws PageError (INVITATION_TOO_LONG, INVITATION_MALFORMED, INVITATION_VERSION,
 * and for a part of it INVITATION_HOST, INVITATION_CONSTRAINT, INVITATION_PIN, INVITATION_COMPUTATION).
 */
export declare function readInvitation(link: string): Invitation

/** Whether a page's fragment, with or without its `#`, is meant as an invitation. */
export declare function isInvitation(fragment: string): boolean
