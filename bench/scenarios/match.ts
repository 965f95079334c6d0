import { short } from "../format.ts"
import type { Scenario } from "../scenario.ts"
import { share, timesFaster, timesSlowerAtMost } from "../verdicts.ts"

const OURS = "Event Manager"
const PSI = "psi.js 2.0.6"
const DH = "DH-PSI, libsodium 0.8.4"
const JOIN = "plain hash join"
const SIZE = 100_000
const LARGE = 1_000_000
const QUICK = 10_000
const SEMI_HONEST = "no one, while both follow the protocol"
const slow = { quick: QUICK, usual: SIZE, long: SIZE }

/** Two insurers find the vehicles that both have insured. */
export const match: Scenario = {
  name: "match",
  title: "Match of two sets of so many keys, half in common, both sides told",
  unit: "keys on each side",
  sizes: {
    smoke: [100],
    quick: [1_000, QUICK],
    usual: [1_000, QUICK, SIZE],
    long: [1_000, QUICK, SIZE, LARGE],
  },
  contenders: [
    { name: OURS, trusts: "an enclave", program: "ours/match.ts" },
    { name: PSI, trusts: SEMI_HONEST, program: "peers/psiJs.ts", isInstalled: true, sizeMax: slow },
    { name: DH, trusts: SEMI_HONEST, program: "peers/dhPsi.ts", isInstalled: true, sizeMax: slow },
    { name: JOIN, trusts: "whoever runs it, with everything", program: "peers/hashJoin.ts" },
  ],
  judge(rows) {
    const [ours, large] = [rows.seconds(OURS, SIZE), rows.seconds(OURS, LARGE)]
    const tenth = large === undefined ? undefined : large / (LARGE / SIZE)
    return [
      timesFaster(`300 times as fast as psi.js at ${short(SIZE)}`, ours, rows.seconds(PSI, SIZE), 300),
      timesFaster(`80 times as fast as DH-PSI at ${short(SIZE)}`, ours, rows.seconds(DH, SIZE), 80),
      timesSlowerAtMost(`under 10 times the plain hash join at ${short(SIZE)}`, ours, rows.seconds(JOIN, SIZE), 10),
      share(`cost per key at ${short(LARGE)} within 25 % of that at ${short(SIZE)}`, tenth, ours, { atMost: 1.25 }),
    ]
  },
}
