import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process"
import { existsSync } from "node:fs"

/** What the operating system adds to Node's own permissions, which are no defence against malicious native code. */
export type OsLayer = "unshare" | "none"

const UNSHARE = ["/usr/bin/unshare", "/bin/unshare"].find((path) => existsSync(path)) ?? "unshare"

// unshare(1): no privileges, no network device but a loopback that is down, no sight of other processes, and the end of
// the enclave when the layer itself is killed.
const wrappers = {
  unshare: [UNSHARE, "--user", "--net", "--ipc", "--pid", "--fork", "--kill-child", "--"],
  none: [],
} as const satisfies Record<OsLayer, readonly string[]>

// Nothing is granted but reading the bundle. What --permission (Node manual, "Permissions") leaves open is closed one by
// one: node:sqlite opens any file, SIGUSR1 opens a debugger, eval makes code of data.
const permissions = [
  "--permission",
  "--no-experimental-sqlite",
  "--no-experimental-ffi",
  "--no-addons",
  "--disable-sigusr1",
  "--disallow-code-generation-from-strings",
  "--disable-proto=throw",
  "--disable-warning=ExperimentalWarning",
]

/** The best layer that works here, tried once. */
export function availableLayer(): OsLayer {
  const [command, ...flags] = wrappers.unshare
  const probe = spawnSync(command, [...flags, UNSHARE, "--version"], { stdio: "ignore", env: {} })
  return probe.status === 0 ? "unshare" : "none"
}

/** Command and arguments that run `bundle`, an absolute path without symbolic links, and let it read no other file. */
export function lockedDown(
  bundle: string,
  layer: OsLayer,
): { readonly command: string; readonly args: readonly string[] } {
  const node = [process.execPath, ...permissions, `--allow-fs-read=${bundle}`, bundle]
  const [command = process.execPath, ...args] = [...wrappers[layer], ...node]
  return { command, args }
}

/** Starts `bundle` so. It gets no environment, no folder and no file of the host's but three pipes. */
export function spawnLockedDown(bundle: string, layer: OsLayer): ChildProcessWithoutNullStreams {
  const { command, args } = lockedDown(bundle, layer)
  // Detached: a terminal's Ctrl-C goes to the host alone, which first lets what is in flight finish.
  return spawn(command, args, { cwd: "/", env: {}, stdio: "pipe", detached: true })
}
