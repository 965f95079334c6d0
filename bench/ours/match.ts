/**
 * Two participants, each with as many keys as the task says, half of them in common. Each submits its keys in bulk, and
 * both are told, by the enclave, which they have in common.
 */
import { name } from "@event-manager/client"
import { BenchError } from "../benchError.ts"
import { contend, timed } from "../contender.ts"
import { answerOf, keySets } from "../data.ts"
import { matchedKeys, submitKeys } from "./bulk.ts"
import { processorFigures, withHost, type Host } from "./host.ts"
import { createComputation, descriptorOf, newParticipant } from "./participant.ts"

const COMPUTATION = name("Match")

contend(async ({ seed, size }) => {
  const sets = keySets(seed, size)
  return withHost(true, async (host) => {
    const before = host.processorSeconds()
    const { seconds, value } = await timed(() => match(host, [sets.mine, sets.theirs]))
    const figures = processorFigures(host, before)
    const [answer = "", otherAnswer] = value.map(answerOf)
    if (answer !== otherAnswer) throw new BenchError("the two participants were told different keys")
    return { seconds, answer, figures }
  })
})

async function match(host: Host, sets: readonly (readonly string[])[]): Promise<readonly string[][]> {
  const participants = sets.map((keys) => ({ ...newParticipant(host), keys }))
  await createComputation(participants, COMPUTATION, "key")
  await Promise.all(
    participants.map(async (participant) => {
      await submitKeys(participant, await descriptorOf(participant, COMPUTATION), participant.keys)
    }),
  )
  return Promise.all(participants.map(matchedKeys))
}
