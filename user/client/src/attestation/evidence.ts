import {
  decode,
  DecodeError,
  evidenceCodec,
  statementCodec,
  STATEMENT_VERSION,
  type Evidence,
  type Statement,
} from "@event-manager/protocol"
import { AttestationError } from "../errors.ts"
import { sha256, sha512 } from "../primitives.ts"
import { verifyMock } from "./mock.ts"
import type { Roots } from "./roots.ts"
import { verifySimulation } from "./simulation.ts"
import type { Verdict } from "./verdict.ts"

export interface Attested extends Verdict {
  readonly statement: Statement
  /** SHA-256 of the encoded statement: what hellos are bound to. */
  readonly statementHash: Uint8Array<ArrayBuffer>
}

/** A report may be so many seconds ahead of this machine's clock. */
const CLOCK_SKEW_SECONDS_MAX = 300

/**
 * What evidence proves, whether or not that is enough; `at` is in seconds since 1970. Throws AttestationError where
 * it contradicts itself, is not vouched for by its platform, or is dated ahead. Without `roots` it must lead to the makers'.
 */
export async function verifyEvidence(bytes: Uint8Array, at: number, roots?: Roots): Promise<Attested> {
  const { evidence, statement } = read(bytes)
  const { quote } = evidence
  if (statement.platform !== quote.kind) {
    throw new AttestationError("PLATFORM_MISMATCH", `a ${statement.platform} enclave with a ${quote.kind} quote`)
  }
  const verdict = await verifyQuote(evidence, roots, at)
  if (verdict.reportData.toHex() !== (await sha512(evidence.statement)).toHex()) {
    throw new AttestationError("REPORT_DATA_MISMATCH", "the platform's report is about another enclave's keys")
  }
  if (verdict.issuedAt !== undefined && verdict.issuedAt > at + CLOCK_SKEW_SECONDS_MAX) {
    throw new AttestationError(
      "EVIDENCE_FROM_FUTURE",
      "the evidence is dated ahead of this machine's clock; check the clock",
    )
  }
  return { ...verdict, statement, statementHash: await sha256(evidence.statement) }
}

async function verifyQuote({ quote, endorsements }: Evidence, roots: Roots | undefined, at: number): Promise<Verdict> {
  switch (quote.kind) {
    case "mock":
      return verifyMock(quote)
    case "simulation":
      return verifySimulation(quote)
    case "sev-snp":
    case "tdx":
    case "sgx":
    case "nitro": {
      // Verifiers and roots are half of this library, so only those who meet a processor load them.
      const { verifyHardware } = await import("./hardware.ts")
      return verifyHardware(quote, endorsements, roots, at)
    }
  }
}

function read(bytes: Uint8Array): { evidence: Evidence; statement: Statement } {
  try {
    const evidence = decode(evidenceCodec, bytes)
    const statement = decode(statementCodec, evidence.statement)
    if (statement.version === STATEMENT_VERSION) return { evidence, statement }
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
  }
  throw new AttestationError("EVIDENCE_MALFORMED", "what the host calls its enclave's evidence cannot be read")
}
