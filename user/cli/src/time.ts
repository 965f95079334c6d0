import { escapeText } from "@event-manager/client"
import { UsageError } from "./usageError.ts"

// With a time, the zone must be said: one moment must not mean two.
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?$/

const DAY_LETTERS = "2030-12-31".length

/** A date (ISO 8601, midnight UTC where it has no time) in seconds since 1970; undefined where it is none. */
export function readDate(written: string): number | undefined {
  const date = DATE.test(written) && isDay(written.slice(0, DAY_LETTERS)) ? Date.parse(written) : Number.NaN
  return Number.isNaN(date) || date < 0 ? undefined : Math.floor(date / 1_000)
}

/** The time that `--at` gives, in seconds since 1970, or `now` where it is not given. Throws UsageError. */
export function readTime(written: unknown, now: number): number {
  if (typeof written !== "string") return now
  const time = readDate(written)
  if (time === undefined) {
    throw new UsageError(`'${escapeText(written)}' is no time: give a date such as 2030-12-31 or 2030-12-31T12:00:00Z`)
  }
  return time
}

/** Whether the calendar has this day: Date.parse takes 31 February for 3 March. */
function isDay(written: string): boolean {
  const midnight = Date.parse(written)
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(written)
}
