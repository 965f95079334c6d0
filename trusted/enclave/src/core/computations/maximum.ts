import { overNumbers } from "./numbers.ts"

/** Who submitted the highest number: everyone who ties, in participant order; never the number. */
export const maximum = overNumbers((entries) => {
  const highest = entries.reduce((most, entry) => (entry.number > most.number ? entry : most)).number
  return {
    kind: "parties",
    parties: entries.filter((entry) => entry.number === highest).map((entry) => entry.party),
  }
})
