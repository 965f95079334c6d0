import { escapeText } from "@event-manager/client"
import { readDate } from "./time.ts"
import { UsageError } from "./usageError.ts"

const units = { m: 60, h: 3_600, d: 86_400, w: 7 * 86_400 } as const
const SPAN = /^([0-9]{1,6})([mhdw])$/

/** A span from `now`, or a date (ISO 8601, midnight UTC), in seconds since 1970. Throws UsageError. */
export function readExpiry(written: unknown, now: number): number | undefined {
  if (typeof written !== "string") return undefined
  const [, amount, unit] = SPAN.exec(written) ?? []
  if (unit === "m" || unit === "h" || unit === "d" || unit === "w") return now + Number(amount) * units[unit]
  const date = readDate(written)
  if (date === undefined) {
    throw new UsageError(
      `'${escapeText(written)}' is no time: give a span such as 30d or 12h, or a date such as 2030-12-31`,
    )
  }
  return date
}
