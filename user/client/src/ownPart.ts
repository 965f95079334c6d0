import type { Frozen, PartyKey } from "@event-manager/protocol"
import { requireReceipt, statementChanged } from "./history.ts"
import type { Notebook } from "./notebook.ts"
import { frozenDigest, termsOf } from "./statements.ts"

/** Which submission of one's own frozen inputs hold, as far as is remembered. */
export const ownParts = [
  "nothing",
  "latest",
  /** The latest that was acknowledged; one that was sent after it, and whose receipt did not arrive, is left out. */
  "earlier",
  /** One that was sent after the latest acknowledged, and whose receipt did not arrive. */
  "later",
  /** One of which nothing is remembered. */
  "unknown",
] as const
export type OwnPart = (typeof ownParts)[number]

/**
 * Holds frozen inputs, of a saved result or a live one, against what a party remembers. Throws HistoryError:
 * RECEIPT_MISSING where they lack its acknowledged submission, STATEMENT_CHANGED where it has accepted others.
 */
export async function ownPartOf(notebook: Notebook, party: PartyKey, frozen: Frozen): Promise<OwnPart> {
  const { name } = frozen.descriptor
  const note = notebook.note(await termsOf(frozen.descriptor))
  const found = frozen.receipts.find((each) => each.party === party)?.receipt
  if (note?.receipt !== undefined) requireReceipt(name, note, party, frozen.receipts)
  const digest = await frozenDigest(frozen)
  if (note?.frozen !== undefined && note.frozen !== digest) throw statementChanged(name, note.frozen, digest)
  if (found === undefined) return "nothing"
  if (note?.receipt === undefined) return "unknown"
  if (found.hash !== note.receipt.hash) return "later"
  return note.isUnacknowledged ? "earlier" : "latest"
}
