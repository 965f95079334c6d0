/**
 * Single submissions to a computation that already holds as many as the task says, and to one that is empty, by turns,
 * on one host: what is compared has the same machine, disk and moment.
 */
import { name, type Name } from "@event-manager/client"
import { contend, timed } from "../contender.ts"
import { vins } from "../data.ts"
import { median } from "../statistics.ts"
import { submitKeys } from "./bulk.ts"
import { withHost } from "./host.ts"
import { createComputation, descriptorOf, newParticipant, submit, type Participant } from "./participant.ts"

const TURNS_MAX = 500
const WARM_UP = 50
const DEEP = name("Deep")
const EMPTY = name("Empty")

contend(({ seed, size }) =>
  withHost(true, async (host) => {
    const participants = [newParticipant(host), newParticipant(host)] as const
    await createComputation(participants, DEEP, "key")
    await createComputation(participants, EMPTY, "key")
    await submitKeys(participants[0], await descriptorOf(participants[0], DEEP), vins(seed, 0, size))
    const turns = Math.min(TURNS_MAX, size)
    const [deep, empty] = await byTurns(participants[1], [DEEP, EMPTY], vins(seed, size, size + turns + WARM_UP))
    const figures = { "to it, ms": deep * 1_000, "to an empty one, ms": empty * 1_000, ratio: deep / empty }
    return { seconds: deep, answer: `${turns} answered`, figures }
  }),
)

/** The median seconds of a submission to each of the computations. */
async function byTurns(
  participant: Participant,
  computations: readonly [Name, Name],
  keys: Iterable<string>,
): Promise<[number, number]> {
  const taken: [number[], number[]] = [[], []]
  const [first, second] = [
    await descriptorOf(participant, computations[0]),
    await descriptorOf(participant, computations[1]),
  ]
  for (const key of keys) {
    taken[0].push((await timed(() => submit(participant, first, key))).seconds)
    taken[1].push((await timed(() => submit(participant, second, key))).seconds)
  }
  return [median(taken[0].slice(WARM_UP)), median(taken[1].slice(WARM_UP))]
}
