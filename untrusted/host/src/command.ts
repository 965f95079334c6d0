import manifest from "../package.json" with { type: "json" }
import { Command, CommanderError, InvalidArgumentError, Option } from "commander"
import { enclaveModes, type EnclaveMode } from "./enclave/modes.ts"
import { DCAP_SOURCE_DEFAULT } from "./endorsements/dcap.ts"
import { SNP_SOURCE_DEFAULT } from "./endorsements/snp.ts"
import { ADDRESS_DEFAULT, PORT_DEFAULT, RATE_LIMIT_DEFAULT } from "./host.ts"
import { logLevels, type LogLevel } from "./log.ts"

const PORT_MAX = 65_535
const RATE_LIMIT_MAX = 1_000_000

/** What was asked for on the command line; commander names the fields after the options. */
export interface Arguments {
  readonly port: number
  readonly host: string
  readonly enclaveMode: EnclaveMode
  readonly enclaveBundle?: string
  readonly simulationKey?: string
  readonly enclaveConnect?: string
  readonly releaseManifest?: string
  readonly snpEndorsements?: string
  readonly dcapEndorsements?: string
  readonly data?: string
  readonly ephemeral?: boolean
  readonly sealingKeyCommand?: string
  readonly serveUi?: true | "release"
  readonly rateLimit: number
  readonly logLevel: LogLevel
}

export interface Terminal {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
}

/** The arguments, or the exit status of a run that ends here: 0 after help or version, 2 after wrong usage. */
export function readArguments(args: readonly string[], terminal: Terminal): Arguments | 0 | 2 {
  const command = hostCommand(terminal)
  try {
    return command.parse(args, { from: "user" }).opts<Arguments>()
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
}

function hostCommand(terminal: Terminal): Command {
  return new Command("event-host")
    .description("Runs an enclave and relays sealed mail to it over HTTP. It can read none of it.")
    .version(manifest.version, "-V, --version")
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.error,
      outputError: (text, write) => write(`event-host: ${oneLine(text)}\n`),
    })
    .addOption(number("--port <number>", "port to listen on; 0 for any that is free", PORT_MAX).default(PORT_DEFAULT))
    .option("--host <address>", "address to listen on; 0.0.0.0 or :: serves other machines too", ADDRESS_DEFAULT)
    .addOption(new Option("--enclave-mode <mode>", "where the enclave runs").choices(enclaveModes).default("mock"))
    .option("--enclave-bundle <file>", "what simulation runs (default: the bundle that npm run build:enclave makes)")
    .option("--simulation-key <file>", "key that simulation signs evidence with (default: one in your state directory)")
    .option("--enclave-connect <address>", "where the enclave of debug and release listens: unix:PATH or tcp:HOST:PORT")
    .option("--release-manifest <file>", "signed manifest of the enclave's release, to go out with its evidence")
    .option(
      "--snp-endorsements <place>",
      `URL, template with {path}, or folder of SEV-SNP certificates (default: ${SNP_SOURCE_DEFAULT})`,
    )
    .option(
      "--dcap-endorsements <place>",
      `URL, template with {path}, or folder of TDX and SGX collateral (default: ${DCAP_SOURCE_DEFAULT})`,
    )
    .option("--data <folder>", "where state is kept (default: a folder in your state directory)")
    .option("--ephemeral", "keep no state: what was computed is gone when the host ends")
    .option("--sealing-key-command <command>", "prints the 32 bytes that seal the state (default: a file beside it)")
    .addOption(serveUi())
    .addOption(rateLimit())
    .addOption(new Option("--log-level <level>", "what to log, on standard error").choices(logLevels).default("info"))
}

function rateLimit(): Option {
  const meaning = "requests a second from one address; 0 for any number"
  return number("--rate-limit <number>", meaning, RATE_LIMIT_MAX).default(RATE_LIMIT_DEFAULT)
}

function serveUi(): Option {
  const meaning =
    "serve the page too, to people who must then trust this host with what they enter; in mode release, say 'release'"
  return new Option("--serve-ui [mode]", meaning).choices(["release"])
}

function number(flags: string, description: string, max: number): Option {
  return new Option(flags, description).argParser((text: string) => {
    if (!/^[0-9]{1,7}$/.test(text) || Number(text) > max)
      throw new InvalidArgumentError(`It is a number from 0 to ${max}.`)
    return Number(text)
  })
}

/** Commander's words, without its heading and with its advice on the same line. */
function oneLine(text: string): string {
  return text
    .replace(/^error: /, "")
    .trim()
    .replaceAll("\n", " ")
}
