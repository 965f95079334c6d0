/*
 * event-enclave: the enclave as a process of its own, which speaks the crossing's packets on standard input and output.
 * It ends when its input does. `--anchor ADDRESS` names a freshness anchor (anchor/address.ts).
 */
import {
  CodedError,
  DecodeError,
  packetToHost,
  PacketReader,
  readToEnclave,
  type EnclaveCrossing,
  type Simulation,
  type ToEnclave,
  type ToHost,
} from "@event-manager/protocol"
import { openAnchor, parseAnchor } from "./anchor/address.ts"
import { openEnclave } from "./enclave.ts"
import { PipeStore } from "./pipeStore.ts"
import { simulationPlatform } from "./platform/simulation.ts"

const packets = new PacketReader()
const outgoing: Uint8Array[] = []
const store = new PipeStore(send)
const anchorAddress = /^--anchor=(.*)$/.exec(process.argv[2] ?? "")?.[1] ?? "none"
let enclave: EnclaveCrossing | undefined

// The bundle has been read; from here on nothing may be. (Node's --permission; absent where the process runs without.)
process.permission?.drop("fs.read")

process.stdin.on("data", (chunk: Uint8Array) => {
  for (const body of packets.push(chunk)) void take(readToEnclave(body))
})
process.stdin.on("end", () => process.exit(0))
process.on("uncaughtException", (error) => die(error))
process.on("unhandledRejection", (error) => die(error))

async function take(message: ToEnclave): Promise<void> {
  const { id, body } = message
  switch (body.kind) {
    case "start":
      return send({ id, body: await start(body) })
    case "evidence":
      return send({
        id,
        body: { kind: "evidence", evidence: new Uint8Array(await running().evidence()) },
      })
    case "deliver": {
      const { reply, changed } = await running().deliver(body.frame)
      return send({ id, body: { kind: "delivered", reply: new Uint8Array(reply), changed } })
    }
    case "done":
    case "records":
    case "snapshot":
    case "part":
    case "failed":
      store.settle(message)
  }
}

async function start(simulation: Simulation): Promise<ToHost["body"]> {
  try {
    const { sealingKey } = simulation
    const anchor = await openAnchor(parseAnchor(anchorAddress))
    enclave = await openEnclave({
      platform: simulationPlatform(simulation),
      store,
      sealingKey,
      anchor,
    })
    return { kind: "started" }
  } catch (error) {
    // Coded errors name records and anchors, never what is in them.
    if (error instanceof CodedError) return { kind: "failed", code: String(error.code), message: error.message }
    throw error
  }
}

function running(): EnclaveCrossing {
  if (enclave === undefined) throw new DecodeError("UNKNOWN_VARIANT", "a question before the start")
  return enclave
}

/** What is said in one turn of the event loop leaves in one write. */
function send(message: ToHost): void {
  outgoing.push(packetToHost(message))
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
