import { short } from "../format.ts"
import type { Scenario } from "../scenario.ts"
import { within } from "../verdicts.ts"

const OURS = "Event Manager"
const SIZE = 1_000_000

/** Whether a submission costs more the more there were before it. */
export const depth: Scenario = {
  name: "depth",
  title: "One submission to a computation with so many earlier ones, and to an empty one",
  unit: "earlier submissions",
  sizes: { smoke: [20], quick: [10_000], usual: [1_000, 10_000, 100_000], long: [1_000, 10_000, 100_000, SIZE] },
  contenders: [{ name: OURS, trusts: "an enclave", program: "ours/depth.ts" }],
  judge: (rows) => [
    within(
      `at ${short(SIZE)}, within 10 % of an empty one`,
      rows.figure(OURS, SIZE, "ratio"),
      { atMost: 1.1 },
      "times",
    ),
  ],
}
