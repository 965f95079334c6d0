import {
  AttestationError,
  fingerprint,
  parseConstraint,
  requireConstraint,
  requirePin,
  UserError,
  verifyEvidence,
  writeEvidence,
  type Attested,
  type Pins,
  type Roots,
  type SecurityLevel,
  type Transport,
} from "@event-manager/client"
import type { Place } from "../home/home.ts"
import { enclaveFacts, type EnclaveFacts } from "./enclaveFacts.ts"
import { describeFailure, type Failure } from "./failure.ts"
import { PageError } from "./pageError.ts"

/** An enclave as it was found, whether or not it is one to use. */
export interface Found {
  readonly facts: EnclaveFacts
  /** Whether this enclave was used here before; if another was, its fingerprint. */
  readonly pin: { readonly kind: "first" | "same" } | { readonly kind: "changed"; readonly was: string }
  readonly constraint: string | undefined
  /** Why nothing will be sent to it, if so: constraint not met, enclave changed, no constraint yet. */
  readonly refusal: Failure | undefined
  /** A better level that this person was shown before, where it is lower now. */
  readonly was: SecurityLevel | undefined
  /** The evidence, as event-client's inspect-evidence reads it. */
  readonly evidence: string
}

/** How an enclave is judged. */
export interface Judging {
  readonly pins: Pins
  readonly place: Place
  /** Seconds since 1970. */
  readonly at: number
  readonly roots?: Roots | undefined
}

/**
 * Looks at the enclave that a host shows, and judges it by constraint and pin; nothing is pinned. Rejects with
 * TransportError, and AttestationError where the evidence is none.
 */
export async function findEnclave(transport: Transport, judging: Judging): Promise<Found> {
  return judgeEvidence(await transport.evidence(), transport.address, judging)
}

/** The same, for evidence that came from this address. */
export async function judgeEvidence(
  evidence: Uint8Array,
  address: string,
  { pins, place, at, roots }: Judging,
): Promise<Found> {
  const attested = await verifyEvidence(evidence, at, roots)
  return {
    facts: enclaveFacts(attested),
    pin: pinOf(pins, address, attested),
    constraint: place.constraint,
    refusal: await judge(pins, address, attested, place.constraint, at),
    was: undefined,
    evidence: writeEvidence(evidence),
  }
}

function pinOf(pins: Pins, address: string, { statement }: Attested): Found["pin"] {
  const pinned = pins.get(address)
  if (pinned === undefined) return { kind: "first" }
  return pinned === statement.identity ? { kind: "same" } : { kind: "changed", was: fingerprint(pinned) }
}

async function judge(
  pins: Pins,
  address: string,
  attested: Attested,
  constraint: string | undefined,
  at: number,
): Promise<Failure | undefined> {
  try {
    requireConstraint(attested, parseConstraint(requiredConstraint(constraint)), at)
    // Looking is no use: nothing is pinned by it.
    const looking: Pins = { get: (server) => pins.get(server), set: async () => undefined, accepted: pins.accepted }
    await requirePin(looking, address, attested.statement.identity)
    return undefined
  } catch (error) {
    return verdictOf(error)
  }
}

/**
 * Why a constraint does not accept the enclave of a saved file, or undefined where it does. Its evidence is as old as the
 * file: how old evidence may be concerns whom one talks to now.
 */
export function judgeEver(attested: Attested, constraint: string, at: number): Failure | undefined {
  try {
    requireConstraint(attested, { ...parseConstraint(constraint), expire: "never" }, at)
    return undefined
  } catch (error) {
    return verdictOf(error)
  }
}

function verdictOf(error: unknown): Failure {
  const isVerdict = [AttestationError, UserError, PageError].some((kind) => error instanceof kind)
  if (isVerdict) return describeFailure(error)
  throw error
}

/** Throws PageError (CONSTRAINT_MISSING) where there is none. */
export function requiredConstraint(constraint: string | undefined): string {
  if (constraint !== undefined) return constraint
  throw new PageError("CONSTRAINT_MISSING", "nothing here says which enclave to accept at this host")
}
