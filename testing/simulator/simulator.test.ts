import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import { seedOf } from "./dice.ts"
import { runnerAt, type Run } from "./levels.ts"
import { search } from "./mutants/search.ts"
import { defects } from "./mutants/defects.ts"
import type { Plan } from "./plan.ts"

const SEED = 20_261
const IDEAL_RUNS = 300
const FULL_RUNS = 20
const RUNS_UNTIL_DISAGREEMENT_MAX = 200
/** Found within so many runs, the defects that show soon stand for all; `npm run simulate:mutants` tries every one. */
const RUNS_UNTIL_FOUND_MAX = 1_000

let ideal: Run
let full: Run

before(async () => {
  ideal = await runnerAt("ideal")
  full = await runnerAt("full")
})

describe("the adversarial simulator", () => {
  test(`finds nothing in ${IDEAL_RUNS} runs with ideal primitives`, () => findsNothing(ideal, IDEAL_RUNS))

  test(`finds nothing in ${FULL_RUNS} runs with real ones`, () => findsNothing(full, FULL_RUNS))

  test("takes the same course for the same seed, to the byte", async () => {
    for (let index = 0; index < 20; index++) {
      const [once, again] = [await ideal(seedOf(SEED, index)), await ideal(seedOf(SEED, index))]
      assert.deepEqual(again.trace, once.trace)
      assert.equal(again.digest, once.digest)
    }
  })

  test("takes the same course for the same seed with real primitives, step by step", async () => {
    const [once, again] = [await full(seedOf(SEED, 1)), await full(seedOf(SEED, 1))]
    assert.deepEqual(again.trace, once.trace)
    assert.equal(again.digest, once.digest)
  })

  test("finds two answers for 'first' without an anchor, where a host forks the enclave", async () => {
    const isFound = await disagrees((plan) => ({ ...plan, ...forked, isAnchored: false }))
    assert.ok(isFound, "the simulator does not look for what it is for")
  })

  test("and none, of the same seeds, with an anchor", async () => {
    assert.equal(await disagrees((plan) => ({ ...plan, ...forked, isAnchored: true })), false)
  })
})

describe("planted defects", () => {
  for (const defect of defects.filter(({ isSubtle }) => !isSubtle)) {
    test(defect.name, async () => assert.ok(await search(defect, SEED, RUNS_UNTIL_FOUND_MAX)))
  }
})

/** A host that forks and splits, and one computation of which it may hope for two answers. */
const forked: Partial<Plan> = {
  isHostHonest: false,
  colluders: 0,
  shapes: [{ type: "avg", quorum: 1, release: { kind: "first" } }],
}

async function findsNothing(run: Run, runs: number): Promise<void> {
  for (let index = 0; index < runs; index++) {
    const { violations } = await run(seedOf(SEED, index))
    assert.deepEqual(violations, [], `seed ${SEED}, run ${index}`)
  }
}

async function disagrees(change: (plan: Plan) => Plan): Promise<boolean> {
  for (let index = 0; index < RUNS_UNTIL_DISAGREEMENT_MAX; index++) {
    const { tally, violations } = await ideal(seedOf(SEED, index), change)
    assert.deepEqual(violations, [])
    if (tally.events.has("disagreement where none is excluded (first)")) return true
  }
  return false
}
