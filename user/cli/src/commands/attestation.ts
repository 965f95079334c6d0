import {
  AttestationError,
  fingerprint,
  writeEvidence,
  requireConstraint,
  requirePin,
  UserError,
  verifyEvidence,
  type Attested,
  type PartyKey,
  type Platform,
} from "@event-manager/client"
import { writeText } from "@event-manager/client/node"
import type { Context } from "../context.ts"
import type { Report } from "../report.ts"
import type { Act } from "./command.ts"
import { dateText } from "./verifyResult.ts"

export const attestation: Act = {
  async run(context, _parameters, flags) {
    const transport = context.transport()
    const evidence = await transport.evidence()
    const file = flags["save"]
    if (typeof file === "string") writeText(file, writeEvidence(evidence), FILE_MODE)
    const attested = await verifyEvidence(evidence, context.now(), context.roots)
    const pin = pinText(context.memory.get(transport.address), attested)
    const verdict = await judge(context, attested)
    const code = verdict === undefined ? "SUCCESS" : verdict.code
    const message = verdict === undefined ? "The enclave meets the constraint" : verdict.message
    return {
      code,
      message,
      lines: [
        `Enclave at ${transport.address}`,
        ...factLines(attested, pin),
        "What is proved:",
        ...provedLines(attested).map((line) => `   ${line}`),
        "What is not:",
        ...notProvedLines(attested).map((line) => `   ${line}`),
        `${code}: ${message}`,
      ],
      data: { address: transport.address, ...factData(attested) },
    }
  },
}

const FILE_MODE = 0o644

/** Why the user does not accept this enclave, or undefined where they do. */
async function judge(context: Context, attested: Attested): Promise<{ code: string; message: string } | undefined> {
  try {
    requireConstraint(attested, context.constraint(), context.now())
    await requirePin(context.memory, context.transport().address, attested.statement.identity)
    return undefined
  } catch (error) {
    if (error instanceof UserError && error.code === "CONFIG_MISSING")
      return { code: error.code, message: howToAccept(attested) }
    if (error instanceof AttestationError || error instanceof UserError)
      return { code: error.code, message: error.message }
    throw error
  }
}

function howToAccept(attested: Attested): string {
  const line = `constraint=${measureToName(attested)} SEC:${attested.level}`
  return `nothing here says which enclave to trust. Compare the hashes with those you have from elsewhere; to accept this enclave, put the line '${line}' into EventManagerClient.properties`
}

/** The narrowest that a constraint can name of it. */
function measureToName({ release, launch, statement }: Attested): string {
  if (launch !== undefined) return `C:${launch}`
  if (statement.platform === "mock" || release === undefined) return `S:${"0".repeat(64)} PROD:1`
  return `C:${release.codeHash}`
}

function pinText(pinned: PartyKey | undefined, { statement }: Attested): string {
  if (pinned === undefined) return "seen here for the first time"
  return pinned === statement.identity
    ? "the one seen here before"
    : `NOT the one seen here before, ${fingerprint(pinned)}`
}

function factLines(attested: Attested, pin: string): string[] {
  const { release, launch, statement, level, reasons, advisories, issuedAt } = attested
  const code =
    release === undefined
      ? []
      : [
          `   Code hash: ${release.codeHash}`,
          `   Signer: ${release.signer}, product ${release.productId}, revocation level ${release.revocationLevel}`,
        ]
  return [
    `   Platform: ${statement.platform}`,
    `   Security: ${[level, ...reasons].join("; ")}`,
    ...(advisories.length === 0 ? [] : [`   Advisories: ${advisories.join(", ")}`]),
    ...code,
    ...(launch === undefined ? [] : [`   Launch hash: ${launch}`]),
    `   Evidence of: ${dateText(issuedAt)}`,
    `   Identity: ${fingerprint(statement.identity)}, ${pin}`,
  ]
}

function factData({ release, launch, statement, level, reasons, advisories, issuedAt }: Attested): Report["data"] {
  return {
    platform: statement.platform,
    level,
    reasons,
    advisories,
    ...release,
    ...(launch === undefined ? {} : { launch }),
    ...(issuedAt === undefined ? {} : { issuedAt: dateText(issuedAt) }),
    anchor: statement.anchor,
    identity: fingerprint(statement.identity),
  }
}

const makers: Readonly<Record<Platform, string>> = {
  mock: "nobody",
  simulation: "a key on the host's machine",
  "sev-snp": "AMD's processor",
  tdx: "Intel's processor",
  sgx: "Intel's processor",
  nitro: "Amazon's Nitro hypervisor",
}

function provedLines({ statement, level, release, launch }: Attested): string[] {
  if (launch === undefined) {
    const who = makers[statement.platform]
    return [`Nothing against whoever runs the host: what the enclave says of itself is vouched for by ${who}.`]
  }
  const isOpen = level === "INSECURE"
  return [
    `${makers[statement.platform]} vouches that it started what was measured as the launch hash, and that the machine's owner ${isOpen ? "may" : "cannot"} look inside.`,
    ...(release === undefined ? [] : ["Whoever signed the release says that this is the code with that code hash."]),
    // Whoever may look inside may take the keys.
    ...(isOpen ? [] : ["What you send is sealed to keys which that code made for itself, and which leave it nowhere."]),
  ]
}

function notProvedLines({ statement, level, release, launch }: Attested): string[] {
  const lines = {
    SECURE: [],
    STALE: [
      "The processor, its firmware or its settings have known weaknesses: an owner who exploits them could read what you send.",
    ],
    INSECURE: [
      "Whoever runs the host can read what you send. This serves to try things out; do not send what the host must not know.",
    ],
  }[level]
  const code =
    launch === undefined || release !== undefined
      ? []
      : [
          "Which code it is: no release manifest came with the evidence. Compute the launch hash yourself, or get it from whoever you trust.",
        ]
  const rewind =
    statement.anchor === "none"
      ? [
          "That the host cannot start the enclave again on an older state: clients notice who have seen more, and 'witnessed' results have no second answer.",
        ]
      : []
  return [
    ...lines,
    ...code,
    ...rewind,
    "That the host answers at all, and that nobody listens at the processor's side channels.",
  ]
}
