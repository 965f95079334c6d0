import { seedOf } from "../dice.ts"
import { runnerAt } from "../levels.ts"
import type { Defect } from "../variant.ts"

export interface Finding {
  readonly runs: number
  /** What did not hold. */
  readonly what: string
}

/**
 * Plants the defect and runs the simulator until it finds something, at most `runsMax` times. What it finds in the same
 * run without the defect is no finding.
 */
export async function search(defect: Defect, seed: number, runsMax: number): Promise<Finding | undefined> {
  const run = await runnerAt("ideal", defect)
  const runWithout = await runnerAt("ideal")
  for (let index = 0; index < runsMax; index++) {
    const [what] = (await run(seedOf(seed, index))).violations
    if (what === undefined) continue
    const { violations } = await runWithout(seedOf(seed, index))
    if (violations.length === 0) return { runs: index + 1, what }
  }
  return undefined
}
