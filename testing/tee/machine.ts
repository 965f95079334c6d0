/*
 * A machine with a test TEE in it, for enclaves in processes of their own: what an enclave's helper command asks of the
 * processor, it asks over a socket, and what a host and its clients need to know of the processor's maker stands in files.
 */
import { once } from "node:events"
import { mkdir, writeFile } from "node:fs/promises"
import { createServer, type Socket } from "node:net"
import { join } from "node:path"
import type { Launch } from "../../user/client/src/attestation/launch.ts"
import type { Bytes } from "./bytes.ts"
import { TEST_MEASUREMENT } from "./evidence.ts"
import { testTee, type TestTee } from "./testTee.ts"

export interface Machine {
  /** What the enclave runs to be vouched for: report data on its standard input, evidence on its output. */
  readonly evidenceCommand: string
  /** A folder of endorsements, as a host without a network has one. */
  readonly endorsements: string
  /** The file that `eventClient.ts` reads its roots from. */
  readonly roots: string
  /** What this machine measures, whatever runs. */
  readonly launch: Launch
  close(): Promise<void>
}

const HELPER = join(import.meta.dirname, "evidenceCommand.ts")
const CHIP_ID = 0x1a0
const CHIP_ID_BYTES = 64
const REPORTED_TCB = 0x180
const TCB_BYTES = 8

/** Starts the machine, whose processor is a Milan, with its files in `folder`. */
export async function startMachine(folder: string): Promise<Machine> {
  const tee = await testTee()
  const endorsements = join(folder, "endorsements")
  await mkdir(endorsements, { recursive: true })
  const roots = join(folder, "roots.json")
  await writeFile(roots, JSON.stringify(tee.written))
  const processor = await startProcessor(tee, endorsements)
  const socket = join(folder, "tee.sock")
  const server = createServer({ allowHalfOpen: true }, (connection) => answer(connection, processor.vouch))
  server.listen(socket)
  await once(server, "listening")
  return {
    evidenceCommand: `'${process.execPath}' '${HELPER}' '${socket}'`,
    endorsements,
    roots,
    launch: processor.launch,
    async close() {
      server.close()
      await once(server, "close")
    },
  }
}

type Vouch = (reportData: Bytes) => Promise<Bytes>

interface Processor {
  readonly vouch: Vouch
  readonly launch: Launch
}

/** One chip, with one key. */
async function startProcessor(tee: TestTee, endorsements: string): Promise<Processor> {
  const key = await tee.sevSnp.key("VCEK")
  const vouch: Vouch = (reportData) => tee.sevSnp.report(key, "VCEK", { reportData, measurement: TEST_MEASUREMENT })
  const report = await vouch(new Uint8Array(64))
  const chip = report.slice(CHIP_ID, CHIP_ID + CHIP_ID_BYTES).toHex()
  const tcb = report.slice(REPORTED_TCB, REPORTED_TCB + TCB_BYTES).toHex()
  await writeFile(join(endorsements, `milan-${chip}-${tcb}.der`), key.certificate)
  await writeFile(join(endorsements, "milan.crl"), await tee.sevSnp.ark.revoke([]))
  return { vouch, launch: { kind: "sev-snp", measurement: TEST_MEASUREMENT, vmpl: 0 } }
}

/** A question is the report data in hexadecimal digits, and ends with its sender's half of the connection. */
function answer(connection: Socket, vouch: Vouch): void {
  let asked = ""
  connection.setEncoding("latin1").on("data", (digits: string) => (asked += digits))
  connection.on("end", () => void vouch(Uint8Array.fromHex(asked.trim())).then((evidence) => connection.end(evidence)))
}
