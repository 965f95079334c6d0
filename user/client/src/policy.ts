import type { Attested } from "./attestation/evidence.ts"
import { expiryOf, securityLevels, type Constraint } from "./constraint.ts"
import { AttestationError } from "./errors.ts"

/** Holds what was proved against what the user demands; `at` is in seconds since 1970. Throws AttestationError. */
export function requireConstraint(attested: Attested, constraint: Constraint, at: number): void {
  requireMeasurement(attested, constraint)
  const { report, statement, level } = attested
  if (report.revocationLevel < constraint.revocationLevelMin) {
    const detail = `its revocation level is ${report.revocationLevel}; the constraint demands ${constraint.revocationLevelMin}`
    throw new AttestationError("REVOCATION_LEVEL_TOO_LOW", detail)
  }
  if (constraint.platforms !== "any" && !constraint.platforms.includes(statement.platform)) {
    const detail = `it runs on ${statement.platform}; the constraint accepts ${constraint.platforms.join(", ")}`
    throw new AttestationError("PLATFORM_NOT_ACCEPTED", detail)
  }
  if (securityLevels.indexOf(level) > securityLevels.indexOf(constraint.levelMin)) {
    const detail = `it is ${level} (${attested.reasons.join("; ")}); the constraint demands ${constraint.levelMin} or better`
    throw new AttestationError("SECURITY_TOO_LOW", detail)
  }
  if (constraint.expire !== "never" && expiryOf(report.issuedAt, constraint.expire) <= at) {
    const issued = new Date(report.issuedAt * 1_000).toISOString()
    throw new AttestationError(
      "EVIDENCE_EXPIRED",
      `its evidence of ${issued} is older than the constraint's EXPIRE allows`,
    )
  }
}

/** The code is accepted itself, or its signer is and it is the right product. */
function requireMeasurement({ report, signer }: Attested, constraint: Constraint): void {
  const codeHash = report.codeHash.toHex()
  if (constraint.codeHashes.includes(codeHash)) return
  const isProduct = constraint.productId === "any" || constraint.productId === report.productId
  if (constraint.signers.includes(signer) && isProduct) return
  throw new AttestationError(
    "MEASUREMENT_NOT_ACCEPTED",
    `it runs code ${codeHash} of signer ${signer}, product ${report.productId}, which the constraint does not name`,
  )
}
