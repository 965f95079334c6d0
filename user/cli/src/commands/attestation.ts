import {
  AttestationError,
  fingerprint,
  requireConstraint,
  requirePin,
  UserError,
  verifyEvidence,
  type Attested,
  type PartyKey,
  type SecurityLevel,
} from "@event-manager/client"
import type { Context } from "../context.ts"
import type { Report } from "../report.ts"
import type { Command } from "./command.ts"

export const attestation: Command = {
  name: "attestation",
  aliases: ["at"],
  summary: "show what the host's enclave proves about itself, and what that means",
  parameters: [],
  flags: [],
  examples: ["ALICE attestation"],

  async run(context) {
    const transport = context.transport()
    const attested = await verifyEvidence(await transport.evidence(), context.now())
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
        "What this means:",
        ...meanings[attested.level].map((line) => `   ${line}`),
        `${code}: ${message}`,
      ],
      data: { address: transport.address, ...factData(attested) },
    }
  },
}

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

function howToAccept({ report, level, statement }: Attested): string {
  const measured = statement.platform === "mock" ? `S:${"0".repeat(64)} PROD:1` : `C:${report.codeHash.toHex()}`
  const line = `constraint=${measured} SEC:${level}`
  return `nothing here says which enclave to trust. Compare the code hash with one you have from elsewhere; to accept this enclave, put the line '${line}' into EventManagerClient.properties`
}

function pinText(pinned: PartyKey | undefined, { statement }: Attested): string {
  if (pinned === undefined) return "seen here for the first time"
  return pinned === statement.identity
    ? "the one seen here before"
    : `NOT the one seen here before, ${fingerprint(pinned)}`
}

function factLines({ report, signer, statement, level, reasons }: Attested, pin: string): string[] {
  return [
    `   Platform: ${statement.platform}`,
    `   Security: ${[level, ...reasons].join("; ")}`,
    `   Code hash: ${report.codeHash.toHex()}`,
    `   Signer: ${signer}, product ${report.productId}, revocation level ${report.revocationLevel}`,
    `   Evidence of: ${new Date(report.issuedAt * 1_000).toISOString()}`,
    `   Identity: ${fingerprint(statement.identity)}, ${pin}`,
  ]
}

function factData({ report, signer, statement, level, reasons }: Attested): Report["data"] {
  return {
    platform: statement.platform,
    level,
    reasons,
    codeHash: report.codeHash.toHex(),
    signer,
    productId: report.productId,
    revocationLevel: report.revocationLevel,
    issuedAt: new Date(report.issuedAt * 1_000).toISOString(),
    identity: fingerprint(statement.identity),
  }
}

const meanings: Readonly<Record<SecurityLevel, readonly string[]>> = {
  SECURE: [
    "A processor vouches that the code with this hash runs where the machine's owner cannot read or change it.",
    "What you send is sealed to that code.",
  ],
  STALE: [
    "A processor vouches for this code, but it, its firmware or its settings have known weaknesses.",
    "What you send is sealed to that code; an owner who exploits the weaknesses could read it.",
  ],
  INSECURE: [
    "No hardware protects this enclave: whoever runs the host can read what you send.",
    "This serves to try things out. Do not send what the host must not know.",
  ],
}
