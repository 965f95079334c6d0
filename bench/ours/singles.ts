/**
 * As many single submissions as the task says, by 64 clients at once, each with an identity and a session of its own,
 * all to one computation. What is timed begins when the sessions are open. The option says where the host keeps its
 * state: `durable` on disk, `ephemeral` nowhere.
 */
import { name } from "@event-manager/client"
import { contend } from "../contender.ts"
import { CLIENTS, load } from "../latency.ts"
import { processorFigures, withHost, type Host } from "./host.ts"
import { createComputation, descriptorOf, newParticipant, submit } from "./participant.ts"

const COMPUTATION = name("Singles")

contend(({ size, option }) =>
  withHost(option !== "ephemeral", async (host) => {
    const clients = await connect(host)
    const before = host.processorSeconds()
    const outcome = await load(size, clients)
    return { ...outcome, figures: { ...outcome.figures, ...processorFigures(host, before) } }
  }),
)

async function connect(host: Host): Promise<(() => Promise<void>)[]> {
  const participants = Array.from({ length: CLIENTS }, () => newParticipant(host))
  await createComputation(participants, COMPUTATION, "avg")
  return Promise.all(
    participants.map(async (participant, at) => {
      const descriptor = await descriptorOf(participant, COMPUTATION)
      let value = at
      return async () => {
        value += 1
        await submit(participant, descriptor, String(value))
      }
    }),
  )
}
