import { extname } from "node:path"
import { Worker } from "node:worker_threads"
import { errorLabel } from "../errors.ts"
import type { ClosableStore } from "./engine.ts"
import { StoreError, type StoreCode } from "./storeError.ts"

/** What can be asked of the store in the thread, and how it is asked. */
type Method = keyof ClosableStore
export interface Call {
  readonly id: number
  readonly method: Method
  readonly args: readonly unknown[]
}

/** The answer to a call, or where it opens or fails to, the one numbered OPENED. */
export type Answer = { readonly id: number } & (
  | { readonly value: unknown; readonly failure?: undefined }
  | { readonly failure: { readonly code: StoreCode; readonly message: string } }
)
export const OPENED = 0

/** Beside this file, and compiled or not as it is. */
const program = new URL(`./sqliteWorker${extname(import.meta.url)}`, import.meta.url)

/**
 * The store in one SQLite file, in a thread of its own: while that waits for the disk, the host goes on relaying. Calls
 * are carried out one after the other, in their order. The thread does not keep the process alive while nothing is
 * asked. `worker` is the program that it runs. Rejects with StoreError as sqliteStore throws it, or STORE_FAILED.
 */
export async function openSqliteThread(path: string, worker = program): Promise<ClosableStore> {
  const thread = new StoreThread(path, worker)
  await thread.opened
  return thread
}

interface Waiting {
  /** Takes what the call brings, whose type the method says. */
  readonly resolve: (value: never) => void
  readonly reject: (error: StoreError) => void
}

class StoreThread implements ClosableStore {
  readonly opened: Promise<void>
  readonly #path: string
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #nextId = OPENED
  #closed: Promise<void> | undefined
  #broken: StoreError | undefined

  constructor(path: string, worker: URL) {
    this.#path = path
    this.#worker = new Worker(worker, { workerData: path })
    this.#worker.on("message", (answer: Answer & { readonly value: never }) => this.#settle(answer))
    this.#worker.on("error", (cause) => this.#fail(cause))
    this.#worker.on("exit", () => this.#fail(undefined))
    this.opened = this.#expect<void>(this.#newId())
  }

  append(index: number, record: Uint8Array): Promise<void> {
    return this.#call("append", index, record)
  }

  records(from: number): ReturnType<ClosableStore["records"]> {
    return this.#call("records", from)
  }

  snapshot(): ReturnType<ClosableStore["snapshot"]> {
    return this.#call("snapshot")
  }

  snapshotPart(part: number): Promise<Uint8Array> {
    return this.#call("snapshotPart", part)
  }

  putSnapshotPart(upTo: number, part: number, bytes: Uint8Array): Promise<void> {
    return this.#call("putSnapshotPart", upTo, part, bytes)
  }

  commitSnapshot(upTo: number, parts: number): Promise<void> {
    return this.#call("commitSnapshot", upTo, parts)
  }

  async close(): Promise<void> {
    this.#closed ??= this.#end(this.#call("close"))
    await this.#closed
  }

  async #end(closed: Promise<void>): Promise<void> {
    try {
      await closed
    } catch (error) {
      // A thread that has ended by itself has nothing left to close.
      if (error !== this.#broken) throw error
    } finally {
      await this.#worker.terminate()
    }
  }

  async #call<T>(method: Method, ...args: readonly unknown[]): Promise<T> {
    if (this.#closed !== undefined) throw new StoreError("STORE_CLOSED", `${this.#path} is closed`)
    if (this.#broken !== undefined) throw this.#broken
    const id = this.#newId()
    // A copy is handed over: the caller may still want its bytes, and what is cloned is all of the memory that they are in.
    const copies = args.map((arg) => (arg instanceof Uint8Array ? new Uint8Array(arg) : arg))
    const memory = copies.flatMap((copy) =>
      copy instanceof Uint8Array && copy.buffer instanceof ArrayBuffer ? [copy.buffer] : [],
    )
    this.#worker.postMessage({ id, method, args: copies } satisfies Call, memory)
    return this.#expect(id)
  }

  #newId(): number {
    const id = this.#nextId
    this.#nextId += 1
    return id
  }

  #expect<T>(id: number): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    this.#waiting.set(id, { resolve, reject })
    this.#worker.ref()
    return promise
  }

  #settle({ id, value, failure }: Answer & { readonly value: never }): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#worker.unref()
    if (failure === undefined) waiting?.resolve(value)
    else waiting?.reject(new StoreError(failure.code, failure.message))
  }

  #fail(cause: unknown): void {
    const why = cause === undefined ? "" : ` (${errorLabel(cause)})`
    const text = `${this.#path} cannot be used: the thread that it is read and written by has ended${why}; start again`
    this.#broken ??= new StoreError("STORE_FAILED", text, { cause })
    for (const { reject } of this.#waiting.values()) reject(this.#broken)
    this.#waiting.clear()
  }
}
