import {
  ownPartOf,
  readResult,
  type Descriptor,
  type Name,
  type Notebook,
  type OwnPart,
  type PartyKey,
  type ResultAnswer,
  type Roots,
} from "@event-manager/client"
import { enclaveFacts, type EnclaveFacts } from "./enclaveFacts.ts"
import type { Failure } from "./failure.ts"
import { judgeEver } from "./found.ts"
import { headFingerprint } from "./journal.ts"
import { attempt, type Outcome } from "./outcome.ts"
import { PageError } from "./pageError.ts"

/** What a saved result says, once its signatures were found to be right. */
export interface VerifiedStatement {
  readonly computation: Name
  readonly descriptor: Descriptor
  readonly answer: ResultAnswer
  readonly inputs: number
  readonly witnesses: readonly PartyKey[]
  /** The beginning of the head of the frozen history, in groups. */
  readonly fingerprint: string
  readonly enclave: EnclaveFacts
  /** Whether the constraint that was asked about accepts its enclave; why not. Undefined where none was asked about. */
  readonly meets: true | Failure | undefined
  /** Whether its enclave is the one that is pinned. Undefined where none is. */
  readonly isPinned: boolean | undefined
  /** Which submission of one's own it holds. Undefined where it was not asked who that is. */
  readonly own: OwnPart | undefined
  /** When its evidence was judged, in seconds since 1970: now, or as was asked. */
  readonly at: number
}

export interface StatementOptions {
  readonly at?: number
  readonly roots?: Roots
  readonly constraint?: string | undefined
  readonly pinned?: PartyKey | undefined
  /** Who asks, and what is remembered of the computations. */
  readonly own?: { readonly notebook: Notebook; readonly party: PartyKey }
}

/** The longest statement, with the longest evidence, in base64. */
const BYTES_MAX = 4 * 1_024 * 1_024

/**
 * Checks a saved result offline: its signatures and those of its witnesses, and what its evidence proves. Whether that
 * enclave is one to trust is for people to say: `constraint` and `pinned` are what they said before. `at` is in seconds
 * since 1970, in place of now, for certificates expire. Fails with RECEIPT_MISSING or STATEMENT_CHANGED where the statement
 * contradicts what is remembered.
 */
export function verifyStatementFile(
  file: Blob,
  { at = Math.floor(Date.now() / 1_000), roots, constraint, pinned, own }: StatementOptions = {},
): Promise<Outcome<VerifiedStatement>> {
  return attempt(async () => {
    if (file.size > BYTES_MAX) {
      throw new PageError("STATEMENT_TOO_LARGE", `a statement has at most ${BYTES_MAX} bytes; this has ${file.size}`)
    }
    const { result, attested } = await readResult(await file.text(), at, roots)
    const { descriptor, receipts, head } = result.frozen
    const held = own === undefined ? undefined : await ownPartOf(own.notebook, own.party, result.frozen)
    return {
      computation: descriptor.name,
      descriptor,
      answer: result.answer,
      inputs: receipts.length,
      witnesses: result.witnesses.map(({ party }) => party),
      fingerprint: headFingerprint(head),
      enclave: enclaveFacts(attested),
      meets: constraint === undefined ? undefined : (judgeEver(attested, constraint, at) ?? true),
      own: held,
      isPinned: pinned === undefined ? undefined : attested.statement.identity === pinned,
      at,
    }
  })
}
