import type { Descriptor, Name, PartyKey, SecurityLevel } from "@event-manager/client"
import type { Outcome } from "./outcome.ts"
import type { EnclaveFacts } from "./enclaveFacts.ts"

/** What a saved result says, once its signatures were found to be right. */
export interface VerifiedStatement {
  readonly computation: Name
  readonly descriptor: Descriptor
  readonly answer:
    | { readonly kind: "number"; readonly value: string }
    | { readonly kind: "parties"; readonly parties: readonly PartyKey[] }
  readonly inputs: number
  readonly witnesses: readonly PartyKey[]
  /** The beginning of the head of the frozen history, in groups. */
  readonly fingerprint: string
  readonly enclave: EnclaveFacts
  readonly level: SecurityLevel
  /** When its evidence was judged, in seconds since 1970: now, or `at`. */
  readonly at: number
}

/** Checks a saved result offline; `at` in seconds since 1970 in place of now, for certificates expire. */
export declare function verifyStatementFile(file: Blob, at?: number): Promise<Outcome<VerifiedStatement>>
