import { strict as assert } from "node:assert"
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { after, test } from "node:test"

const root = join(import.meta.dirname, "..")
const BUNDLE = "trusted/enclave/dist/event-enclave.mjs"
const folder = mkdtempSync(join(tmpdir(), "event-manager-build-"))
after(() => rmSync(folder, { recursive: true }))

/** What the bundle is made of, in another place: the sources, what they are installed with, and the script. */
function copyOf(name: string, modifiedAt: Date): string {
  const copy = join(folder, name)
  const sources = ["package.json", "tsconfig.json", "scripts/build-enclave.ts", "trusted/*/package.json"]
  for (const file of globSync([...sources, "trusted/*/src/**/*.ts"], { cwd: root })) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(root, file), join(copy, file))
    utimesSync(join(copy, file), modifiedAt, modifiedAt)
  }
  installIn(copy)
  return copy
}

/** Our own packages are those of the copy, and the others are the ones that are installed here. */
function installIn(copy: string): void {
  mkdirSync(join(copy, "node_modules/@event-manager"), { recursive: true })
  for (const name of ["protocol", "enclave"]) {
    symlinkSync(join(copy, "trusted", name), join(copy, "node_modules/@event-manager", name))
  }
  // Copied as npm would install it, for the bundle names the file that each part of it comes from.
  cpSync(join(root, "node_modules/hpke"), join(copy, "node_modules/hpke"), { recursive: true })
  for (const name of ["esbuild", "@esbuild"]) {
    symlinkSync(join(root, "node_modules", name), join(copy, "node_modules", name))
  }
}

function build(copy: string, cwd: string, env: NodeJS.ProcessEnv): string {
  const script = join(copy, "scripts/build-enclave.ts")
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    cwd,
    env: { PATH: process.env["PATH"], ...env },
    encoding: "utf8",
  })
  assert.equal(status, 0, stderr)
  return stdout
}

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex")
}

const copies = [
  { name: "a", modifiedAt: new Date("2001-02-03T04:05:06Z"), env: { TZ: "Pacific/Kiritimati", LANG: "C" } },
  {
    name: "another name, much longer",
    modifiedAt: new Date("2037-12-31T23:59:59Z"),
    env: { TZ: "America/Adak", LANG: "de_DE.UTF-8", USER: "somebody", HOME: "/nonexistent" },
  },
] as const

test("The bundle is the same, byte for byte, from other folders, clocks, time zones and working folders", async (t) => {
  const { buildEnclave } = await import("./build-enclave.ts")
  const [first, second] = copies.map(({ name, modifiedAt, env }, i) => {
    const copy = copyOf(name, modifiedAt)
    const said = build(copy, i === 0 ? copy : tmpdir(), env)
    const bundle = join(copy, BUNDLE)
    assert.equal(said, `${sha256(bundle)}  ${BUNDLE}\n`, "it prints the hash of what it has written")
    return bundle
  })
  assert.ok(first !== undefined && second !== undefined)
  assert.deepEqual(readFileSync(first), readFileSync(second))
  // In this process too, whose environment is another.
  assert.equal(await buildEnclave(join(folder, "a")), sha256(first))
  for (const name of [folder, root, "Kiritimati", "2037-12-31"])
    assert.ok(!readFileSync(first, "utf8").includes(name), name)
  t.diagnostic(`code hash ${sha256(first)}`)
})

test("Simulation mode measures exactly that file", async (t) => {
  const bundle = join(folder, "a", BUNDLE)
  const args = ["--port", "0", "--ephemeral", "--log-level", "silent", "--enclave-mode", "simulation"]
  const files = ["--enclave-bundle", bundle, "--simulation-key", join(folder, "simulation.key")]
  const main = join(root, "untrusted/host/src/main.ts")
  const host = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args, ...files])
  t.after(() => host.kill("SIGTERM"))
  const [line] = await new Promise<string[]>((resolve) => {
    createInterface(host.stdout)
      .once("line", (text) => resolve([text]))
      .once("close", () => resolve([]))
  })
  assert.equal(/code hash ([0-9a-f]{64})/.exec(line ?? "")?.[1], sha256(bundle), line ?? "it ended")
  const url = /http:\/\/[0-9.:]+/.exec(line ?? "")?.[0]
  assert.ok(url)
  const evidence = Buffer.from(await (await fetch(`${url}/attestation`)).arrayBuffer())
  assert.ok(evidence.includes(Uint8Array.fromHex(sha256(bundle))), "the evidence says so too")
})
