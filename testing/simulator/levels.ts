import type { Outcome } from "./simulation.ts"
import { microtasksDone, watchWebCrypto } from "./settled.ts"
import { load, type Defect, type Level } from "./variant.ts"

export type Run = (seed: number, change?: Change) => Promise<Outcome>
type Simulation = Awaited<ReturnType<typeof load>>
type Change = NonNullable<Parameters<Simulation["run"]>[1]["change"]>

/** The simulator at this level, or with a planted defect. */
export async function runnerAt(level: Level, defect?: Defect): Promise<Run> {
  const { run, drawnIn } = await load(level, defect)
  const settled = level === "full" ? watchWebCrypto(drawnIn) : microtasksDone
  // What X-Wing draws is not ours to choose: at that level the trace holds what happens, and not its bytes.
  const options = { settled, isToTheByte: level === "ideal" }
  return (seed, change) => run(seed, change === undefined ? options : { ...options, change })
}
