/**
 * Builds event-client as one file for this machine: Bun's runtime with the client's code in it, compiled ahead. It needs
 * nothing else but for `ui`, which serves the page in the folder `page` beside it. docs/decisions/0017 says why it is Bun.
 * The same sources give the same bytes, wherever they are built.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { globSync, mkdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { buildWeb } from "./build-web.ts"

const NATIVE_CLIENT = "dist/native/event-client"

export interface NativeClient {
  readonly file: string
  readonly bytes: number
  /** SHA-256 in hexadecimal. */
  readonly hash: string
}

const MAIN = "user/cli/src/main.ts"

/** Of what lies in the folder it is called in, the program reads no settings for the runtime: it is the user's, not ours. */
const OPTIONS = [
  "--compile",
  "--bytecode",
  "--splitting",
  "--format=esm",
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
]

/** Builds it from the sources in `root`, as `file`. Throws TypeError where the compiler is not installed, or fails. */
export function buildNative(root = join(import.meta.dirname, ".."), file = join(root, NATIVE_CLIENT)): NativeClient {
  mkdirSync(dirname(file), { recursive: true })
  const args = ["build", ...OPTIONS, `--outfile=${file}`, MAIN]
  const build = spawnSync(compiler(root), args, { cwd: root, stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" })
  if (build.status !== 0) throw new TypeError(`bun build failed: ${build.stderr.trim()}`)
  const built = readFileSync(file)
  return { file, bytes: built.length, hash: createHash("sha256").update(built).digest("hex") }
}

/** Builds the page beside it too. Throws as `buildNative` does, and SyntaxError where the page has faults. */
export async function buildNativeAndPage(): Promise<NativeClient> {
  const native = buildNative()
  await buildWeb(join(dirname(native.file), "page"))
  return native
}

/** npm installs the one package of Bun's that is for this system; Bun's own install script would only link to it. */
function compiler(root: string): string {
  const [found] = globSync("node_modules/@oven/bun-*/bin/bun{,.exe}", { cwd: root })
  if (found !== undefined) return join(root, found)
  throw new TypeError("there is no Bun for this system in node_modules/@oven; npm ci installs it where there is one")
}

if (import.meta.main) {
  const { bytes, hash } = await buildNativeAndPage()
  process.stdout.write(`${hash}  ${NATIVE_CLIENT} (${(bytes / 1e6).toFixed(0)} MB)\n`)
}
