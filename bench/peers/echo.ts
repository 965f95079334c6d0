/**
 * A bare Fastify server in a process of its own, which sends back the 1 KiB that it gets: no enclave, no encryption, no
 * state. The clients are as many as in our runs, and speak HTTP through the same code.
 */
import { httpTransport } from "@event-manager/client"
import { join } from "node:path"
import { BenchError } from "../benchError.ts"
import { contend } from "../contender.ts"
import { CLIENTS, load } from "../latency.ts"
import { withServer } from "./server.ts"

const BODY_BYTES = 1_024

contend(({ size }) =>
  withServer(join(import.meta.dirname, "echoServer.ts"), [], async (url) => {
    const transport = httpTransport(url)
    const body = new Uint8Array(BODY_BYTES).fill(1)
    const send = async (): Promise<void> => {
      const { length } = await transport.mail(body)
      if (length !== BODY_BYTES) throw new BenchError(`${length} bytes came back`)
    }
    const clients = Array.from({ length: CLIENTS }, () => send)
    // Connections are open before the clock starts, as ours are.
    await Promise.all(clients.map((open) => open()))
    return load(size, clients)
  }),
)
