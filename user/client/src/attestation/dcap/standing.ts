/*
 * What a platform's TCB and a TEE's debug bit mean for whoever relies on it.
 */
import { AttestationError } from "../../errors.ts"
import type { DebugPolicy, Standing } from "../verdict.ts"
import type { QuoteFrame } from "./quote.ts"
import type { Tcb } from "./tcbLevel.ts"
import { weaknessesOf, type Weakness } from "./tcbStatus.ts"

const reasons: Readonly<Record<Weakness, string>> = {
  outdated: "the processor's firmware or Intel's software on it is out of date, and known weaknesses are open",
  configuration: "the processor's configuration leaves known weaknesses open",
  hardening: "the processor has known weaknesses that only hardened software in the enclave keeps closed",
  revoked: "Intel no longer vouches for the processor",
}

interface DcapFacts {
  readonly quote: QuoteFrame
  readonly tcb: Tcb
  readonly debug: boolean
}

/**
 * Judges what SGX and TDX have in common; `concerns` are what else keeps it from being SECURE. Throws AttestationError
 * (DEBUG_ENABLED, TCB_LEVEL_MISSING, TCB_REVOKED, EVIDENCE_MALFORMED).
 */
export function appraiseDcap(
  { quote, tcb, debug }: DcapFacts,
  policy: DebugPolicy,
  concerns: readonly string[],
): Standing {
  if (debug && policy === "refuse") {
    throw new AttestationError("DEBUG_ENABLED", "the enclave's host may debug it, and so read everything in it")
  }
  if (tcb.level === "none") {
    throw new AttestationError("TCB_LEVEL_MISSING", "the processor is so out of date that Intel has no word on it")
  }
  if (tcb.level === "Revoked") throw new AttestationError("TCB_REVOKED", reasons.revoked)
  requireNothingBehind(quote)
  const debugReasons = debug ? ["debug mode: the enclave's host may read everything in it"] : []
  const found = [...debugReasons, ...weaknessesOf(tcb.level).map((weakness) => reasons[weakness]), ...concerns]
  return {
    level: debug ? "INSECURE" : found.length > 0 ? "STALE" : "SECURE",
    reasons: found,
    advisories: tcb.advisories,
  }
}

/** Zeros are what a buffer was filled with. Anything else is bytes that nobody has signed. */
function requireNothingBehind({ trailing }: QuoteFrame): void {
  if (/^0*$/.test(trailing)) return
  throw new AttestationError("EVIDENCE_MALFORMED", `${trailing.length / 2} bytes that are not zero follow the quote`)
}
