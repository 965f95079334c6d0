import { readSocketAddress, SOCKET_SYNTAX, writeSocketAddress, type SocketAddress } from "@event-manager/protocol/frame"
import { once } from "node:events"
import { connect, type Socket } from "node:net"
import type { Clock } from "../clock.ts"
import { errorLabel, HostError } from "../errors.ts"

const CONNECT_MS_MAX = 30_000
const RETRY_MS = 250

/** The address of an enclave, as an option gives it. Throws HostError (NEEDS_TEE). */
export function enclaveAddress(mode: string, written: string | undefined): SocketAddress {
  if (written === undefined) {
    const first = "start event-enclave in one, with --listen, and name it with --enclave-connect"
    const meanwhile = "or use --enclave-mode simulation meanwhile: the same enclave, attested by a key of this machine"
    throw new HostError("NEEDS_TEE", `enclave mode ${mode} needs a TEE: ${first}; ${meanwhile}`)
  }
  const address = readSocketAddress(written)
  if (address !== undefined) return address
  throw new HostError("NEEDS_TEE", `--enclave-connect is ${SOCKET_SYNTAX}`)
}

/** A connection to an enclave that may still be starting. Throws HostError (ENCLAVE_START). */
export async function connectPatiently(address: SocketAddress, clock: Clock): Promise<Socket> {
  const late = new AbortController()
  const cancel = clock.after(CONNECT_MS_MAX, () => late.abort())
  // The clock's timers do not keep a process alive, and while this one waits nothing else may.
  const alive = setInterval(() => {}, CONNECT_MS_MAX)
  let reason = "it did not answer in time"
  try {
    while (!late.signal.aborted) {
      try {
        return await connectOnce(address, late.signal)
      } catch (error) {
        if (!late.signal.aborted) reason = errorLabel(error)
      }
      await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve))
    }
  } finally {
    cancel()
    clearInterval(alive)
  }
  const where = writeSocketAddress(address)
  throw new HostError(
    "ENCLAVE_START",
    `no enclave is at ${where} (${reason}): start event-enclave with --listen ${where}`,
  )
}

async function connectOnce(address: SocketAddress, signal: AbortSignal): Promise<Socket> {
  const where = address.kind === "unix" ? { path: address.path } : { host: address.host, port: address.port }
  // Small packets go both ways and wait for one another.
  const socket = connect({ ...where, signal, noDelay: true })
  await once(socket, "connect")
  return socket
}
