import { CodedError, type Store, type StoredRecord, type ToEnclave, type ToHost } from "@event-manager/protocol"

type Answer = ToEnclave["body"]
type AnswerOf<Kind extends Answer["kind"]> = Extract<Answer, { kind: Kind }>

/** The host did not keep, or did not bring back, what it was asked to. Its code says why, in the host's words. */
class StoreFailure extends CodedError<string> {
  constructor(code: string) {
    super(code, `the host's store failed: ${code}`)
  }
}

/** The host's store at the other end of the pipe. Its promises reject where the host says that it failed. */
export class PipeStore implements Store {
  readonly #send: (message: ToHost) => void
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>()
  #latestId = 0

  constructor(send: (message: ToHost) => void) {
    this.#send = send
  }

  async append(index: number, record: Uint8Array): Promise<void> {
    await this.#ask({ kind: "append", index, record: new Uint8Array(record) }, "done")
  }

  async records(from: number): Promise<readonly StoredRecord[]> {
    return (await this.#ask({ kind: "records", from }, "records")).records
  }

  async snapshot(): Promise<{ upTo: number; parts: number } | undefined> {
    return (await this.#ask({ kind: "snapshot" }, "snapshot")).snapshot
  }

  async snapshotPart(part: number): Promise<Uint8Array> {
    return (await this.#ask({ kind: "snapshotPart", part }, "part")).bytes
  }

  async putSnapshotPart(upTo: number, part: number, bytes: Uint8Array): Promise<void> {
    await this.#ask({ kind: "putSnapshotPart", upTo, part, bytes: new Uint8Array(bytes) }, "done")
  }

  async commitSnapshot(upTo: number, parts: number): Promise<void> {
    await this.#ask({ kind: "commitSnapshot", upTo, parts }, "done")
  }

  /** Takes an answer of the host's. */
  settle({ id, body }: ToEnclave): void {
    this.#waiting.get(id)?.resolve(body)
    this.#waiting.delete(id)
  }

  async #ask<Kind extends Answer["kind"]>(body: ToHost["body"], kind: Kind): Promise<AnswerOf<Kind>> {
    const id = ++this.#latestId
    const waiting: PromiseWithResolvers<Answer> = Promise.withResolvers()
    this.#waiting.set(id, waiting)
    this.#send({ id, body })
    const answer = await waiting.promise
    if (isOf(answer, kind)) return answer
    throw new StoreFailure(answer.kind === "failed" ? answer.code : "STORE_NONSENSE")
  }
}

function isOf<Kind extends Answer["kind"]>(body: Answer, kind: Kind): body is AnswerOf<Kind> {
  return body.kind === kind
}
