import type { Parameters } from "fast-check"
import type { TestContext } from "node:test"

/** Set FUZZ_SEED to replay a run, and FUZZ_RUNS, 1 or more, to multiply how many cases each property gets. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_123)
const SCALE = Math.max(1, Number(process.env.FUZZ_RUNS ?? 1))

/** What every property of this repository is checked with; prints the seed. fast-check prints the path of a failure. */
export function fuzz<T>(t: TestContext, runs: number): Parameters<T> {
  const numRuns = Math.round(runs * SCALE)
  t.diagnostic(`FUZZ_SEED=${SEED}, ${numRuns} runs`)
  return { seed: SEED, numRuns }
}
