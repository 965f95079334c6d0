import {
  CodedError,
  digest,
  httpTransport,
  name,
  parseConstraint,
  partyKey,
  type Digest,
  type Name,
  type PartyKey,
} from "@event-manager/client"
import { PageError } from "./pageError.ts"

/** What a link carries in its fragment, which no server sees: all that is needed to check what it leads to. */
export interface Invitation {
  /** The host's address, as transports write it. */
  readonly server: string
  readonly constraint: string
  /** The enclave's identity as whoever invites has pinned it. */
  readonly enclave: PartyKey
  readonly computation: Name
  /** The digest of its terms: another computation of that name is another one. */
  readonly terms: Digest
}

/** With the longest of everything, and a constraint that names a dozen enclaves. */
const CHARACTERS_MAX = 8_192
const VERSION = "1"
const PARTS = ["invitation", "host", "constraint", "enclave", "computation", "terms"] as const

/** The fragment of a link, without its `#`; or with a page's address the whole link. */
export function writeInvitation(
  { server, constraint, enclave, computation, terms }: Invitation,
  page?: string,
): string {
  const parts = { invitation: VERSION, host: server, constraint, enclave, computation, terms }
  const fragment = new URLSearchParams(parts).toString()
  return page === undefined ? fragment : `${page.replace(/#.*$/s, "")}#${fragment}`
}

/** Whether a page's fragment, with or without its `#`, is meant as an invitation. */
export function isInvitation(fragment: string): boolean {
  return /^#?invitation=/.test(fragment)
}

/**
 * Reads a link, or its fragment alone. Throws PageError (INVITATION_TOO_LONG, INVITATION_MALFORMED, INVITATION_VERSION,
 * and for a part of it INVITATION_HOST, INVITATION_CONSTRAINT, INVITATION_PIN, INVITATION_COMPUTATION).
 */
export function readInvitation(link: string): Invitation {
  if (link.length > CHARACTERS_MAX) {
    throw new PageError("INVITATION_TOO_LONG", `an invitation has at most ${CHARACTERS_MAX} characters`)
  }
  const parts = partsOf(link.trim())
  if (parts.invitation !== VERSION) {
    throw new PageError("INVITATION_VERSION", "the invitation is of another version than this page")
  }
  return {
    server: readOr("INVITATION_HOST", "it names no host", () => httpTransport(parts.host).address),
    constraint: constraintIn(parts.constraint),
    enclave: readOr("INVITATION_PIN", "it names no enclave", () => partyKey(hex(parts.enclave))),
    computation: readOr("INVITATION_COMPUTATION", "it names no computation", () => name(parts.computation)),
    terms: readOr("INVITATION_COMPUTATION", "it does not say which computation", () => digest(hex(parts.terms))),
  }
}

function partsOf(link: string): Readonly<Record<(typeof PARTS)[number], string>> {
  const params = new URLSearchParams(link.slice(link.indexOf("#") + 1))
  const keys = [...params.keys()]
  const isWhole = keys.length === PARTS.length && PARTS.every((part) => params.has(part))
  if (!isWhole) throw new PageError("INVITATION_MALFORMED", "this is no invitation, or it was cut or changed")
  const part = (key: (typeof PARTS)[number]): string => params.get(key) ?? ""
  return {
    invitation: part("invitation"),
    host: part("host"),
    constraint: part("constraint"),
    enclave: part("enclave"),
    computation: part("computation"),
    terms: part("terms"),
  }
}

function constraintIn(written: string): string {
  readOr("INVITATION_CONSTRAINT", "it does not say which enclave to accept", () => parseConstraint(written))
  return written
}

function hex(digits: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(digits)) throw new SyntaxError("64 lower-case hexadecimal digits expected")
  return Uint8Array.fromHex(digits)
}

type PartCode = "INVITATION_HOST" | "INVITATION_CONSTRAINT" | "INVITATION_PIN" | "INVITATION_COMPUTATION"

function readOr<T>(code: PartCode, why: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof CodedError || cause instanceof SyntaxError) {
      throw new PageError(code, `the invitation cannot be used: ${why}`, { cause })
    }
    throw cause
  }
}
