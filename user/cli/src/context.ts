import {
  escapeText,
  EventManager,
  httpTransport,
  makeCard,
  parseConstraint,
  UserError,
  type Constraint,
  type Identity,
  type Name,
  type PartyKey,
  type Roots,
  type Transport,
} from "@event-manager/client"
import {
  Cards,
  createIdentity,
  Memory,
  readConfig,
  readIdentity,
  takeLock,
  type Config,
} from "@event-manager/client/node"
import { setTimeout as pause } from "node:timers/promises"
import { DEFAULT_CONFIG_FILE, DEFAULT_SERVER } from "./defaults.ts"
import { passphraseFrom } from "./passphrase.ts"
import type { Voice } from "./report.ts"

/** The options that every command has. */
export interface CommonOptions {
  readonly server?: string
  readonly configFile?: string
  readonly json?: boolean
  readonly acceptNewEnclave?: string
  readonly passphraseFile?: string
}

/** What is there whoever the user is. */
export interface Desk {
  /** Whom evidence must lead to, in tests: undefined for the makers' own. */
  readonly roots: Roots | undefined
  readonly voice: Voice
  /** Seconds since 1970. */
  readonly now: () => number
}

/** What a command works with: who the user is, whom they know, and how to reach the enclave. */
export interface Context extends Desk {
  readonly name: Name
  readonly identity: Identity
  readonly cards: Cards
  readonly memory: Memory
  readonly options: CommonOptions
  /** The way to the host; nothing is checked yet. */
  readonly transport: () => Transport
  /** What the user accepts. Throws UserError. */
  readonly constraint: () => Constraint
  /** The enclave, checked before anything is sent to it. Throws UserError. */
  readonly manager: () => EventManager
  /** Likewise, for what takes long: it waits for a host that restarts, a quarter of a minute in all. */
  readonly patientManager: () => EventManager
  /** A key as the user knows it, safe for a terminal. */
  readonly show: (party: PartyKey) => string
  /** Lets other commands of this identity run from now on. */
  readonly unlock: () => void
}

const ATTEMPTS_MAX = 4
const PATIENT_ATTEMPTS_MAX = 6

export function identityPath(name: Name): string {
  return `${name}.identity.pem`
}

/** Takes the identity's lock, and reads or makes the identity. Throws UserError. */
export async function openContext(name: Name, options: CommonOptions, desk: Desk): Promise<Context> {
  const lock = takeLock(`${name}.lock`, name)
  try {
    return await contextOf(name, options, desk, () => lock.release())
  } catch (error) {
    lock.release()
    throw error
  }
}

async function contextOf(name: Name, options: CommonOptions, desk: Desk, unlock: () => void): Promise<Context> {
  const { roots, voice, now } = desk
  const identity = await openIdentity(name, options, voice)
  const own = await makeCard(name, identity)
  const found = await Cards.read(".")
  for (const warning of found.warnings) voice.warn(escapeText(warning))
  const cards = found.with(own)
  const memory = Memory.open(`${name}.client.json`, options.acceptNewEnclave)
  const config = once(() => readConfig(options.configFile ?? DEFAULT_CONFIG_FILE))
  const transport = once(() => httpTransport(serverOf(options, config())))
  const constraint = once(() => parseConstraint(required(config(), options, name).constraint))
  const managerOf = (attemptsMax: number): EventManager =>
    new EventManager({
      transport: transport(),
      identity,
      constraint: constraint(),
      pins: memory,
      notebook: memory,
      ...(roots === undefined ? {} : { roots }),
      attemptsMax,
      now,
      pause,
    })
  const manager = once(() => managerOf(ATTEMPTS_MAX))
  const patientManager = once(() => managerOf(PATIENT_ATTEMPTS_MAX))
  const shown = new Map<PartyKey, string>()
  const show = (party: PartyKey): string => {
    const known = shown.get(party) ?? escapeText(cards.show(party))
    shown.set(party, known)
    return known
  }
  return {
    ...desk,
    name,
    identity,
    cards,
    memory,
    options,
    transport,
    constraint,
    manager,
    patientManager,
    show,
    unlock,
  }
}

async function openIdentity(name: Name, options: CommonOptions, voice: Voice): Promise<Identity> {
  const path = identityPath(name)
  const passphrase = passphraseFrom(options.passphraseFile, path)
  const present = await readIdentity(path, passphrase.ask)
  if (present !== undefined) return present
  voice.say("Creating new identity key...")
  return createIdentity(path, passphrase.given())
}

function serverOf(options: CommonOptions, config: Config | undefined): string {
  return options.server ?? config?.server ?? DEFAULT_SERVER
}

function required(config: Config | undefined, options: CommonOptions, name: Name): Config {
  if (config !== undefined) return config
  const path = options.configFile ?? DEFAULT_CONFIG_FILE
  const advice = `get it from your convenor, or see what the host runs with 'event-client ${name} attestation'`
  throw new UserError("CONFIG_MISSING", `there is no ${path} here, so nothing says which enclave to trust; ${advice}`)
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
