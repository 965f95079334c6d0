import {
  packetToHost,
  PacketReader,
  readToEnclave,
  type Store,
  type ToEnclave,
  type ToHost,
} from "@event-manager/protocol/frame"
import assert from "node:assert/strict"
import { PassThrough, Writable } from "node:stream"
import { test } from "node:test"
import { HostError } from "../errors.ts"
import { memoryStore } from "../storage/index.ts"
import { PipeCrossing } from "./pipe.ts"

const IN_FLIGHT = 200

/** The enclave's end of the pipe: questions as they come, and answers when the test gives them. */
class FarEnd {
  readonly input = new PassThrough()
  readonly output = new PassThrough()
  readonly questions: ToEnclave[] = []
  writes = 0
  readonly #packets = new PacketReader()
  #told: () => void = () => {}

  constructor() {
    this.input.on("data", (chunk: Uint8Array) => {
      this.writes += 1
      for (const packet of this.#packets.push(chunk)) this.questions.push(readToEnclave(packet))
      this.#told()
    })
  }

  async asked(count: number): Promise<void> {
    while (this.questions.length < count) await new Promise<void>((resolve) => void (this.#told = resolve))
  }

  answer(...answers: readonly ToHost[]): void {
    this.output.write(Buffer.concat(answers.map((answer) => packetToHost(answer))))
  }
}

function open(store: Store = memoryStore()) {
  const far = new FarEnd()
  return { far, crossing: new PipeCrossing(far.input, far.output, store) }
}

function frameOf(value: number): Uint8Array {
  return new Uint8Array(2_048).fill(value)
}

function delivered({ id, body }: ToEnclave): ToHost {
  assert(body.kind === "deliver")
  return { id, body: { kind: "delivered", reply: body.frame, changed: (body.frame[0] ?? 0) % 2 === 1 } }
}

test("Many in flight, answered in reverse order and in pieces, each get the answer to their own frame", async () => {
  const { far, crossing } = open()
  const deliveries = Array.from({ length: IN_FLIGHT }, (_, value) => crossing.deliver(frameOf(value)))
  await far.asked(IN_FLIGHT)
  const packets = Buffer.concat(
    far.questions
      .map(delivered)
      .reverse()
      .map((answer) => packetToHost(answer)),
  )
  for (let at = 0; at < packets.length; at += 777) far.output.write(packets.subarray(at, at + 777))
  for (const [value, delivery] of (await Promise.all(deliveries)).entries()) {
    assert.deepEqual([...delivery.reply.subarray(0, 2)], [value, value])
    assert.equal(delivery.changed, value % 2 === 1)
  }
})

test("Questions of one turn leave in one write", async () => {
  const { far, crossing } = open()
  const deliveries = Array.from({ length: IN_FLIGHT }, (_, value) => crossing.deliver(frameOf(value)))
  await far.asked(IN_FLIGHT)
  assert.equal(far.writes, 1)
  far.answer(...far.questions.map(delivered))
  await Promise.all(deliveries)
})

test("Nothing is written while the pipe is full, and all of it when there is room again", async () => {
  const writes: { readonly bytes: number; readonly done: () => void }[] = []
  const wrote: (() => void)[] = []
  const input = new Writable({
    highWaterMark: 1,
    write(chunk: Uint8Array, _encoding, done) {
      writes.push({ bytes: chunk.length, done })
      wrote.shift()?.()
    },
  })
  const crossing = new PipeCrossing(input, new PassThrough(), memoryStore())
  const next = (): Promise<void> => new Promise((resolve) => void wrote.push(resolve))
  const first = next()
  void crossing.evidence()
  await first
  void crossing.evidence()
  await new Promise(setImmediate)
  void crossing.evidence()
  await new Promise(setImmediate)
  assert.equal(writes.length, 1)
  assert.equal(input.writableLength, writes[0]?.bytes)
  const second = next()
  writes[0]?.done()
  await second
  assert.equal(writes[1]?.bytes, 2 * (writes[0]?.bytes ?? 0))
})

test("Start and evidence", async () => {
  const { far, crossing } = open()
  const bytes = (value: number): Uint8Array<ArrayBuffer> => new Uint8Array(32).fill(value)
  const simulation = { codeHash: bytes(1), signingSeed: bytes(2), sealingKey: bytes(3) }
  const started = crossing.start(simulation)
  await far.asked(1)
  assert.deepEqual(far.questions[0], { id: 1, body: { kind: "start", simulation } })
  far.answer({ id: 1, body: { kind: "started" } })
  await started
  const evidence = crossing.evidence()
  await far.asked(2)
  far.answer({ id: 2, body: { kind: "evidence", evidence: new Uint8Array([7]) } })
  assert.deepEqual(await evidence, new Uint8Array([7]))
})

test("An enclave that cannot start says why, in a line for the operator", async () => {
  const { far, crossing } = open()
  const started = crossing.start()
  await far.asked(1)
  assert.deepEqual(far.questions[0], { id: 1, body: { kind: "start", simulation: undefined } })
  far.answer({ id: 1, body: { kind: "failed", code: "RECORD_CHANGED", message: "record 3\nwas\u001b[2K changed" } })
  await assert.rejects(started, { name: "HostError", code: "ENCLAVE_START", message: "record 3 was [2K changed" })
})

test("An enclave that has no evidence now says why, and lives on", async () => {
  const { far, crossing } = open()
  const evidence = crossing.evidence()
  await far.asked(1)
  far.answer({ id: 1, body: { kind: "failed", code: "TSM_BUSY", message: "the platform is busy" } })
  await assert.rejects(evidence, { name: "HostError", code: "NO_EVIDENCE", message: "the platform is busy" })
  const delivery = crossing.deliver(frameOf(1))
  await far.asked(2)
  far.answer(...far.questions.slice(1).map(delivered))
  assert.equal((await delivery).changed, true)
})

test("What the enclave asks of its store is done, in the order of asking, and answered under its own ids", async () => {
  const store = memoryStore()
  const { far } = open(store)
  const [one, two, part] = [1, 2, 3].map((value) => new Uint8Array(2_048).fill(value))
  assert(one !== undefined && two !== undefined && part !== undefined)
  far.answer(
    { id: 1, body: { kind: "append", index: 0, record: new Uint8Array(one) } },
    { id: 2, body: { kind: "append", index: 1, record: new Uint8Array(two) } },
  )
  await far.asked(2)
  far.answer({ id: 3, body: { kind: "records", from: 0 } })
  await far.asked(3)
  far.answer({ id: 4, body: { kind: "putSnapshotPart", upTo: 1, part: 0, bytes: new Uint8Array(part) } })
  await far.asked(4)
  far.answer({ id: 5, body: { kind: "commitSnapshot", upTo: 1, parts: 1 } })
  await far.asked(5)
  far.answer({ id: 6, body: { kind: "snapshot" } })
  await far.asked(6)
  far.answer({ id: 7, body: { kind: "snapshotPart", part: 0 } })
  await far.asked(7)
  const records = [one, two].map((record, index) => ({ index, record: new Uint8Array(record) }))
  assert.deepEqual(
    far.questions.map(({ id, body }) => ({ id, ...body })),
    [
      { id: 1, kind: "done" },
      { id: 2, kind: "done" },
      { id: 3, kind: "records", records },
      { id: 4, kind: "done" },
      { id: 5, kind: "done" },
      { id: 6, kind: "snapshot", snapshot: { upTo: 1, parts: 1 } },
      { id: 7, kind: "part", bytes: new Uint8Array(part) },
    ],
  )
  assert.deepEqual(await store.records(1), [{ index: 1, record: two }])
})

test("A store that fails is answered with its code, and the crossing goes on", async () => {
  const { far, crossing } = open()
  far.answer({ id: 9, body: { kind: "snapshotPart", part: 5 } })
  await far.asked(1)
  const [answer] = far.questions
  assert(answer?.body.kind === "failed")
  assert.deepEqual([answer.id, answer.body.code], [9, "NO_SUCH_PART"])
  const evidence = crossing.evidence()
  await far.asked(2)
  far.answer({ id: 1, body: { kind: "evidence", evidence: new Uint8Array([7]) } })
  assert.deepEqual(await evidence, new Uint8Array([7]))
})

test("The enclave's end rejects all that is in flight and all that comes after, with its first reason", async () => {
  const { far, crossing } = open()
  const deliveries = [crossing.deliver(frameOf(1)), crossing.deliver(frameOf(2)), crossing.evidence()]
  await far.asked(3)
  crossing.end(new HostError("ENCLAVE_GONE", "it was killed"))
  crossing.end(new HostError("ENCLAVE_GONE", "another reason"))
  for (const delivery of [...deliveries, crossing.evidence()])
    await assert.rejects(delivery, { message: "it was killed" })
  assert.equal((await crossing.gone).message, "it was killed")
})

test("An end that was asked for is not news", async () => {
  const { far, crossing } = open()
  await crossing.close()
  assert.equal(far.input.writableEnded, true)
  crossing.end(new HostError("ENCLAVE_GONE", "it ended"))
  assert.equal(
    await Promise.race([crossing.gone, new Promise((resolve) => setImmediate(resolve, "nothing"))]),
    "nothing",
  )
  await assert.rejects(crossing.evidence(), { code: "ENCLAVE_GONE" })
})

const nonsense: Readonly<Record<string, (far: FarEnd) => void>> = {
  "an answer to no question": (far) => far.answer({ id: 99, body: { kind: "started" } }),
  "an answer of another kind": (far) => far.answer({ id: 1, body: { kind: "started" } }),
  "a packet longer than any": (far) => far.output.write(Buffer.alloc(4, 0xff)),
  "a packet that does not decode": (far) => far.output.write(Buffer.from([0, 0, 0, 1, 0])),
}
for (const [what, send] of Object.entries(nonsense)) {
  test(`Nonsense from the pipe ends the crossing: ${what}`, async () => {
    const { far, crossing } = open()
    const delivery = crossing.deliver(frameOf(1))
    await far.asked(1)
    send(far)
    await assert.rejects(delivery, { code: "ENCLAVE_GONE", message: /nonsense/ })
    assert.equal((await crossing.gone).code, "ENCLAVE_GONE")
  })
}

test("A pipe that breaks waits for whoever knows why", async () => {
  const { far, crossing } = open()
  const delivery = crossing.deliver(frameOf(1))
  far.input.destroy(new Error("EPIPE"))
  far.output.destroy(new Error("ECONNRESET"))
  await new Promise(setImmediate)
  crossing.end(new HostError("ENCLAVE_GONE", "exit status 70"))
  await assert.rejects(delivery, { message: "exit status 70" })
})
