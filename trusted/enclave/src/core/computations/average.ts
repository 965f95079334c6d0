import { decimalText, formatDecimal, meanOf } from "@event-manager/protocol"
import { overNumbers } from "./numbers.ts"

/** The average of everybody's latest number. */
export const average = overNumbers((entries) => ({
  kind: "number",
  value: decimalText(formatDecimal(meanOf(entries.map((entry) => entry.number)))),
}))
