import { overNumbers } from "./numbers.ts"

/** Who submitted the lowest number: everyone who ties, in participant order; never the number. */
export const minimum = overNumbers((entries) => {
  const lowest = entries.reduce((least, entry) => (entry.number < least.number ? entry : least)).number
  return {
    kind: "parties",
    parties: entries.filter((entry) => entry.number === lowest).map((entry) => entry.party),
  }
})
