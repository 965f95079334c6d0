/*
 * event-enclave: the enclave as a process of its own, answering the crossing's questions on standard input with
 * packets on standard output. It ends when its input does.
 */
import {
  answerPacket,
  DecodeError,
  PacketReader,
  readQuestion,
  type Answer,
  type EnclaveCrossing,
  type Question,
} from "@event-manager/protocol"
import { openEnclave } from "./enclave.ts"
import { simulationPlatform } from "./platform/simulation.ts"

const packets = new PacketReader()
const outgoing: Uint8Array[] = []
let enclave: EnclaveCrossing | undefined

// The bundle has been read; from here on nothing may be. (Node's --permission; absent where the process runs without.)
process.permission?.drop("fs.read")

process.stdin.on("data", (chunk: Uint8Array) => {
  for (const body of packets.push(chunk)) void answer(readQuestion(body))
})
process.stdin.on("end", () => process.exit(0))
process.on("uncaughtException", (error) => die(error))
process.on("unhandledRejection", (error) => die(error))

async function answer(question: Question): Promise<void> {
  send({ id: question.id, body: await bodyFor(question.body) })
}

async function bodyFor(body: Question["body"]): Promise<Answer["body"]> {
  if (body.kind === "start") {
    enclave = await openEnclave(simulationPlatform(body))
    return { kind: "started" }
  }
  if (enclave === undefined) throw new DecodeError("UNKNOWN_VARIANT", "a question before the start")
  if (body.kind === "evidence") return { kind: "evidence", evidence: new Uint8Array(await enclave.evidence()) }
  const { reply, changed } = await enclave.deliver(body.frame)
  return { kind: "delivered", reply: new Uint8Array(reply), changed }
}

/** Answers given in one turn of the event loop leave in one write. */
function send(reply: Answer): void {
  outgoing.push(answerPacket(reply))
  if (outgoing.length === 1) setImmediate(flush)
}

function flush(): void {
  process.stdout.write(Buffer.concat(outgoing.splice(0)))
}

/** Only the name and code of an error leave: its message might quote an input. */
function die(error: unknown): never {
  const code = error instanceof Error && "code" in error ? String(error.code) : "UNKNOWN"
  const name = error instanceof Error ? error.name : "thrown value"
  process.stderr.write(`event-enclave: stopped: ${name} ${code}\n`)
  process.exit(70)
}
