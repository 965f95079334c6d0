/*
 * The enclave in a TEE, outside this process and mostly this machine: event-enclave listens there, and is told nothing
 * but to start. What it is, its evidence says, and clients decide; the name of the mode is what its operator means.
 */
import {
  decode,
  DecodeError,
  evidenceCodec,
  writeSocketAddress,
  type Platform,
  type Quote,
} from "@event-manager/protocol/frame"
import type { Socket } from "node:net"
import { within, type Clock } from "../clock.ts"
import { HostError } from "../errors.ts"
import type { Log } from "../log.ts"
import type { KeptState } from "../state.ts"
import { connectPatiently, enclaveAddress } from "./connect.ts"
import { debugSign } from "./debuggable.ts"
import { PipeCrossing } from "./pipe.ts"
import type { EnclaveOptions, RunningEnclave } from "./running.ts"

/** Its helper may have to ask a service for the sealing key, and its platform for a report. */
const START_MS_MAX = 150_000
const STOP_MS_MAX = 5_000

type TeeMode = "debug" | "release"

interface Connection {
  readonly pipe: PipeCrossing
  /** Comes true when the connection is over. */
  readonly ended: Promise<void>
  readonly destroy: () => void
}

/** Throws HostError. */
export async function startTee(
  mode: TeeMode,
  options: EnclaveOptions,
  { store }: KeptState,
  log: Log,
  clock: Clock,
): Promise<RunningEnclave> {
  const address = enclaveAddress(mode, options.enclaveConnect)
  const socket = await connectPatiently(address, clock)
  log.info({ address: writeSocketAddress(address) }, "connected to the enclave")
  const connection = converse(socket, writeSocketAddress(address), new PipeCrossing(socket, socket, store))
  const platform = await begin(mode, connection, clock)
  return { crossing: crossingOf(connection, clock), identity: undefined, platform, gone: connection.pipe.gone }
}

function converse(socket: Socket, where: string, pipe: PipeCrossing): Connection {
  const ended = new Promise<void>((resolve) => {
    socket.once("close", () => {
      const advice = "what it had acknowledged is kept; start both again"
      pipe.end(new HostError("ENCLAVE_GONE", `the connection to the enclave at ${where} ended; ${advice}`))
      resolve()
    })
  })
  return { pipe, ended, destroy: () => void socket.destroy() }
}

/** Starts it and asks who vouches for it: whoever does not is no TEE, whatever listens there. */
async function begin(mode: TeeMode, { pipe, ended, destroy }: Connection, clock: Clock): Promise<Platform> {
  const started = pipe.start().then(() => pipe.evidence())
  try {
    const evidence = await within(clock, START_MS_MAX, started, () => {
      throw new HostError("ENCLAVE_START", "it did not answer in time")
    })
    return checked(mode, evidence)
  } catch (cause) {
    destroy()
    await ended
    if (cause instanceof HostError && cause.code === "NEEDS_TEE") throw cause
    const why = cause instanceof HostError ? cause.message : "unknown"
    throw new HostError("ENCLAVE_START", `the enclave did not start: ${why}`, { cause })
  }
}

function checked(mode: TeeMode, evidence: Uint8Array): Platform {
  const quote = quoteIn(evidence)
  if (quote.kind === "mock" || quote.kind === "simulation") {
    const advice = "start event-enclave with --platform, or use --enclave-mode simulation"
    throw new HostError("NEEDS_TEE", `what answers is no TEE, its evidence is of ${quote.kind} mode: ${advice}`)
  }
  const sign = debugSign(quote)
  if (mode === "release" && sign !== undefined) {
    const advice = "launch it without, or use --enclave-mode debug, which clients count as insecure"
    throw new HostError("NEEDS_TEE", `enclave mode release needs a TEE that cannot be debugged, and ${sign}: ${advice}`)
  }
  return quote.kind
}

function quoteIn(evidence: Uint8Array): Quote {
  try {
    return decode(evidenceCodec, evidence).quote
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw new HostError("ENCLAVE_START", "its evidence does not decode: are host and enclave of one version?", {
      cause,
    })
  }
}

function crossingOf({ pipe, ended, destroy }: Connection, clock: Clock): RunningEnclave["crossing"] {
  // An enclave that talks nonsense is not listened to any longer.
  void pipe.gone.then(destroy)
  return {
    evidence: () => pipe.evidence(),
    deliver: (frame) => pipe.deliver(frame),
    async close() {
      await pipe.close()
      await within(clock, STOP_MS_MAX, ended, destroy)
      await ended
    },
  }
}
