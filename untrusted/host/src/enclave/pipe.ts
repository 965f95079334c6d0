import {
  PacketReader,
  packetToEnclave,
  readToHost,
  type Delivery,
  type EnclaveCrossing,
  type Simulation,
  type Store,
  type ToEnclave,
  type ToHost,
} from "@event-manager/protocol/frame"
import type { Readable, Writable } from "node:stream"
import { errorLabel, HostError, type HostCode } from "../errors.ts"
import { isStoreQuestion, serveStore, type StoreQuestion } from "./storeService.ts"

type Body = ToHost["body"]
type BodyOf<Kind extends Body["kind"]> = Extract<Body, { kind: Kind }>
type Waiting = PromiseWithResolvers<Body>

/**
 * The crossing to an enclave at the other end of two pipes. Any number of questions may be in flight; questions asked
 * in one turn of the event loop leave in one write, and none is written while the pipe is full.
 */
export class PipeCrossing implements EnclaveCrossing {
  readonly #input: Writable
  readonly #store: Store
  readonly #packets = new PacketReader()
  readonly #waiting = new Map<number, Waiting>()
  readonly #outgoing: Uint8Array[] = []
  readonly #gone = Promise.withResolvers<HostError>()
  #latestId = 0
  #isFlushing = false
  #isClosing = false
  #end: HostError | undefined

  /** `input` is what the enclave reads, `output` what it writes, `store` what it keeps its state in. */
  constructor(input: Writable, output: Readable, store: Store) {
    this.#input = input
    this.#store = store
    output.on("data", (chunk: Uint8Array) => this.#receive(chunk))
    // A pipe breaks where the enclave has ended, and whoever watches its process says so, with the reason, in `end`.
    input.on("error", () => {})
    output.on("error", () => {})
  }

  /** Comes true where the enclave ends without having been closed. */
  get gone(): Promise<HostError> {
    return this.#gone.promise
  }

  /** `simulation` is for an enclave that simulates its platform, and for no other. */
  async start(simulation?: Simulation): Promise<void> {
    await this.#ask({ kind: "start", simulation }, "started", "ENCLAVE_START")
  }

  /** Rejects with HostError: NO_EVIDENCE where the enclave lives on and its platform gives none now. */
  async evidence(): Promise<Uint8Array> {
    const { evidence } = await this.#ask({ kind: "evidence" }, "evidence", "NO_EVIDENCE")
    return evidence
  }

  async deliver(frame: Uint8Array): Promise<Delivery> {
    const { reply, changed } = await this.#ask(
      { kind: "deliver", frame: new Uint8Array(frame) },
      "delivered",
      "ENCLAVE_GONE",
    )
    return { reply, changed }
  }

  /** Ends the enclave's input, at which it ends. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#input.end()
  }

  /** Rejects what is in flight and all that is asked from now on. Only the first reason counts. */
  end(error: HostError): void {
    if (this.#end !== undefined) return
    this.#end = error
    for (const waiting of this.#waiting.values()) waiting.reject(error)
    this.#waiting.clear()
    if (!this.#isClosing) this.#gone.resolve(error)
  }

  /** `failure` is what it means where the enclave answers that it cannot. */
  async #ask<Kind extends Body["kind"]>(body: ToEnclave["body"], kind: Kind, failure: HostCode): Promise<BodyOf<Kind>> {
    if (this.#end !== undefined) throw this.#end
    const id = ++this.#latestId
    const waiting: Waiting = Promise.withResolvers()
    this.#waiting.set(id, waiting)
    this.#send(packetToEnclave({ id, body }))
    const answer = await waiting.promise
    if (isOf(answer, kind)) return answer
    // Written for the operator by the enclave, which names records and never what is in them.
    if (answer.kind === "failed") throw new HostError(failure, oneLine(answer.message))
    throw this.#nonsense(`${answer.kind} where ${kind} was due`)
  }

  #send(packet: Uint8Array): void {
    this.#outgoing.push(packet)
    if (this.#isFlushing) return
    this.#isFlushing = true
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    const hasRoom = this.#input.write(Buffer.concat(this.#outgoing.splice(0)))
    if (hasRoom) this.#isFlushing = false
    else this.#input.once("drain", () => this.#resume())
  }

  #resume(): void {
    if (this.#outgoing.length > 0) this.#flush()
    else this.#isFlushing = false
  }

  #receive(chunk: Uint8Array): void {
    if (this.#end !== undefined) return
    try {
      for (const packet of this.#packets.push(chunk)) this.#take(readToHost(packet))
    } catch (cause) {
      this.#nonsense(errorLabel(cause))
    }
  }

  #take(message: ToHost): void {
    const { id, body } = message
    if (!isStoreQuestion(body)) return this.#settle(message)
    void this.#serve(id, body)
  }

  async #serve(id: number, question: StoreQuestion): Promise<void> {
    const answer = await serveStore(this.#store, question)
    if (this.#end === undefined) this.#send(packetToEnclave({ id, body: answer }))
  }

  #settle({ id, body }: ToHost): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) {
      this.#nonsense("an answer that nobody waits for")
      return
    }
    this.#waiting.delete(id)
    waiting.resolve(body)
  }

  #nonsense(what: string): HostError {
    const error = new HostError("ENCLAVE_GONE", `the enclave's pipe brought nonsense: ${what}`)
    this.end(error)
    return error
  }
}

/** Whoever is at the other end: what it says is one line. */
function oneLine(message: string): string {
  return message.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
}

function isOf<Kind extends Body["kind"]>(body: Body, kind: Kind): body is BodyOf<Kind> {
  return body.kind === kind
}
