import type { Attested } from "./attestation/evidence.ts"
import type { Release } from "./attestation/verdict.ts"
import { expiryOf, securityLevels, type Constraint, type Period } from "./constraint.ts"
import { AttestationError } from "./errors.ts"

/** Holds what was proved against what the user demands; `at` is in seconds since 1970. Throws AttestationError. */
export function requireConstraint(attested: Attested, constraint: Constraint, at: number): void {
  requireMeasurement(attested, constraint)
  requireRevocationLevel(attested, constraint)
  const { statement, level } = attested
  if (constraint.platforms !== "any" && !constraint.platforms.includes(statement.platform)) {
    const detail = `it runs on ${statement.platform}; the constraint accepts ${constraint.platforms.join(", ")}`
    throw new AttestationError("PLATFORM_NOT_ACCEPTED", detail)
  }
  if (securityLevels.indexOf(level) > securityLevels.indexOf(constraint.levelMin)) {
    const detail = `it is ${level} (${attested.reasons.join("; ")}); the constraint demands ${constraint.levelMin} or better`
    throw new AttestationError("SECURITY_TOO_LOW", detail)
  }
  if (constraint.expire !== "never") requireRecent(attested, constraint.expire, at)
}

/**
 * The code is accepted itself, or its signer is and it is the right product. Which code a processor's measurement is,
 * only a release's signer says: by him `C:` may name the code, and without him only the measurement.
 */
function requireMeasurement({ release, launch }: Attested, constraint: Constraint): void {
  const { codeHashes, signers, productId } = constraint
  if (launch !== undefined && codeHashes.includes(launch)) return
  const isSigned = release !== undefined && signers.includes(release.signer)
  if (isSigned && (productId === "any" || productId === release.productId)) return
  const isNamed = release !== undefined && codeHashes.includes(release.codeHash)
  if (isNamed && (isSigned || launch === undefined)) return
  const advice = isNamed ? `; that this is the code which C: names is the word of a signer whom no S: names` : ""
  throw new AttestationError(
    "MEASUREMENT_NOT_ACCEPTED",
    `it runs ${codeText(release, launch)}, which the constraint does not name${advice}`,
  )
}

function codeText(release: Release | undefined, launch: string | undefined): string {
  const code =
    release === undefined
      ? undefined
      : `code ${release.codeHash} of signer ${release.signer}, product ${release.productId}`
  const measured = launch === undefined ? undefined : `what was measured as ${launch}`
  return [code, measured].filter((text) => text !== undefined).join(", ")
}

/**
 * Only a release tells its revocation level: a measurement alone passes where none is demanded. On a real TEE that is its
 * signer's word too, and any host could sign a release with a level as high as may be.
 */
function requireRevocationLevel({ release, launch }: Attested, constraint: Constraint): void {
  const { revocationLevelMin, signers } = constraint
  if (revocationLevelMin === 0) return
  const isTold = release !== undefined && (launch === undefined || signers.includes(release.signer))
  if (isTold && release.revocationLevel >= revocationLevelMin) return
  const found = isTold
    ? `its revocation level is ${release.revocationLevel}`
    : "no release by a signer whom S: names says its revocation level"
  throw new AttestationError("REVOCATION_LEVEL_TOO_LOW", `${found}; the constraint demands ${revocationLevelMin}`)
}

function requireRecent({ issuedAt }: Attested, expire: Period, at: number): void {
  if (issuedAt !== undefined && expiryOf(issuedAt, expire) > at) return
  const found =
    issuedAt === undefined
      ? "nothing in its evidence is dated, and the constraint has EXPIRE"
      : `its evidence of ${new Date(issuedAt * 1_000).toISOString()} is older than the constraint's EXPIRE allows`
  throw new AttestationError("EVIDENCE_EXPIRED", found)
}
