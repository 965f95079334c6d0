import { fingerprint, type Attested, type SecurityLevel } from "@event-manager/client"

/** What is proved of an enclave: keys of the words. */
export type Proved =
  /** Nothing against whoever runs the host. */
  | "NOTHING"
  /** A processor vouches for what it started, and that its owner cannot look inside. */
  | "LAUNCH"
  /** The same, of a machine whose owner may look inside. */
  | "LAUNCH_OPEN"
  /** A signer says which code that is. */
  | "SIGNED_CODE"
  /** What is sent is sealed to keys that never leave that code. */
  | "SEALED"

/** What is not. */
export type NotProved =
  /** Known weaknesses of processor or firmware. */
  | "WEAKNESSES"
  /** The host can read what is sent. */
  | "HOST_READS"
  /** No release manifest: compute the measurement yourself. */
  | "WHICH_CODE"
  /** No anchor: an older state may be put back; clients who have seen more notice. */
  | "REWIND"
  /** That the host answers at all, and side channels. */
  | "AVAILABILITY"

/** All of both, for the words. */
export const provedKinds = [
  "NOTHING",
  "LAUNCH",
  "LAUNCH_OPEN",
  "SIGNED_CODE",
  "SEALED",
] as const satisfies readonly Proved[]
export const notProvedKinds = [
  "WEAKNESSES",
  "HOST_READS",
  "WHICH_CODE",
  "REWIND",
  "AVAILABILITY",
] as const satisfies readonly NotProved[]

/** An enclave's evidence, for people. */
export interface EnclaveFacts {
  readonly platform: Attested["statement"]["platform"]
  readonly level: SecurityLevel
  /** Why it is no better, in the verifier's own English sentences. */
  readonly reasons: readonly string[]
  readonly advisories: readonly string[]
  readonly release: Attested["release"]
  readonly launch: string | undefined
  /** Seconds since 1970; undefined where nothing in the evidence is dated. */
  readonly issuedAt: number | undefined
  readonly anchor: Attested["statement"]["anchor"]
  readonly identity: Attested["statement"]["identity"]
  /** Of that identity. */
  readonly fingerprint: string
  readonly proved: readonly Proved[]
  readonly notProved: readonly NotProved[]
  /** The narrowest constraint that accepts this enclave. */
  readonly ownConstraint: string
}

/** What evidence says, for people. Whether that is enough is for the constraint to say. */
export function enclaveFacts(attested: Attested): EnclaveFacts {
  const { statement, level, reasons, advisories, release, launch, issuedAt } = attested
  return {
    platform: statement.platform,
    level,
    reasons,
    advisories,
    release,
    launch,
    issuedAt,
    anchor: statement.anchor,
    identity: statement.identity,
    fingerprint: fingerprint(statement.identity),
    proved: provedOf(attested),
    notProved: notProvedOf(attested),
    ownConstraint: `${measureToName(attested)} SEC:${level}`,
  }
}

function provedOf({ launch, level, release }: Attested): Proved[] {
  if (launch === undefined) return ["NOTHING"]
  const signed: Proved[] = release === undefined ? [] : ["SIGNED_CODE"]
  // Whoever may look inside has the keys to what is sealed.
  return level === "INSECURE" ? ["LAUNCH_OPEN", ...signed] : ["LAUNCH", ...signed, "SEALED"]
}

function notProvedOf({ statement, level, release, launch }: Attested): NotProved[] {
  const all: readonly (readonly [NotProved, boolean])[] = [
    ["WEAKNESSES", level === "STALE"],
    ["HOST_READS", level === "INSECURE"],
    ["WHICH_CODE", launch !== undefined && release === undefined],
    ["REWIND", statement.anchor === "none"],
    ["AVAILABILITY", true],
  ]
  return all.filter(([, holds]) => holds).map(([what]) => what)
}

/** What a signer-less mock enclave is named by. */
const NO_SIGNER = `S:${"0".repeat(64)} PROD:1`

function measureToName({ release, launch, statement }: Attested): string {
  if (launch !== undefined) return `C:${launch}`
  return statement.platform === "mock" || release === undefined ? NO_SIGNER : `C:${release.codeHash}`
}
