import { short } from "../format.ts"
import type { Scenario } from "../scenario.ts"
import { share, within } from "../verdicts.ts"

const OURS = "Event Manager"
const SIZE = 10_000_000
const TENTH = 1_000_000

/** Whether tens of millions of keys fit, and what each costs. */
export const capacity: Scenario = {
  name: "capacity",
  title: "So many keys of 17 bytes from ten participants",
  unit: "keys",
  sizes: { smoke: [500], quick: [10_000], usual: [100_000, TENTH], long: [100_000, TENTH, SIZE] },
  contenders: [{ name: OURS, trusts: "an enclave", program: "ours/capacity.ts" }],
  judge(rows) {
    const figure = (size: number, name: string): number | undefined => rows.figure(OURS, size, name)
    const [cost, before] = [figure(SIZE, "per key, µs"), figure(TENTH, "per key, µs")]
    return [
      share(`cost per key at ${short(SIZE)} within 25 % of that at ${short(TENTH)}`, cost, before, { atMost: 1.25 }),
      within("memory above the keys' text", figure(SIZE, "bytes above text"), { atMost: 80 }, "bytes a key"),
      within("restart", figure(SIZE, "restart, s"), { atMost: 20 }, "s"),
    ]
  },
}
