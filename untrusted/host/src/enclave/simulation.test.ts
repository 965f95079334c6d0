import { frameSizes } from "@event-manager/protocol/frame"
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test, type TestContext } from "node:test"
import { LogSink, ManualClock } from "../fakes.ts"
import { openLog } from "../log.ts"
import { defaultBundle } from "./bundle.ts"
import { startEnclave } from "./modes.ts"
import { openState } from "../state.ts"
import type { RunningEnclave } from "./running.ts"

const folder = mkdtempSync(join(tmpdir(), "event-host-test-"))
const simulationKey = join(folder, "simulation.key")
// Private copies of bundles go here, where no other test puts any.
process.env["TMPDIR"] = folder
after(() => rmSync(folder, { recursive: true }))

/** A test whose enclave is not killed when it should be waits for it no longer than this. */
const limits = { timeout: 10_000 }

const outlivesItsInput = "process.stdin.resume(); setInterval(() => {}, 1_000)"

/** A bundle that says on its pipe that it has started, and then does `then` at each further chunk. */
function startsAndThen(then: string, atEnd = 'process.stdin.on("end", () => process.exit(0))'): string {
  return `
    process.stdin.once("data", (question) => {
      const started = Buffer.concat([Buffer.from([0, 0, 0, 9]), question.subarray(4, 12), Buffer.from([0])])
      process.stdout.write(started)
      process.stdin.on("data", () => { ${then} })
      ${atEnd}
    })`
}

interface Circumstances {
  readonly program?: string
  readonly clock?: ManualClock
  readonly sink?: LogSink
}

async function start(t: TestContext, circumstances: Circumstances = {}): Promise<RunningEnclave> {
  const { program, clock = new ManualClock(), sink = new LogSink() } = circumstances
  const enclaveBundle = program === undefined ? defaultBundle : bundleOf(program)
  const enclave = await startEnclave(
    "simulation",
    { enclaveBundle, simulationKey },
    await openState({}),
    openLog("info", sink),
    clock,
  )
  t.after(async () => {
    const closed = enclave.crossing.close()
    await new Promise(setImmediate)
    // What a failed test left running is killed.
    clock.pass(60_000)
    await closed
  })
  return enclave
}

function bundleOf(program: string): string {
  const path = join(folder, `${sha256(program)}.mjs`)
  writeFileSync(path, program)
  return path
}

function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex")
}

function privateCopies(): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith("event-enclave-"))
}

test("The real bundle answers, names itself by its own hash, and ends when it is closed", limits, async (t) => {
  const enclave = await start(t)
  assert.equal(enclave.identity?.codeHash, sha256(readFileSync(defaultBundle)))
  assert.match(enclave.identity?.signer ?? "", /^[0-9a-f]{64}$/)
  assert((await enclave.crossing.evidence()).length > 0)
  for (const size of frameSizes) {
    const { changed, reply } = await enclave.crossing.deliver(new Uint8Array(size))
    assert.deepEqual({ changed, size: reply.length }, { changed: false, size: frameSizes[0] })
  }
  await enclave.crossing.close()
  await assert.rejects(enclave.crossing.evidence(), { code: "ENCLAVE_GONE", message: /exit status 0/ })
})

test("The evidence holds the code hash that the host reports", limits, async (t) => {
  const enclave = await start(t)
  const evidence = Buffer.from(await enclave.crossing.evidence())
  assert(evidence.includes(Buffer.from(enclave.identity?.codeHash ?? "none", "hex")))
  await enclave.crossing.close()
})

test("An enclave that dies rejects what is in flight, and says how it ended", limits, async (t) => {
  const enclave = await start(t, { program: startsAndThen("process.exit(7)") })
  await assert.rejects(enclave.crossing.deliver(new Uint8Array(2_048)), {
    code: "ENCLAVE_GONE",
    message: /exit status 7/,
  })
  assert.equal((await enclave.gone).code, "ENCLAVE_GONE")
  await enclave.crossing.close()
})

test("An enclave that talks nonsense is killed", limits, async (t) => {
  const program = startsAndThen('process.stdout.write("nonsense, and more than a packet holds")', outlivesItsInput)
  const enclave = await start(t, { program })
  await assert.rejects(enclave.crossing.deliver(new Uint8Array(2_048)), { message: /nonsense/ })
  await enclave.crossing.close()
})

test("An enclave that does not end when its input does is killed when its time is up", limits, async (t) => {
  const clock = new ManualClock()
  const enclave = await start(t, { program: startsAndThen("", outlivesItsInput), clock })
  const closed = enclave.crossing.close()
  await clock.untilTimer()
  clock.pass(5_000)
  await closed
})

test("A bundle that ends before it has started", limits, async (t) => {
  const message = /^the enclave did not start: the enclave process ended \(exit status 3\)/
  await assert.rejects(start(t, { program: "process.exit(3)" }), { name: "HostError", code: "ENCLAVE_START", message })
})

test("A bundle that is silent is given up when its time is up", limits, async (t) => {
  const clock = new ManualClock()
  const starting = start(t, { program: outlivesItsInput, clock })
  const refused = assert.rejects(starting, { code: "ENCLAVE_START", message: /did not answer in time/ })
  await clock.untilTimer()
  clock.pass(30_000)
  await refused
})

test(
  "What the enclave says on standard error is logged line by line, and so is what it runs under",
  limits,
  async (t) => {
    const sink = new LogSink()
    const program = 'process.stderr.write("one\\ntwo\\n"); process.exitCode = 1'
    await assert.rejects(start(t, { program, sink }))
    const logged = sink.lines.map((line): { line?: string; osLayer?: string } => JSON.parse(line))
    assert.deepEqual(
      logged.map(({ line }) => line).filter((line) => line !== undefined),
      ["one", "two"],
    )
    assert.match(logged[0]?.osLayer ?? "", /^(unshare|none)$/)
  },
)

test("No private copy of a bundle is left behind", limits, async (t) => {
  const before = privateCopies()
  await assert.rejects(start(t, { program: "process.exit(3)" }))
  const enclave = await start(t)
  assert.deepEqual(privateCopies(), before)
  await enclave.crossing.close()
})
