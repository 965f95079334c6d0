/** Runs the contenders of a scenario, each run in a process of its own. */
import { fork } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { BenchError } from "./benchError.ts"
import type { Outcome, Task } from "./contender.ts"
import { duration } from "./format.ts"
import { requireEqual, Rows, rowOf, type Row } from "./rows.ts"
import { contendersAt, type Contender, type Scale, type Scenario } from "./scenario.ts"

/** Whoever has taken this long at one size is not run again: a run of minutes varies little. */
const SECONDS_ENOUGH = 300

export interface Plan {
  readonly scale: Scale
  readonly runs: number
  readonly seed: number
  /** Told what has just been measured. */
  readonly say: (line: string) => void
}

/** Measures all sizes. Throws BenchError where a contender fails, or two find different answers. */
export async function contest(scenario: Scenario, plan: Plan): Promise<Rows> {
  const rows: Row[] = []
  for (const size of scenario.sizes[plan.scale]) rows.push(...(await atSize(scenario, size, plan)))
  return new Rows(rows)
}

/** By turns, so that what the machine does beside falls on all alike. */
async function atSize(scenario: Scenario, size: number, { scale, runs, seed, say }: Plan): Promise<Row[]> {
  const entries = contendersAt(scenario, scale, size).map((contender) => ({
    contender,
    outcomes: new Array<Outcome>(),
  }))
  for (let run = 0; run < runs; run++) {
    for (const { contender, outcomes } of entries) {
      if (outcomes.reduce((sum, { seconds }) => sum + seconds, 0) >= SECONDS_ENOUGH) continue
      const { option } = contender
      const outcome = await runOnce(contender, { seed, size, ...(option === undefined ? {} : { option }) })
      outcomes.push(outcome)
      say(`${scenario.name}, ${size} ${scenario.unit}, ${contender.name}: ${duration(outcome.seconds)}`)
    }
  }
  const rows = entries.map(({ contender, outcomes }) => rowOf(contender, size, outcomes))
  requireEqual(rows.map(({ contender, answer }) => ({ who: contender, answer })))
  return rows
}

async function runOnce({ name, program }: Contender, task: Task): Promise<Outcome> {
  const child = fork(join(import.meta.dirname, program), [], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    // What libraries print is none of the results.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  })
  let outcome: Outcome | undefined
  child.once("message", (message: Outcome) => (outcome = message))
  child.send(task)
  await once(child, "close")
  if (outcome === undefined) throw new BenchError(`${name} failed at ${task.size}; what it said stands above`)
  return outcome
}
