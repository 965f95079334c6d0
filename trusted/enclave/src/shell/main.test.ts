import { decode, evidenceCodec, statementCodec, type Evidence, type Statement } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { connect, type NetConnectOpts, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { after, suite, test, type TestContext } from "node:test"
import { PipeCrossing } from "../../../../untrusted/host/src/enclave/pipe.ts"
import { memoryStore } from "../../../../untrusted/host/src/storage/memory.ts"

const folder = mkdtempSync(join(tmpdir(), "event-enclave-test-"))
after(() => rmSync(folder, { recursive: true }))

const key = ["--sealing-key-command", "printf 0123456789abcdef0123456789abcdef"]
const nitro = ["--platform", "nitro", "--evidence-command", "head -c 64", ...key]
const simulation = {
  codeHash: new Uint8Array(32).fill(1),
  signingSeed: new Uint8Array(32).fill(2),
  sealingKey: new Uint8Array(32).fill(3),
}

interface Run {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<number | null>
}

function run(t: TestContext, ...args: readonly string[]): Run {
  const child = spawn(process.execPath, [
    "--disable-warning=ExperimentalWarning",
    join(import.meta.dirname, "main.ts"),
    ...args,
  ])
  t.after(() => child.kill("SIGKILL"))
  return { child, ended: new Promise((resolve) => child.once("close", resolve)) }
}

function onStreams(t: TestContext, args: readonly string[], store = memoryStore()): PipeCrossing & Partial<Run> {
  const { child } = run(t, ...args)
  return new PipeCrossing(child.stdin, child.stdout, store)
}

function parts(bytes: Uint8Array): { evidence: Evidence; statement: Statement } {
  const evidence = decode(evidenceCodec, bytes)
  return { evidence, statement: decode(statementCodec, evidence.statement) }
}

/** The address that it says it listens on. */
async function listening(child: ChildProcessWithoutNullStreams): Promise<string> {
  const [line] = await once(child.stderr, "data")
  return /^event-enclave: listening on (\S+)\n$/.exec(String(line))?.[1] ?? assert.fail(String(line))
}

async function connected(options: NetConnectOpts): Promise<Socket> {
  const socket = connect(options)
  await once(socket, "connect")
  return socket
}

suite("the platform that an enclave is started for", () => {
  test("is a simulation where its host plays it", async (t) => {
    const enclave = onStreams(t, [])
    await enclave.start(simulation)
    const { evidence, statement } = parts(await enclave.evidence())
    assert.deepEqual([statement.platform, evidence.quote.kind], ["simulation", "simulation"])
  })
  test("is a real one, whatever its host says: with evidence of its own, and a sealing key of its own", async (t) => {
    const store = memoryStore()
    const identities: string[] = []
    for (let life = 0; life < 2; life++) {
      const enclave = onStreams(t, nitro, store)
      await enclave.start()
      const { evidence, statement } = parts(await enclave.evidence())
      assert.equal(statement.platform, "nitro")
      assert.ok(evidence.quote.kind === "nitro")
      assert.match(new TextDecoder().decode(evidence.quote.document), /^[0-9a-f]{64}$/)
      identities.push(statement.identity)
      await enclave.close()
    }
    assert.equal(identities[0], identities[1], "the state is sealed under the command's key")
    const other = onStreams(t, [...nitro.slice(0, -1), "printf fedcba9876543210fedcba9876543210"], store)
    await assert.rejects(other.start(), /sealed under another sealing key/)
  })
  const refused: Readonly<Record<string, { args: readonly string[]; start?: typeof simulation; says: RegExp }>> = {
    "a simulation of a real platform": { args: nitro, start: simulation, says: /runs on nitro and does not simulate/ },
    "a simulation that nobody plays": { args: [], says: /the host did not play it/ },
    "a sealing key that is too short": {
      args: [...nitro.slice(0, -1), "printf SECRET"],
      says: /sealing key command failed: it printed 6 bytes/,
    },
    "a sealing key that is too long": {
      args: [...nitro.slice(0, -1), "printf SECRET; head -c 27 /dev/zero"],
      says: /sealing key command failed: it printed too much/,
    },
    "no sealing key": { args: [...nitro.slice(0, -1), "exit 4"], says: /sealing key command failed: exit status 4/ },
  }
  for (const [what, { args, start, says }] of Object.entries(refused)) {
    test(`is not started, and the reason is one line without a secret: ${what}`, async (t) => {
      await assert.rejects(onStreams(t, args).start(start), (error) => {
        assert.ok(error instanceof Error)
        assert.doesNotMatch(error.message, /SECRET|\n/)
        return says.test(error.message)
      })
    })
  }
  test("has one start in a process", async (t) => {
    const enclave = onStreams(t, [])
    await enclave.start(simulation)
    const { statement } = parts(await enclave.evidence())
    await assert.rejects(enclave.start(simulation), /had its start/)
    assert.deepEqual(parts(await enclave.evidence()).statement, statement)
  })
  test("may give no evidence for a while, in which the life goes on", async (t) => {
    const flag = join(folder, "flag")
    const enclave = onStreams(t, [...nitro.slice(0, 3), `test -f ${flag} && printf x`, ...key])
    await enclave.start()
    for (let i = 0; i < 2; i++) await assert.rejects(enclave.evidence(), { code: "NO_EVIDENCE", message: /status 1/ })
    assert.equal((await enclave.deliver(new Uint8Array(2_048))).reply.length, 2_048)
    writeFileSync(flag, "")
    assert.equal(parts(await enclave.evidence()).statement.platform, "nitro")
  })
})

suite("where an enclave listens", () => {
  test("on a socket for one connection, with which it ends", async (t) => {
    const path = join(folder, "socket")
    const { child, ended } = run(t, ...nitro, "--listen", `unix:${path}`)
    assert.equal(await listening(child), `unix:${path}`)
    const socket = await connected({ path })
    const enclave = new PipeCrossing(socket, socket, memoryStore())
    await enclave.start()
    assert.equal(parts(await enclave.evidence()).statement.platform, "nitro")
    await assert.rejects(connected({ path }))
    assert.equal(existsSync(path), false)
    await enclave.close()
    assert.equal(await ended, 0)
  })
  test("on a port, and a connection that breaks ends it too", async (t) => {
    const { child, ended } = run(t, ...nitro, "--listen", "tcp:127.0.0.1:0")
    const port = Number(/^tcp:127\.0\.0\.1:(\d+)$/.exec(await listening(child))?.[1])
    const socket = await connected({ port, host: "127.0.0.1" })
    const enclave = new PipeCrossing(socket, socket, memoryStore())
    await enclave.start()
    await assert.rejects(connected({ port, host: "127.0.0.1" }))
    socket.resetAndDestroy()
    assert.equal(await ended, 0)
  })
  const failing: Readonly<Record<string, { args: readonly string[]; status: number; says: RegExp }>> = {
    "wrong usage": { args: ["--listen", "nowhere"], status: 2, says: /--listen is stdio, unix:PATH or tcp/ },
    "an unknown option": { args: ["--plattform=tdx"], status: 2, says: /argument 1 is unknown/ },
    "a folder that does not exist": {
      args: [...nitro, "--listen", "unix:/nonexistent/socket"],
      status: 1,
      says: /cannot listen on unix:\/nonexistent\/socket \(E/,
    },
    "an address of another machine": {
      args: [...nitro, "--listen", "tcp:192.0.2.1:0"],
      status: 1,
      says: /EADDRNOTAVAIL/,
    },
  }
  for (const [what, { args, status, says }] of Object.entries(failing)) {
    test(`one line and exit status ${status}: ${what}`, async (t) => {
      const { child, ended } = run(t, ...args)
      const [said] = await Promise.all([text(child.stderr), text(child.stdout)])
      assert.match(said, /^event-enclave: [^\n]+\n$/)
      assert.match(said, says)
      assert.equal(await ended, status)
    })
  }
})
