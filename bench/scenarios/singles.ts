import type { Scenario } from "../scenario.ts"
import { share, within } from "../verdicts.ts"

const DURABLE = "Event Manager, durable"
const EPHEMERAL = "Event Manager, ephemeral"
const ECHO = "bare Fastify, 1 KiB echo"
const RATE = "requests/s"
const SIZE = 20_000
const QUICK = 2_000

/** Many people submit one value each, at the same time. */
export const singles: Scenario = {
  name: "singles",
  title: "Single submissions over HTTP by 64 clients at once",
  unit: "submissions",
  sizes: { smoke: [200], quick: [QUICK], usual: [SIZE], long: [SIZE] },
  contenders: [
    { name: DURABLE, trusts: "an enclave", program: "ours/singles.ts", option: "durable" },
    { name: EPHEMERAL, trusts: "an enclave", program: "ours/singles.ts", option: "ephemeral" },
    { name: ECHO, trusts: "whoever runs it, with everything", program: "peers/echo.ts" },
  ],
  judge(rows) {
    const size = rows.seconds(DURABLE, SIZE) === undefined ? QUICK : SIZE
    const rate = (contender: string): number | undefined => rows.figure(contender, size, RATE)
    return [
      share("at least a third of the echo server", rate(DURABLE), rate(ECHO), { atLeast: 1 / 3 }),
      share("at least 0.9 of the same without a disk", rate(DURABLE), rate(EPHEMERAL), { atLeast: 0.9 }),
      within("99 of 100 answered within 50 ms", rows.figure(DURABLE, size, "p99, ms"), { atMost: 50 }, "ms"),
    ]
  },
}
