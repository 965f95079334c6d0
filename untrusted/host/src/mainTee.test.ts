import { decode, evidenceCodec, type Evidence } from "@event-manager/protocol/frame"
import assert from "node:assert/strict"
import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { after, test, type TestContext } from "node:test"

const root = mkdtempSync(join(tmpdir(), "event-host-tee-"))
after(() => rmSync(root, { recursive: true }))

const enclaveMain = join(import.meta.dirname, "../../../trusted/enclave/src/shell/main.ts")
const hostMain = join(import.meta.dirname, "main.ts")
const canned = join(root, "canned.bin")
writeFileSync(canned, "canned document")
const manifest = join(root, "release.txt")
writeFileSync(manifest, "-----BEGIN EVENT MANAGER RELEASE-----\nAQID\n-----END EVENT MANAGER RELEASE-----\n")

function run(t: TestContext, program: string, args: readonly string[]) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  })
  t.after(() => child.kill("SIGKILL"))
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve))
  return { child, ended }
}

/** A real enclave process that answers `evidence` for its platform, listening. */
async function enclaveAt(t: TestContext, socket: string, evidence = `cat ${canned}`) {
  const source = ["--platform", "nitro", "--evidence-command", evidence]
  const key = ["--sealing-key-command", "printf 0123456789abcdef0123456789abcdef"]
  const enclave = run(t, enclaveMain, [...source, ...key, "--listen", `unix:${socket}`])
  await once(enclave.child.stderr ?? assert.fail(), "data")
  return enclave
}

function host(t: TestContext, socket: string, ...args: readonly string[]) {
  const where = ["--port", "0", "--log-level", "silent", "--enclave-connect", `unix:${socket}`]
  const { child, ended } = run(t, hostMain, [...where, ...args])
  return { child, ended, ready: firstLine(child), error: text(child.stderr ?? assert.fail()) }
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  for await (const line of createInterface(stdout ?? assert.fail())) return line
  return ""
}

async function attestation(ready: string): Promise<Evidence> {
  const url = /http:\/\/[0-9.:]+/.exec(ready)?.[0] ?? assert.fail(ready)
  const response = await fetch(`${url}/attestation`)
  assert.equal(response.status, 200)
  return decode(evidenceCodec, new Uint8Array(await response.arrayBuffer()))
}

test("From host to enclave and back, in release mode: its evidence, its release, its own sealing key, the same identity", async (t) => {
  const [socket, data] = [join(root, "socket"), join(root, "data")]
  const statements: Uint8Array[] = []
  for (let life = 0; life < 2; life++) {
    const enclave = await enclaveAt(t, socket)
    const args = ["--enclave-mode", "release", "--data", data, "--release-manifest", manifest]
    const started = host(t, socket, ...args)
    assert.match(
      await started.ready,
      /^event-host: listening on http:\/\/127\.0\.0\.1:\d+, enclave mode release, platform nitro$/,
    )
    const { statement, quote, endorsements } = await attestation(await started.ready)
    assert.ok(quote.kind === "nitro")
    assert.equal(Buffer.from(quote.document).toString(), "canned document")
    assert.deepEqual(endorsements, [{ kind: "release", bytes: new Uint8Array([1, 2, 3]) }])
    statements.push(statement)
    started.child.kill("SIGTERM")
    assert.deepEqual([await started.ended, await enclave.ended, await started.error], [0, 0, ""])
  }
  // The long-term identity stands behind a version and a platform, and what differs is the life.
  const identities = statements.map((statement) => statement.slice(2, 34).toHex())
  assert.equal(identities[0], identities[1])
  assert.notDeepEqual(statements[0], statements[1])
  assert.deepEqual(
    readdirSync(data).filter((name) => name.endsWith(".key")),
    [],
    "the host has made no sealing key",
  )
})

test("An enclave that ends: one line, exit status 1", async (t) => {
  const socket = join(root, "killed")
  const enclave = await enclaveAt(t, socket)
  const started = host(t, socket, "--enclave-mode", "debug", "--ephemeral")
  await started.ready
  enclave.child.kill("SIGKILL")
  assert.equal(await started.ended, 1)
  assert.match(await started.error, /^event-host: the connection to the enclave at unix:\S+ ended; [^\n]+\n$/)
})

test("An enclave that gives no evidence at its start: one line, exit status 1, and it ends", async (t) => {
  const socket = join(root, "mute")
  const enclave = await enclaveAt(t, socket, "exit 3")
  const started = host(t, socket, "--enclave-mode", "release", "--ephemeral")
  assert.equal(await started.ended, 1)
  assert.match(
    await started.error,
    /^event-host: the enclave did not start: the evidence command failed: exit status 3; [^\n]+\n$/,
  )
  assert.equal(await enclave.ended, 0)
})
