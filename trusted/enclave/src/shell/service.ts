import {
  CodedError,
  DecodeError,
  packetToHost,
  PacketReader,
  readToEnclave,
  type EnclaveCrossing,
  type Simulation,
  type Store,
  type ToEnclave,
  type ToHost,
} from "@event-manager/protocol"
import type { Channel } from "./listen.ts"
import { PipeStore } from "./pipeStore.ts"
import { PlatformError } from "./platform/platform.ts"
import { StartError } from "./startError.ts"

type Start = (simulation: Simulation | undefined, store: Store) => Promise<EnclaveCrossing>

/** A message goes out with at most this many letters, which are fewer bytes than a packet holds. */
const MESSAGE_LETTERS_MAX = 250

/** Speaks the crossing's packets on a channel, for the enclave that `start` starts when the host says so. */
export function serve({ input, output }: Channel, start: Start): void {
  const service = new Service(output, start)
  const packets = new PacketReader()
  input.on("data", (chunk: Uint8Array) => {
    for (const body of packets.push(chunk)) void service.take(readToEnclave(body))
  })
}

class Service {
  readonly #output: Channel["output"]
  readonly #start: Start
  readonly #outgoing: Uint8Array[] = []
  readonly #store: PipeStore
  #starting: Promise<EnclaveCrossing> | undefined

  constructor(output: Channel["output"], start: Start) {
    this.#output = output
    this.#start = start
    this.#store = new PipeStore((message) => this.#send(message))
  }

  async take(message: ToEnclave): Promise<void> {
    const { id, body } = message
    switch (body.kind) {
      case "start":
        return this.#send({ id, body: await this.#begin(body.simulation) })
      case "evidence":
        return this.#send({ id, body: await this.#evidence() })
      case "deliver": {
        const { reply, changed } = await (await this.#running()).deliver(body.frame)
        return this.#send({ id, body: { kind: "delivered", reply: new Uint8Array(reply), changed } })
      }
      case "done":
      case "records":
      case "snapshot":
      case "part":
      case "failed":
        this.#store.settle(message)
    }
  }

  async #begin(simulation: Simulation | undefined): Promise<ToHost["body"]> {
    try {
      if (this.#starting !== undefined) throw new StartError("STARTED_BEFORE", "this process had its start; begin anew")
      this.#starting = this.#start(simulation, this.#store)
      await this.#starting
      return { kind: "started" }
    } catch (error) {
      // Coded errors name records, anchors and options, never what is in them.
      if (error instanceof CodedError) return failed(String(error.code), error.message)
      throw error
    }
  }

  /** A platform that gives none now does not end the life: sessions that are open need none. */
  async #evidence(): Promise<ToHost["body"]> {
    const enclave = await this.#running()
    try {
      return { kind: "evidence", evidence: new Uint8Array(await enclave.evidence()) }
    } catch (error) {
      if (error instanceof PlatformError) return failed(error.code, error.message)
      throw error
    }
  }

  async #running(): Promise<EnclaveCrossing> {
    if (this.#starting === undefined) throw new DecodeError("UNKNOWN_VARIANT", "a question before the start")
    return this.#starting
  }

  /** What is said in one turn of the event loop leaves in one write. */
  #send(message: ToHost): void {
    this.#outgoing.push(packetToHost(message))
    if (this.#outgoing.length === 1) setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#output.write(Buffer.concat(this.#outgoing.splice(0)))
  }
}

function failed(code: string, message: string): ToHost["body"] {
  return { kind: "failed", code, message: message.slice(0, MESSAGE_LETTERS_MAX).toWellFormed() }
}
