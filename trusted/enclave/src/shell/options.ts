/*
 * What event-enclave is told when it is started. On a real platform the command line is measured, or part of what is.
 */
import { readSocketAddress, SOCKET_SYNTAX, type SocketAddress } from "@event-manager/protocol"
import { parseAnchor, type AnchorAddress } from "./anchor/address.ts"
import { AnchorError } from "./anchor/anchor.ts"
import { hardwareNames, type HardwareName } from "./platform/hardware.ts"
import { TSM_FOLDER, type TsmName } from "./platform/tsm.ts"
import { StartError } from "./startError.ts"

/** Where evidence comes from, and what seals the state. */
export type PlatformOptions =
  /** The host says: it plays the hardware. */
  | { readonly kind: "simulation" }
  | { readonly kind: "tsm"; readonly name: TsmName; readonly folder: string; readonly rest: HardwareOptions }
  | { readonly kind: "command"; readonly name: HardwareName; readonly command: string; readonly rest: HardwareOptions }

export interface HardwareOptions {
  readonly sealingKeyCommand: string
  /** The file of a TD's event log. */
  readonly eventLog: string | undefined
}

export interface Options {
  readonly platform: PlatformOptions
  readonly listen: "stdio" | SocketAddress
  readonly anchor: AnchorAddress
}

const names = ["platform", "listen", "tsm", "evidence-command", "event-log", "sealing-key-command", "anchor"] as const
type Name = (typeof names)[number]
type Given = ReadonlyMap<Name, string>

/** Reads `--name value` and `--name=value`. Throws StartError (OPTIONS). */
export function readOptions(args: readonly string[]): Options {
  const given = pairs(args)
  return { platform: platformIn(given), listen: listenIn(given), anchor: anchorIn(given) }
}

function pairs(args: readonly string[]): Given {
  const given = new Map<Name, string>()
  for (let at = 0; at < args.length; at++) {
    const [, written, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(args[at] ?? "") ?? []
    const name = names.find((each) => each === written)
    if (name === undefined) throw wrong(`argument ${at + 1} is unknown; there are --${names.join(", --")}`)
    const value = inline ?? args[++at]
    if (value === undefined || value === "") throw wrong(`--${name} needs a value`)
    if (given.has(name)) throw wrong(`--${name} is there twice`)
    given.set(name, value)
  }
  return given
}

function platformIn(given: Given): PlatformOptions {
  const written = given.get("platform") ?? "simulation"
  if (written === "simulation") {
    const extra = names.find((name) => given.has(name) && !["platform", "listen", "anchor"].includes(name))
    if (extra !== undefined) throw wrong(`--${extra} is for real platforms; name yours with --platform`)
    return { kind: "simulation" }
  }
  const name = hardwareNames.find((each) => each === written)
  if (name === undefined) throw wrong(`--platform is one of simulation, ${hardwareNames.join(", ")}`)
  return sourceIn(given, name, restIn(given, name))
}

function sourceIn(given: Given, name: HardwareName, rest: HardwareOptions): PlatformOptions {
  const command = given.get("evidence-command")
  const folder = given.get("tsm")
  if (command !== undefined && folder !== undefined) throw wrong("--tsm and --evidence-command exclude each other")
  if (command !== undefined) return { kind: "command", name, command, rest }
  if (name !== "sev-snp" && name !== "tdx") throw wrong(`--platform ${name} needs --evidence-command`)
  return { kind: "tsm", name, folder: folder ?? TSM_FOLDER, rest }
}

function restIn(given: Given, name: HardwareName): HardwareOptions {
  const eventLog = given.get("event-log")
  if (eventLog !== undefined && name !== "tdx") throw wrong("--event-log is for --platform tdx")
  const sealingKeyCommand = given.get("sealing-key-command")
  if (sealingKeyCommand !== undefined) return { eventLog, sealingKeyCommand }
  throw wrong(`--platform ${name} needs --sealing-key-command: no host may give a real enclave the key of its state`)
}

function listenIn(given: Given): Options["listen"] {
  const written = given.get("listen") ?? "stdio"
  if (written === "stdio") return written
  const address = readSocketAddress(written)
  if (address === undefined) throw wrong(`--listen is stdio, ${SOCKET_SYNTAX}`)
  return address
}

function anchorIn(given: Given): AnchorAddress {
  try {
    return parseAnchor(given.get("anchor") ?? "none")
  } catch (cause) {
    if (cause instanceof AnchorError) throw wrong(cause.message)
    throw cause
  }
}

function wrong(message: string): StartError {
  return new StartError("OPTIONS", message)
}
