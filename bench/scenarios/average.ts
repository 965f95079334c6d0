import { short } from "../format.ts"
import type { Scenario } from "../scenario.ts"
import { timesFaster, within } from "../verdicts.ts"

const OURS = "Event Manager"
const JIFF = "JIFF 1.0.0, REST, as shipped"
const TUNED = "JIFF 1.0.0, REST, tuned"
const PRIO = "Prio3Sum (divviup 0.8.0)"
const SIZE = 1_000
const jiff = {
  trusts: "no one, while server and analyst do not collude",
  program: "peers/jiffRest.ts",
  isInstalled: true,
} as const

/** A company asks its employees what they earn. */
export const average: Scenario = {
  name: "average",
  title: "Average of so many participants, each its own identity and session",
  unit: "participants",
  sizes: { smoke: [10], quick: [10, 100], usual: [10, 100, SIZE], long: [10, 100, SIZE] },
  contenders: [
    { name: OURS, trusts: "an enclave", program: "ours/average.ts" },
    { ...jiff, name: JIFF, option: "shipped" },
    { ...jiff, name: TUNED, option: "tuned" },
    {
      name: PRIO,
      trusts: "no one, while two aggregators do not collude",
      program: "peers/prio3.ts",
      isInstalled: true,
    },
  ],
  judge: (rows) => [
    timesFaster(`20 times as fast as JIFF at ${short(SIZE)}`, rows.seconds(OURS, SIZE), rows.seconds(JIFF, SIZE), 20),
    timesFaster(`10 times as fast as Prio3 at ${short(SIZE)}`, rows.seconds(OURS, SIZE), rows.seconds(PRIO, SIZE), 10),
    within("the whole run under 3 s", rows.seconds(OURS, SIZE), { atMost: 3 }, "s"),
  ],
}
