import type { EnclaveCrossing, Simulation, Store } from "@event-manager/protocol"
import { openAnchor } from "./anchor/address.ts"
import { openEnclave } from "./enclave.ts"
import { runHelper } from "./helper.ts"
import type { HardwareOptions, Options, PlatformOptions } from "./options.ts"
import { commandQuote } from "./platform/command.ts"
import { readEventLog } from "./platform/eventLog.ts"
import { hardwarePlatform, type Quoter } from "./platform/hardware.ts"
import type { Platform } from "./platform/platform.ts"
import { simulationPlatform } from "./platform/simulation.ts"
import { tsmQuote } from "./platform/tsm.ts"
import { StartError } from "./startError.ts"

const SEALING_KEY_BYTES = 32

/** What a life stands on. */
interface Ground {
  readonly platform: Platform
  readonly sealingKey: Uint8Array
}

/**
 * Starts the enclave on the platform that its options name. `simulation` is what the host has sent: a real platform is
 * never talked into simulating, nor into the host's sealing key, and a simulated one has nothing else to stand on.
 * Throws StartError, AnchorError, RecoveryError.
 */
export async function start(
  options: Options,
  simulation: Simulation | undefined,
  store: Store,
): Promise<EnclaveCrossing> {
  const ground = await groundOf(options.platform, simulation)
  return openEnclave({ ...ground, store, anchor: await openAnchor(options.anchor) })
}

async function groundOf(options: PlatformOptions, simulation: Simulation | undefined): Promise<Ground> {
  if (options.kind === "simulation") {
    if (simulation !== undefined) {
      return { platform: simulationPlatform(simulation), sealingKey: simulation.sealingKey }
    }
    const advice = "name the real platform with --platform, or start it from a host in simulation mode"
    throw new StartError("SIMULATION", `this enclave simulates its platform, and the host did not play it: ${advice}`)
  }
  if (simulation !== undefined) {
    throw new StartError("SIMULATION", `this enclave runs on ${options.name} and does not simulate it for a host`)
  }
  const sealingKey = await sealingKeyFrom(options.rest)
  return { platform: hardwarePlatform(options.name, quoterOf(options)), sealingKey }
}

function quoterOf(options: Exclude<PlatformOptions, { kind: "simulation" }>): Quoter {
  const { eventLog } = options.rest
  return async (reportData) => {
    const quote =
      options.kind === "tsm"
        ? await tsmQuote(options.name, reportData, { folder: options.folder })
        : await commandQuote(options.name, options.command, reportData)
    if (quote.kind !== "tdx" || eventLog === undefined) return quote
    return { ...quote, eventLog: await readEventLog(eventLog) }
  }
}

async function sealingKeyFrom({ sealingKeyCommand }: HardwareOptions): Promise<Uint8Array> {
  const printed = await runHelper(sealingKeyCommand, "", SEALING_KEY_BYTES)
  if (!(printed instanceof Uint8Array)) throw keyFailure(printed.why)
  if (printed.length !== SEALING_KEY_BYTES) throw keyFailure(`it printed ${printed.length} bytes`)
  return printed
}

function keyFailure(why: string): StartError {
  return new StartError(
    "SEALING_KEY_COMMAND",
    `the sealing key command failed: ${why}; it must print ${SEALING_KEY_BYTES} bytes`,
  )
}
