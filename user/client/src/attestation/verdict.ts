import type { Report } from "@event-manager/protocol"
import type { SecurityLevel } from "../constraint.ts"

/** What a platform's quote proves. */
export interface Verdict {
  readonly report: Report
  /** SHA-256 of the key that answers for the code, lower-case hexadecimal. */
  readonly signer: string
  readonly level: SecurityLevel
  /** In words, why it is no better than that. */
  readonly reasons: readonly string[]
}
