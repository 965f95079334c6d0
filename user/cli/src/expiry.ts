import { escapeText } from "@event-manager/client"
import { UsageError } from "./usageError.ts"

const units = { m: 60, h: 3_600, d: 86_400, w: 7 * 86_400 } as const
const SPAN = /^([0-9]{1,6})([mhdw])$/
// With a time, the zone must be said: one moment must not mean two.
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2}))?$/

const DAY_LETTERS = "2030-12-31".length

/** A span from `now`, or a date (ISO 8601, midnight UTC), in seconds since 1970. Throws UsageError. */
export function readExpiry(written: unknown, now: number): number | undefined {
  if (typeof written !== "string") return undefined
  const [, amount, unit] = SPAN.exec(written) ?? []
  if (unit === "m" || unit === "h" || unit === "d" || unit === "w") return now + Number(amount) * units[unit]
  const date = DATE.test(written) && isDay(written.slice(0, DAY_LETTERS)) ? Date.parse(written) : Number.NaN
  if (Number.isNaN(date) || date < 0) {
    throw new UsageError(
      `'${escapeText(written)}' is no time: give a span such as 30d or 12h, or a date such as 2030-12-31`,
    )
  }
  return Math.floor(date / 1_000)
}

/** Whether the calendar has this day: Date.parse takes 31 February for 3 March. */
function isDay(written: string): boolean {
  const midnight = Date.parse(written)
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(written)
}
