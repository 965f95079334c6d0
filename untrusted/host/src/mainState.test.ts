import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { after, test, type TestContext } from "node:test"

const root = mkdtempSync(join(tmpdir(), "event-host-state-"))
after(() => rmSync(root, { recursive: true }))

interface Run {
  readonly error: Promise<string>
  /** The first line of standard output, or nothing where it ends without one. */
  readonly ready: Promise<string>
  readonly ended: Promise<number | null>
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** event-host as an operator runs it; what still runs after the test is killed. */
function run(t: TestContext, ...args: readonly string[]): Run {
  const main = [join(import.meta.dirname, "main.ts"), "--port", "0", "--log-level", "silent", ...args]
  const env = { ...process.env, XDG_STATE_HOME: join(root, "home") }
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...main], { env })
  t.after(() => child.kill("SIGKILL"))
  const lines = createInterface(child.stdout)
  const ready = new Promise<string>((resolve) => {
    lines.once("line", resolve)
    lines.once("close", () => resolve(""))
  })
  const ended = new Promise<number | null>((resolve) => child.once("close", (status) => resolve(status)))
  const stop = (signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> => {
    child.kill(signal)
    return ended
  }
  return { error: text(child.stderr), ready, ended, stop }
}

function folder(): string {
  return mkdtempSync(join(root, "data-"))
}

async function assertRuns(started: Run): Promise<string> {
  const line = await started.ready
  assert.match(line, /^event-host: listening on http/, line === "" ? await started.error : line)
  return /http:\/\/[0-9.:]+/.exec(line)?.[0] ?? ""
}

/** The enclave's long-term identity, as it stands in its evidence: behind the lengths, a version and a platform. */
async function identityAt(url: string): Promise<string> {
  const evidence = new Uint8Array(await (await fetch(`${url}/attestation`)).arrayBuffer())
  return evidence.slice(4, 36).toHex()
}

/** Starts a host on a new state and stops it again. */
async function begun(t: TestContext, ...args: readonly string[]): Promise<string> {
  const data = folder()
  const first = run(t, "--data", data, ...args)
  await assertRuns(first)
  assert.equal(await first.stop(), 0)
  return data
}

async function assertRefuses(started: Run, says: RegExp): Promise<void> {
  assert.equal(await started.ended, 1, await started.error)
  assert.match(await started.error, /^event-host: [^\n]+\n$/)
  assert.match(await started.error, says)
  assert.equal(await started.ready, "")
}

test("A folder keeps the state: the enclave that is started on it again is the same, and a killed one too", async (t) => {
  const data = folder()
  const identities: string[] = []
  for (const signal of ["SIGTERM", "SIGKILL", "SIGTERM"] as const) {
    const started = run(t, "--data", data)
    identities.push(await identityAt(await assertRuns(started)))
    await started.stop(signal)
  }
  assert.equal(new Set(identities).size, 1)
  assert.equal(statSync(join(data, "sealing.key")).mode & 0o777, 0o600)
  assert.equal(statSync(join(data, "sealing.key")).size, 32)
})

test("Without --data the state is in the user's own state directory, and with --ephemeral nowhere", async (t) => {
  const ephemeral = run(t, "--ephemeral")
  const passing = await identityAt(await assertRuns(ephemeral))
  await ephemeral.stop()
  assert.deepEqual(readdirSync(root).includes("home"), false)
  const kept: string[] = []
  for (let i = 0; i < 2; i++) {
    const started = run(t)
    kept.push(await identityAt(await assertRuns(started)))
    await started.stop()
  }
  assert.equal(kept[0], kept[1])
  assert.notEqual(kept[0], passing)
  assert.deepEqual(readdirSync(join(root, "home/event-manager")), ["mock"])
})

test("One line and exit status 1: the sealing key is missing", async (t) => {
  const data = await begun(t)
  rmSync(join(data, "sealing.key"))
  await assertRefuses(run(t, "--data", data), /is sealed, and its key .*sealing\.key is missing; restore it/)
  assert.equal(readdirSync(data).includes("sealing.key"), false, "none is made in its place")
})

test("One line and exit status 1: the sealing key is too short, or others may read it", async (t) => {
  const data = await begun(t)
  const key = join(data, "sealing.key")
  const right = readFileSync(key)
  writeFileSync(key, right.subarray(1))
  await assertRefuses(run(t, "--data", data), /sealing key .* has 31 bytes where it should have 32/)
  writeFileSync(key, right)
  chmodSync(key, 0o644)
  await assertRefuses(run(t, "--data", data), /can be read by others: chmod 600 it/)
})

test("One line and exit status 1: the state was sealed under another key, and it is left as it was", async (t) => {
  const data = await begun(t)
  const key = join(data, "sealing.key")
  const right = readFileSync(key)
  writeFileSync(key, Buffer.alloc(32, 7))
  await assertRefuses(run(t, "--data", data), /record 0 was sealed under another sealing key; give the key/)
  writeFileSync(key, right)
  await assertRuns(run(t, "--data", data))
})

test("One line and exit status 1: two hosts on one folder", async (t) => {
  const data = folder()
  const first = run(t, "--data", data)
  await assertRuns(first)
  await assertRefuses(run(t, "--data", data), /state\.sqlite.*(in use|another)/i)
  assert.equal(await first.stop(), 0)
})

test("A command can print the sealing key; a wrong, short, long, silent or failing one is refused in one line", async (t) => {
  const prints = (value: string, count: number): string => `head -c ${count} /dev/zero | tr '\\0' '${value}'`
  const data = await begun(t, "--sealing-key-command", prints("k", 32))
  assert.deepEqual(
    readdirSync(data).filter((each) => each.endsWith(".key")),
    [],
  )
  const again = run(t, "--data", data, "--sealing-key-command", prints("k", 32))
  await assertRuns(again)
  await again.stop()
  const wrong: Readonly<Record<string, RegExp>> = {
    [prints("x", 32)]: /record 0 was sealed under another sealing key/,
    [prints("k", 31)]: /the sealing key command printed 31 bytes; it must print 32/,
    [prints("k", 33)]: /the sealing key command printed 33 bytes; it must print 32/,
    true: /the sealing key command printed 0 bytes/,
    "exit 3": /the sealing key command failed/,
  }
  for (const [command, says] of Object.entries(wrong)) {
    await assertRefuses(run(t, "--data", data, "--sealing-key-command", command), says)
  }
})
