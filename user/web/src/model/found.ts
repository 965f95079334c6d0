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
} from "@event-manager/client"
import type { Desk, Place } from "../home/home.ts"
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
  /** The evidence, as event-client's inspect-evidence reads it. */
  readonly evidence: string
}

/**
 * Looks at the enclave at a place, and judges it by constraint and pin; nothing is pinned. `at` is in seconds since 1970.
 * Rejects with TransportError, and AttestationError where the evidence is none.
 */
export async function findEnclave(desk: Desk, place: Place, at: number, roots?: Roots): Promise<Found> {
  const transport = desk.transport(place.server)
  const evidence = await transport.evidence()
  const attested = await verifyEvidence(evidence, at, roots)
  return {
    facts: enclaveFacts(attested),
    pin: pinOf(desk.pins, transport.address, attested),
    constraint: place.constraint,
    refusal: await judge(desk.pins, transport.address, attested, place.constraint, at),
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
  const verdict = judgeByConstraint(attested, constraint, at)
  if (verdict !== undefined) return verdict
  try {
    // Looking is no use: nothing is pinned by it.
    const looking: Pins = { get: (server) => pins.get(server), set: async () => undefined, accepted: pins.accepted }
    await requirePin(looking, address, attested.statement.identity)
    return undefined
  } catch (error) {
    return verdictOf(error)
  }
}

/** Why a constraint does not accept an enclave, or undefined where it does. */
export function judgeByConstraint(attested: Attested, constraint: string | undefined, at: number): Failure | undefined {
  try {
    requireConstraint(attested, parseConstraint(requiredConstraint(constraint)), at)
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
