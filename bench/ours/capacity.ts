/**
 * As many keys as the task says, from ten participants, none of them in common: what a key costs, what memory the
 * enclave needs for it beside the key's own text, and how long a restart on that state takes.
 */
import { name } from "@event-manager/client"
import { setTimeout as pause } from "node:timers/promises"
import { contend, timed } from "../contender.ts"
import { vins } from "../data.ts"
import { submitKeys } from "./bulk.ts"
import { inFolder, startHost, withHostIn, type Host } from "./host.ts"
import { createComputation, descriptorOf, newParticipant, type Participant } from "./participant.ts"

const COMPUTATION = name("Capacity")
const PARTICIPANTS = 10
const KEY_BYTES = 17

/** Node gives back what its heap no longer needs after a while without work: a second for so many keys, at most 30. */
const KEYS_PER_SECOND_OF_REST = 100_000
const REST_SECONDS_MAX = 30

contend(({ seed, size }) =>
  inFolder(async (folder) => {
    const filled = await withHostIn(folder, async (host) => {
      const { seconds } = await timed(() => fill(host, seed, size))
      return { seconds, above: await bytesAboveText(host, size) }
    })
    const restart = await timed(() => startHost(folder))
    const aboveAfter = await bytesAboveText(restart.value, size)
    await restart.value.stop()
    const figures = {
      "per key, µs": (filled.seconds / size) * 1e6,
      "bytes above text": filled.above,
      "the same after a restart": aboveAfter,
      "restart, s": restart.seconds,
    }
    return { seconds: filled.seconds, answer: `${size} keys`, figures }
  }),
)

async function fill(host: Host, seed: number, size: number): Promise<void> {
  const participants = Array.from({ length: PARTICIPANTS }, () => newParticipant(host))
  await createComputation(participants, COMPUTATION, "key")
  await Promise.all(participants.map((each, at) => bring(each, seed, size, at)))
}

/** Resident memory of the whole process for each key, less the key. */
async function bytesAboveText(host: Host, size: number): Promise<number> {
  await pause(Math.min(REST_SECONDS_MAX, size / KEYS_PER_SECOND_OF_REST) * 1_000)
  return host.enclaveBytes() / size - KEY_BYTES
}

async function bring(participant: Participant, seed: number, size: number, at: number): Promise<void> {
  const [from, to] = [at, at + 1].map((tenth) => Math.floor((size * tenth) / PARTICIPANTS))
  const descriptor = await descriptorOf(participant, COMPUTATION)
  await submitKeys(participant, descriptor, vins(seed, from ?? 0, to ?? 0))
}
