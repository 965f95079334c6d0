import type { PartyKey, ResultAnswer } from "@event-manager/protocol"
import { latestSubmissions, type Place } from "./chronicle.ts"

const FRACTION_DIGITS = 12
const UNIT = 10n ** BigInt(FRACTION_DIGITS)

/** Whether this is the answer over everybody's latest submission up to a place, by arithmetic of our own. */
export function isAnswer(place: Place, answer: ResultAnswer): boolean {
  const numbers = [...latestSubmissions(place)].map(([party, { entry }]) => ({ party, value: numberIn(entry) }))
  const { type, participants } = place.descriptor
  if (type === "avg") {
    return (
      answer.kind === "number" &&
      isAverage(
        answer.value,
        numbers.map(({ value }) => value),
      )
    )
  }
  const found = answer.kind === "parties" ? answer.parties : []
  const best = numbers.map(({ value }) => value).reduce((a, b) => ((type === "min") === a < b ? a : b))
  const winners = new Set(numbers.filter(({ value }) => value === best).map(({ party }) => party))
  return sameParties(
    found,
    participants.filter((party) => winners.has(party)),
  )
}

/** What tells a submission from all others: its number, which is whole here or, beside a key, its message. */
export function numberIn(entry: Place["entry"]): bigint {
  if (entry.kind !== "submitted") return 0n
  const { submission } = entry
  return BigInt(submission.kind === "number" ? submission.value : (submission.message ?? 0))
}

/** Which of its sender's submissions this is, in the order that counts. */
export function revisionIn(entry: Place["entry"]): number {
  return entry.kind === "submitted" ? entry.revision : -1
}

/** Whether `text`, with its 12 decimals, times the count is the sum, within what rounding may have lost. */
function isAverage(text: string, numbers: readonly bigint[]): boolean {
  const sum = numbers.reduce((a, b) => a + b, 0n)
  const [whole = "0", fraction = ""] = text.split(".")
  const scaled = BigInt(whole) * UNIT + BigInt(fraction.padEnd(FRACTION_DIGITS, "0"))
  const count = BigInt(numbers.length)
  const off = scaled * count - sum * UNIT
  return count > 0n && (off < 0n ? -off : off) * 2n <= count
}

function sameParties(a: readonly PartyKey[], b: readonly PartyKey[]): boolean {
  return a.length === b.length && a.every((party, at) => party === b[at])
}
