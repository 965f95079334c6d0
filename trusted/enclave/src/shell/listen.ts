import { writeSocketAddress, type SocketAddress } from "@event-manager/protocol"
import { createServer, type Server } from "node:net"
import { StartError } from "./startError.ts"

/** The two directions of the way to the host. */
export interface Channel {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
}

/**
 * The first connection that comes; there is no second in this life. `listening` is told once where, with the port that
 * was free where 0 was asked for. Rejects with StartError (LISTEN).
 */
export async function acceptOne(address: SocketAddress, listening: (where: string) => void): Promise<Channel> {
  // Small packets go both ways and wait for one another.
  const server = createServer({ noDelay: true })
  server.maxConnections = 1
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(unusable(address, cause)))
    server.once("connection", (socket) => {
      server.close()
      // A connection that breaks has ended, and that is seen by its end.
      socket.on("error", () => {})
      resolve({ input: socket, output: socket })
    })
    server.listen(address.kind === "unix" ? { path: address.path } : { host: address.host, port: address.port }, () =>
      listening(writeSocketAddress(boundTo(address, server))),
    )
  })
}

function boundTo(address: SocketAddress, server: Server): SocketAddress {
  const bound = server.address()
  return address.kind === "tcp" && bound !== null && typeof bound === "object"
    ? { ...address, port: bound.port }
    : address
}

function unusable(address: SocketAddress, cause: Error): StartError {
  const code = "code" in cause ? String(cause.code) : "UNKNOWN"
  const advice =
    address.kind === "unix"
      ? "see that its folder exists, that no other enclave listens there, and remove what a killed one left"
      : "see that the address is one of this machine's, and the port free"
  return new StartError("LISTEN", `cannot listen on ${writeSocketAddress(address)} (${code}): ${advice}`, { cause })
}
