import type { EnclaveCrossing } from "@event-manager/protocol/frame"
import { systemClock, within, type Clock } from "./clock.ts"
import { hasSealingKey, startEnclave, type EnclaveMode } from "./enclave/modes.ts"
import type { EnclaveOptions, RunningEnclave } from "./enclave/running.ts"
import { openEndorser, type EndorsementOptions } from "./endorsements/endorse.ts"
import { errorLabel, HostError } from "./errors.ts"
import { openLog, type Log } from "./log.ts"
import { Metrics } from "./metrics.ts"
import { readPage } from "./page.ts"
import { Relay } from "./relay.ts"
import { openServer } from "./server.ts"
import type { App } from "./services.ts"
import { openState, type KeptState, type StateOptions } from "./state.ts"
import { WakeUps } from "./wakeUps.ts"

export const PORT_DEFAULT = 9_999
/** This machine alone, until somebody decides otherwise: no host is open to a network by accident. */
export const ADDRESS_DEFAULT = "127.0.0.1"
/**
 * Requests a second from one address. A bulk client puts thousands of keys in a mail and keeps several mails in flight:
 * it comes nowhere near this, nor do a few dozen people behind one router. The server itself takes some 37,000 a second,
 * so that one address alone cannot crowd out the others.
 */
export const RATE_LIMIT_DEFAULT = 2_000

/** Frames with the enclave at once: at a mebibyte each, in and out, half a gibibyte. */
const DELIVERIES_MAX = 256
const LISTENERS_MAX = 1_024
const CLOSE_MS_MAX = 10_000

export interface HostOptions extends EnclaveOptions, StateOptions, EndorsementOptions {
  readonly enclaveMode: EnclaveMode
  /** 0 for any free port. */
  readonly port?: number
  /** The IP address or name to listen on. */
  readonly address?: string
  /** Requests a second from one address, 0 for any number. */
  readonly rateLimit?: number
  /** Silent by default. */
  readonly log?: Log
  readonly clock?: Clock
  /** Used in place of starting an enclave; `enclaveMode` is then only a name. It is closed with the host. */
  readonly crossing?: EnclaveCrossing
  /** Bounds that tests lower. */
  readonly deliveriesMax?: number
  readonly listenersMax?: number
  /** The folder of the built page, to be served too. */
  readonly page?: string
}

export interface Host {
  readonly url: string
  readonly enclaveMode: EnclaveMode
  /** In simulation. */
  readonly identity: RunningEnclave["identity"]
  /** In a TEE. */
  readonly platform: RunningEnclave["platform"]
  /** Comes true where the enclave ends of itself. All requests are refused from then on; what is left is to close. */
  readonly gone: Promise<HostError>
  /** Takes no more, lets what is in flight finish within ten seconds, and closes the enclave. May be called again. */
  close(): Promise<void>
}

/** Starts enclave and server. Throws HostError, and leaves nothing running. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { log = openLog("silent"), clock = systemClock } = options
  const state =
    options.crossing === undefined ? await openState(options, hasSealingKey(options.enclaveMode)) : undefined
  try {
    const enclave = await enclaveOf(options, state, log, clock)
    return await serve(options, enclave, log, clock).catch(async (error: unknown) => {
      await enclave.crossing.close()
      throw error
    })
  } catch (error) {
    await state?.store.close()
    throw error
  }
}

async function enclaveOf(
  options: HostOptions,
  state: KeptState | undefined,
  log: Log,
  clock: Clock,
): Promise<RunningEnclave> {
  const { crossing, enclaveMode } = options
  if (crossing !== undefined) return { crossing, identity: undefined, gone: new Promise<never>(() => {}) }
  const { store, sealingKey } = state ?? (await openState({}))
  const endorser = await openEndorser(options, log, clock)
  const enclave = await startEnclave(enclaveMode, options, { store, sealingKey }, log, clock)
  const close = async (): Promise<void> => {
    // What the enclave still has to store comes first.
    try {
      await enclave.crossing.close()
    } finally {
      await store.close()
    }
  }
  const { crossing: running } = enclave
  const evidence = async (): Promise<Uint8Array> => endorser.endorse(await running.evidence())
  // What a TEE's evidence needs is fetched before the first client asks. Where there is none, that client hears of it.
  if (enclave.platform !== undefined) void evidence().catch(() => {})
  return { ...enclave, crossing: { evidence, deliver: (frame) => running.deliver(frame), close } }
}

async function serve(options: HostOptions, enclave: RunningEnclave, log: Log, clock: Clock): Promise<Host> {
  const { enclaveMode, rateLimit = RATE_LIMIT_DEFAULT, deliveriesMax = DELIVERIES_MAX } = options
  const page = options.page === undefined ? undefined : await readPage(options.page)
  const relay = new Relay(enclave.crossing, deliveriesMax)
  const wakeUps: WakeUps = new WakeUps(clock, options.listenersMax ?? LISTENERS_MAX, () => metrics.wokeUp())
  const metrics = new Metrics({ deliveries: () => relay.deliveries, listeners: () => wakeUps.listeners })
  let closing: Promise<void> | undefined
  const isClosing = (): boolean => closing !== undefined || relay.isGone
  const app = await openServer({ mode: enclaveMode, relay, wakeUps, metrics, log, rateLimit, page, isClosing })
  void enclave.gone.then((error) => relay.end(error))
  void relay.gone.then((error) => log.fatal({ err: error, code: error.code }, "the enclave is gone"))
  const url = await listen(app, options)
  const close = (): Promise<void> => (closing ??= closeAll(app, enclave.crossing, clock))
  const { identity, platform } = enclave
  return { url, enclaveMode, identity, platform, gone: relay.gone, close }
}

async function listen(app: App, { address = ADDRESS_DEFAULT, port = PORT_DEFAULT }: HostOptions): Promise<string> {
  try {
    return await app.listen({ host: address, port })
  } catch (cause) {
    await app.close()
    const advice = "is the port free, and the address one of this machine's?"
    throw new HostError("ADDRESS", `cannot listen on ${address} port ${port} (${errorLabel(cause)}); ${advice}`, {
      cause,
    })
  }
}

async function closeAll(app: App, crossing: EnclaveCrossing, clock: Clock): Promise<void> {
  const served = app.close()
  await within(clock, CLOSE_MS_MAX, served, () => app.server.closeAllConnections())
  await served
  await crossing.close()
}
