import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { build } from "esbuild"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test, type TestContext } from "node:test"
import { buildNative } from "./build-native.ts"

const root = join(import.meta.dirname, "..")

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly link?: boolean }>>
}

function temporary(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "event-manager-native-"))
  context.after(() => rmSync(folder, { recursive: true }))
  return folder
}

/** The sources in a folder of their own, with what they depend on, and the compiler by a link. */
function copyOfSources(folder: string): string {
  for (const each of ["package.json", "trusted/protocol", "user/client", "user/cli", ...dependencies()]) {
    cpSync(join(root, each), join(folder, each), { recursive: true })
  }
  mkdirSync(join(folder, "node_modules/@event-manager"), { recursive: true })
  symlinkSync(join(root, "node_modules/@oven"), join(folder, "node_modules/@oven"))
  const ours = { protocol: "trusted/protocol", client: "user/client", cli: "user/cli" }
  for (const [name, path] of Object.entries(ours)) {
    symlinkSync(join("../..", path), join(folder, "node_modules/@event-manager", name))
  }
  return folder
}

function dependencies(): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lockfile
  return Object.entries(packages).flatMap(([path, { dev, link }]) =>
    path.startsWith("node_modules/") && dev !== true && link !== true ? [path] : [],
  )
}

test("the native client: the same bytes from another folder, and others from other sources", (context) => {
  const folder = copyOfSources(join(temporary(context), "elsewhere"))
  const there = buildNative(folder)
  assert.equal(there.hash, buildNative().hash)
  const defaults = join(folder, "user/cli/src/defaults.ts")
  writeFileSync(defaults, readFileSync(defaults, "utf8").replace("9999", "9998"))
  assert.notEqual(buildNative(folder).hash, there.hash)
})

test("the native client takes nothing from settings of its runtime that lie in its folder", (context) => {
  const folder = temporary(context)
  writeFileSync(join(folder, "preload.js"), "console.log('preloaded')\n")
  writeFileSync(join(folder, "bunfig.toml"), 'preload = ["./preload.js"]\n')
  writeFileSync(join(folder, ".env"), "NO_COLOR=1\nHTTP_PROXY=http://127.0.0.1:9\n")
  writeFileSync(join(folder, "package.json"), "{ broken")
  const { file } = buildNative()
  const { version } = JSON.parse(readFileSync(join(root, "user/cli/package.json"), "utf8")) as { version: string }
  const ran = spawnSync(file, ["--version"], { cwd: folder, encoding: "utf8" })
  assert.deepEqual([ran.status, ran.stdout, ran.stderr], [0, `${version}\n`, ""])
})

test("help and version load neither the library nor what any command does", async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["user/cli/src/main.ts"],
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    outdir: "out",
    write: false,
    metafile: true,
    logLevel: "error",
  })
  const { inputs, outputs } = metafile
  const loaded = staticallyLoaded("out/main.js", outputs).flatMap((each) => Object.keys(outputs[each]?.inputs ?? {}))
  const ours = loaded.filter((each) => !each.startsWith("node_modules/"))
  assert.ok(ours.includes("user/cli/src/commands/usages.ts") && "user/client/src/eventManager.ts" in inputs)
  assert.deepEqual(
    ours.filter((each) => /^trusted\/|^user\/client\/src\/(?:index|errors|node\/|attestation\/)/.test(each)),
    [],
  )
  assert.deepEqual(
    ours.filter((each) => each.startsWith("user/cli/src/commands/")),
    ["user/cli/src/commands/usages.ts", "user/cli/src/commands/index.ts"],
  )
})

function staticallyLoaded(
  start: string,
  outputs: Readonly<Record<string, { imports: readonly { path: string; kind: string }[] }>>,
): readonly string[] {
  const found = new Set([start])
  for (const each of found) {
    for (const { path, kind } of outputs[each]?.imports ?? []) if (kind === "import-statement") found.add(path)
  }
  return [...found]
}
