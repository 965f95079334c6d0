import { seedOf } from "../dice.ts"
import { runnerAt } from "../levels.ts"
import type { Defect } from "../variant.ts"

export interface Finding {
  readonly runs: number
  /** What did not hold. */
  readonly what: string
}

/** Plants the defect and runs the simulator until it finds something, at most `runsMax` times. */
export async function search(defect: Defect, seed: number, runsMax: number): Promise<Finding | undefined> {
  const run = await runnerAt("ideal", defect)
  for (let index = 0; index < runsMax; index++) {
    const { violations } = await run(seedOf(seed, index))
    const [what] = violations
    if (what !== undefined) return { runs: index + 1, what }
  }
  return undefined
}
