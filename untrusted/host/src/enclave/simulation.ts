/*
 * The enclave as a locked-down process of its own: the bundle that a TEE would run, with a key of this machine in place
 * of the hardware's. INSECURE: whoever has the machine has the key and the process's memory.
 */
import type { EnclaveCrossing, Simulation, Store } from "@event-manager/protocol/frame"
import type { ChildProcessWithoutNullStreams } from "node:child_process"
import { within, type Clock } from "../clock.ts"
import { HostError } from "../errors.ts"
import type { Log } from "../log.ts"
import { defaultBundle, takeBundle, type Bundle } from "./bundle.ts"
import { eachLine } from "./lines.ts"
import { availableLayer, spawnLockedDown } from "./lockdown.ts"
import type { EnclaveOptions, RunningEnclave } from "./running.ts"
import { sealingKeyOf, type KeptState } from "../state.ts"
import { PipeCrossing } from "./pipe.ts"
import { defaultSimulationKey, openSigner } from "./signer.ts"

const START_MS_MAX = 30_000
const STOP_MS_MAX = 5_000

interface EnclaveProcess {
  readonly pipe: PipeCrossing
  /** Comes true when the process has ended and its pipes are empty. */
  readonly ended: Promise<void>
  readonly kill: () => void
}

/** Throws HostError. */
export async function startSimulation(
  options: EnclaveOptions,
  state: KeptState,
  log: Log,
  clock: Clock,
): Promise<RunningEnclave> {
  const { store } = state
  const sealingKey = sealingKeyOf(state)
  const signer = await openSigner(options.simulationKey ?? defaultSimulationKey())
  const bundle = await takeBundle(options.enclaveBundle ?? defaultBundle)
  try {
    const enclave = runProcess(bundle, store, log)
    const { codeHash } = bundle
    await start(enclave, { codeHash, signingSeed: signer.seed, sealingKey }, clock)
    const identity = { codeHash: codeHash.toHex(), signer: signer.hash }
    return { crossing: crossingOf(enclave, clock), identity, gone: enclave.pipe.gone }
  } finally {
    // The process has read it, or never will.
    await bundle.discard()
  }
}

function runProcess(bundle: Bundle, store: Store, log: Log): EnclaveProcess {
  const layer = availableLayer()
  const child = spawnLockedDown(bundle.file, layer)
  log.info({ pid: child.pid, osLayer: layer }, "enclave process started under Node's permissions and this OS layer")
  const pipe = new PipeCrossing(child.stdin, child.stdout, store)
  eachLine(child.stderr, (line) => log.warn({ line }, "the enclave said"))
  return { pipe, ended: watch(child, pipe), kill: () => child.kill("SIGKILL") }
}

/** "close" and not "exit": answers that the enclave gave before its end are still read. */
function watch(child: ChildProcessWithoutNullStreams, pipe: PipeCrossing): Promise<void> {
  return new Promise((resolve) => {
    const end = (how: string): void => {
      pipe.end(new HostError("ENCLAVE_GONE", `the enclave process ended (${how}); what it had acknowledged is kept`))
      resolve()
    }
    child.once("error", (error) => end(error.name))
    child.once("close", (status, signal) => end(signal ?? `exit status ${status}`))
  })
}

async function start(enclave: EnclaveProcess, simulation: Simulation, clock: Clock): Promise<void> {
  const started = enclave.pipe.start(simulation)
  try {
    await within(clock, START_MS_MAX, started, () => {
      throw new HostError("ENCLAVE_START", "it did not answer in time")
    })
  } catch (cause) {
    enclave.kill()
    const why = cause instanceof HostError ? cause.message : "unknown"
    throw new HostError("ENCLAVE_START", `the enclave did not start: ${why}`, { cause })
  }
}

function crossingOf(enclave: EnclaveProcess, clock: Clock): EnclaveCrossing {
  const { pipe, ended, kill } = enclave
  // An enclave that talks nonsense is not left running.
  void pipe.gone.then(kill)
  return {
    evidence: () => pipe.evidence(),
    deliver: (frame) => pipe.deliver(frame),
    async close() {
      await pipe.close()
      await within(clock, STOP_MS_MAX, ended, kill)
      await ended
    },
  }
}
