import assert from "node:assert/strict"
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { after, test } from "node:test"
import { defaultBundle } from "./enclave/bundle.ts"

const folder = mkdtempSync(join(tmpdir(), "event-host-test-"))
const simulationKey = join(folder, "simulation.key")
after(() => rmSync(folder, { recursive: true }))

interface Run {
  readonly child: ChildProcessWithoutNullStreams
  readonly error: Promise<string>
  readonly ended: Promise<number | null>
  /** The first line of standard output, or nothing where it ends without one. */
  readonly ready: Promise<string>
}

function run(...args: readonly string[]): Run {
  const main = [join(import.meta.dirname, "main.ts"), "--log-level", "silent", "--ephemeral", ...args]
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...main])
  const lines = createInterface(child.stdout)
  const ready = new Promise<string>((resolve) => {
    lines.once("line", resolve)
    lines.once("close", () => resolve(""))
  })
  const ended = new Promise<number | null>((resolve) => child.once("close", (status) => resolve(status)))
  return { child, error: text(child.stderr), ended, ready }
}

function urlIn(line: string): string {
  return /http:\/\/[0-9.]+:[0-9]+/.exec(line)?.[0] ?? ""
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`Mock: one line when it is ready, and exit status 0 at ${signal}`, async () => {
    const { child, error, ended, ready } = run("--port", "0")
    assert.match(await ready, /^event-host: listening on http:\/\/127\.0\.0\.1:[0-9]+, enclave mode mock$/)
    assert.equal((await fetch(`${urlIn(await ready)}/healthz`)).status, 200)
    child.kill(signal)
    assert.equal(await ended, 0)
    assert.equal(await error, "")
  })
}

test("Simulation: the line names the code hash of the bundle and the signer, and the enclave ends with the host", async () => {
  const { child, error, ended, ready } = run(
    "--port",
    "0",
    "--enclave-mode",
    "simulation",
    "--simulation-key",
    simulationKey,
  )
  const line = await ready
  const pattern =
    /^event-host: listening on http:\S+, enclave mode simulation, code hash ([0-9a-f]{64}), signer [0-9a-f]{64}$/
  const codeHash = createHash("sha256").update(readFileSync(defaultBundle)).digest("hex")
  assert.equal(pattern.exec(line)?.[1], codeHash, line)
  assert.equal((await fetch(`${urlIn(line)}/attestation`)).status, 200)
  child.kill("SIGTERM")
  assert.equal(await ended, 0)
  assert.equal(await error, "")
})

test("An enclave that dies: 503 for what was in flight, one line, exit status 1", async () => {
  const bundle = join(folder, "dies.mjs")
  writeFileSync(
    bundle,
    `process.stdin.once("data", (question) => {
      process.stdout.write(Buffer.concat([Buffer.from([0, 0, 0, 9]), question.subarray(4, 12), Buffer.from([0])]))
      process.stdin.once("data", () => process.exit(7))
    })`,
  )
  const options = ["--enclave-mode", "simulation", "--enclave-bundle", bundle, "--simulation-key", simulationKey]
  const { error, ended, ready } = run("--port", "0", ...options)
  const headers = { "content-type": "application/octet-stream" }
  const mail = { method: "POST", headers, body: new Uint8Array(2_048) }
  assert.equal((await fetch(`${urlIn(await ready)}/mail`, mail)).status, 503)
  assert.equal(await ended, 1)
  assert.equal(await error, "event-host: the enclave process ended (exit status 7); what it had acknowledged is kept\n")
})

const failures: Readonly<Record<string, { args: readonly string[]; status: number; says: RegExp }>> = {
  "wrong usage": { args: ["--prot", "1"], status: 2, says: /unknown option '--prot'/ },
  "debug without a TEE": {
    args: ["--enclave-mode", "debug"],
    status: 1,
    says: /needs a TEE.*--enclave-connect.*simulation meanwhile/,
  },
  "release without a TEE": {
    args: ["--enclave-mode", "release"],
    status: 1,
    says: /needs a TEE.*--enclave-connect.*simulation meanwhile/,
  },
  "a TEE at no address": {
    args: ["--enclave-mode", "release", "--enclave-connect", "9998"],
    status: 1,
    says: /--enclave-connect is unix:PATH or tcp:ADDRESS:PORT/,
  },
  "a sealing key for a TEE": {
    args: ["--enclave-mode", "release", "--enclave-connect", "unix:/none", "--sealing-key-command", "true"],
    status: 1,
    says: /takes no sealing key from its host: give --sealing-key-command to event-enclave/,
  },
  "no release manifest": {
    args: ["--release-manifest", join(folder, "none.txt")],
    status: 1,
    says: /cannot read the release manifest .*none\.txt/,
  },
  "no bundle": {
    args: [
      "--enclave-mode",
      "simulation",
      "--enclave-bundle",
      join(folder, "none.mjs"),
      "--simulation-key",
      simulationKey,
    ],
    status: 1,
    says: /none\.mjs .*npm run build:enclave/,
  },
  "an unusable key": {
    args: ["--enclave-mode", "simulation", "--simulation-key", folder],
    status: 1,
    says: /simulation key/,
  },
}
for (const [what, { args, status, says }] of Object.entries(failures)) {
  test(`One line and exit status ${status}: ${what}`, async () => {
    const { error, ended, ready } = run("--port", "0", ...args)
    assert.equal(await ended, status)
    assert.match(await error, /^event-host: [^\n]+\n$/)
    assert.match(await error, says)
    assert.equal(await ready, "")
  })
}

test("One line and exit status 1: a port in use", async () => {
  const server = createServer()
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : 0)
    })
  })
  const { error, ended } = run("--port", String(port))
  assert.equal(await ended, 1)
  assert.match(await error, /^event-host: cannot listen on 127\.0\.0\.1 port [0-9]+ \(Error EADDRINUSE\)[^\n]+\n$/)
  server.close()
})
