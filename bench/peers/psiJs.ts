/**
 * OpenMined's private set intersection, on P-256 in WebAssembly. Both parties are in one process; the messages between
 * them are serialised as for a network. The client alone is told; it tells the server, which takes no time to speak of.
 * Its raw data structure is used, since the smaller ones (Bloom filter, Golomb-coded set) give false matches.
 */
import { contend, timed } from "../contender.ts"
import { answerOf, keySets } from "../data.ts"
import { load } from "./load.ts"

interface Message {
  serializeBinary(): Uint8Array
}
interface MessageType {
  deserializeBinary(bytes: Uint8Array): Message
}
interface Client {
  createRequest(keys: readonly string[]): Message
  getIntersection(setup: Message, response: Message): number[]
}
interface Server {
  createSetupMessage(falsePositives: number, clientKeys: number, keys: readonly string[], structure: unknown): Message
  processRequest(request: Message): Message
}
interface Psi {
  readonly client: { createWithNewKey(reveal: boolean): Client }
  readonly server: { createWithNewKey(reveal: boolean): Server }
  readonly request: MessageType
  readonly response: MessageType
  readonly serverSetup: MessageType
  readonly dataStructure: { readonly Raw: unknown }
}

/** The raw structure gives none; the library asks for a rate all the same. */
const FALSE_POSITIVES = 0.001
const start = load<() => Promise<Psi>>("@openmined/psi.js")

contend(async ({ seed, size }) => {
  const psi = await start()
  const { mine, theirs } = keySets(seed, size)
  const { seconds, value } = await timed(() => intersect(psi, mine, theirs))
  return { seconds, answer: answerOf(value) }
})

function intersect(psi: Psi, mine: readonly string[], theirs: readonly string[]): string[] {
  const server = psi.server.createWithNewKey(true)
  const client = psi.client.createWithNewKey(true)
  const structure = psi.dataStructure.Raw
  const setup = sent(psi.serverSetup, server.createSetupMessage(FALSE_POSITIVES, mine.length, theirs, structure))
  const request = sent(psi.request, client.createRequest(mine))
  const response = sent(psi.response, server.processRequest(request))
  return client.getIntersection(setup, response).map((at) => mine[at] ?? "")
}

function sent(type: MessageType, message: Message): Message {
  return type.deserializeBinary(message.serializeBinary())
}
