/**
 * The average of as many participants as the task says: each makes an identity, checks the enclave's evidence, opens a
 * session, reads the terms and submits; the first creates the computation, and asks for the result.
 */
import { name } from "@event-manager/client"
import { BenchError } from "../benchError.ts"
import { contend, timed } from "../contender.ts"
import { salaries } from "../data.ts"
import { processorFigures, withHost, type Host } from "./host.ts"
import { accepted, createComputation, descriptorOf, newParticipant, submit } from "./participant.ts"
import { together } from "../together.ts"

const COMPUTATION = name("Average")
/** Participants at work at once, as in the peer's runs. */
const AT_ONCE = 32

contend(async ({ seed, size }) => {
  const values = salaries(seed, size)
  return withHost(true, async (host) => {
    const before = host.processorSeconds()
    const { seconds, value } = await timed(() => average(host, values))
    return { seconds, answer: value, figures: processorFigures(host, before) }
  })
})

async function average(host: Host, values: readonly number[]): Promise<string> {
  const participants = values.map((value) => ({ ...newParticipant(host), value }))
  await createComputation(participants, COMPUTATION, "avg")
  await together(participants, AT_ONCE, async (participant) => {
    const descriptor = await descriptorOf(participant, COMPUTATION)
    await submit(participant, descriptor, String(participant.value))
  })
  const [convenor] = participants
  if (convenor === undefined) throw new BenchError("there is no participant")
  const released = accepted(await convenor.manager.result(await descriptorOf(convenor, COMPUTATION)))
  if (released.kind !== "released" || released.result.answer.kind !== "number") {
    throw new BenchError(`the enclave answered '${released.kind}' where an average was asked for`)
  }
  return released.result.answer.value
}
