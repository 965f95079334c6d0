import type { Digest, Head, PartyKey } from "@event-manager/protocol"
import { HistoryError } from "./errors.ts"
import type { Note } from "./notebook.ts"

const MEANING =
  "The host has put an older or another state in place of the one you used: do not rely on what it says, " +
  "and tell the other participants"

/**
 * Holds a reply's head against the one that was known when its request was sent. Throws HistoryError. That a longer
 * history extends a known one is for the enclave to say: it refuses where it does not.
 */
export function requireNoOlder(computation: string, known: Head | undefined, head: Head): void {
  if (known === undefined) return
  if (head.length < known.length) {
    const lengths = `you have seen ${known.length} events, and now it has ${head.length}`
    throw new HistoryError("HISTORY_OLDER", `the history of ${computation} went back: ${lengths}. ${MEANING}`)
  }
  requireNoFork(computation, known, head)
}

/** Holds a reply's head against the latest that was seen, by whichever request. Throws HistoryError. */
export function requireNoFork(computation: string, seen: Head | undefined, head: Head): void {
  if (head.length !== seen?.length || head.hash === seen.hash) return
  const links = `its event ${head.length} was ${short(seen)}, and now is ${short(head)}`
  throw new HistoryError("HISTORY_FORKED", `the history of ${computation} has changed: ${links}. ${MEANING}`)
}

/** Other frozen inputs than those that were accepted, and perhaps signed. */
export function statementChanged(computation: string, seen: Digest, found: Digest): HistoryError {
  const digests = `${seen.slice(0, 16)} was seen before, and now ${found.slice(0, 16)}`
  const meaning = "somebody is after a second answer. The new ones were not signed; tell the other participants"
  return new HistoryError(
    "STATEMENT_CHANGED",
    `the frozen inputs of ${computation} have changed: ${digests}; ${meaning}`,
  )
}

/** The enclave has refused because its history lacks the known head. */
export function historyConflict(computation: string, known: Head | undefined, length: number): HistoryError {
  const expected = known === undefined ? "none" : `${short(known)} as event ${known.length}`
  const text = `the history of ${computation} lacks what you have seen: ${expected} was expected, in a history of ${length}`
  return new HistoryError("HISTORY_CONFLICT", `${text}. ${MEANING}`)
}

/** Checks that frozen inputs hold this party's latest acknowledged submission. Throws HistoryError. */
export function requireReceipt(
  computation: string,
  note: Note,
  party: PartyKey,
  receipts: readonly { readonly party: PartyKey; readonly receipt: Head }[],
): void {
  const found = receipts.find((each) => each.party === party)?.receipt
  if (isSame(found, note.receipt)) return
  // One whose reply was lost may have been taken or not; never may an acknowledged one be older than what counts.
  const isLater = found !== undefined && found.length > (note.receipt?.length ?? 0)
  if (note.isUnacknowledged && isLater) return
  const expected = note.receipt === undefined ? "none of yours" : `yours, ${short(note.receipt)}`
  const came = found === undefined ? "none" : short(found)
  const text = `the frozen inputs of ${computation} do not hold your latest submission: expected ${expected}, found ${came}`
  throw new HistoryError("RECEIPT_MISSING", `${text}. ${MEANING}`)
}

function isSame(a: Head | undefined, b: Head | undefined): boolean {
  return a?.length === b?.length && a?.hash === b?.hash
}

/** The beginning of a link, as people compare it. */
function short(head: Head): string {
  return head.hash.slice(0, 16)
}
