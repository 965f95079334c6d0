/**
 * Prio3Sum (draft-irtf-cfrg-vdaf-08) with two aggregators. Every client shards its value into two shares with a proof
 * that it is in range; the aggregators verify each together, and add up. All are in one process and nothing is sent
 * over a network or stored, which favours it.
 */
import { randomBytes } from "node:crypto"
import { contend, timed } from "../contender.ts"
import { averageOf, salaries } from "../data.ts"
import { load } from "./load.ts"

interface Shard {
  readonly publicShare: unknown
  readonly inputShares: readonly unknown[]
}
interface Prepared {
  readonly preparationState: unknown
  readonly preparationShare: unknown
}
interface Prio3Sum {
  readonly nonceSize: number
  readonly randSize: number
  readonly verifyKeySize: number
  shard(value: number, nonce: Buffer, random: Buffer): Promise<Shard>
  prepareInit(
    key: Buffer,
    aggregator: number,
    parameter: null,
    nonce: Buffer,
    open: unknown,
    share: unknown,
  ): Promise<Prepared>
  unshardPreparationShares(parameter: null, shares: readonly unknown[]): Promise<unknown>
  prepareNext(state: unknown, message: unknown): { readonly outputShare?: unknown }
  aggregate(parameter: null, shares: readonly unknown[]): unknown
  unshard(parameter: null, shares: readonly unknown[], count: number): number | bigint
}

const AGGREGATORS = 2
const BITS = 16

const { Prio3Sum } = load<{ Prio3Sum: new (options: { shares: number; bits: number }) => Prio3Sum }>("@divviup/prio3")

contend(async ({ seed, size }) => {
  const values = salaries(seed, size)
  const { seconds, value } = await timed(() => sumOf(values))
  return { seconds, answer: averageOf(value, size) }
})

async function sumOf(values: readonly number[]): Promise<number> {
  const prio = new Prio3Sum({ shares: AGGREGATORS, bits: BITS })
  const key = randomBytes(prio.verifyKeySize)
  const shares: unknown[][] = Array.from({ length: AGGREGATORS }, () => [])
  for (const value of values) {
    const prepared = await prepare(prio, key, value)
    shares.forEach((all, aggregator) => all.push(prepared[aggregator]))
  }
  const sums = shares.map((all) => prio.aggregate(null, all))
  return Number(prio.unshard(null, sums, values.length))
}

/** The share of one verified value that each aggregator adds up. Throws where it is out of range. */
async function prepare(prio: Prio3Sum, key: Buffer, value: number): Promise<unknown[]> {
  const nonce = randomBytes(prio.nonceSize)
  const { publicShare, inputShares } = await prio.shard(value, nonce, randomBytes(prio.randSize))
  const prepared: Prepared[] = []
  for (const [aggregator, share] of inputShares.entries()) {
    prepared.push(await prio.prepareInit(key, aggregator, null, nonce, publicShare, share))
  }
  const shares = prepared.map((each) => each.preparationShare)
  const message = await prio.unshardPreparationShares(null, shares)
  return prepared.map((each) => prio.prepareNext(each.preparationState, message).outputShare)
}
