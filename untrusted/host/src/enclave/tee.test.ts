import {
  encode,
  evidenceCodec,
  packetToHost,
  PacketReader,
  readToEnclave,
  type Evidence,
  type ToEnclave,
  type ToHost,
} from "@event-manager/protocol/frame"
import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer, type Server, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test, type TestContext } from "node:test"
import { systemClock } from "../clock.ts"
import { LogSink, ManualClock } from "../fakes.ts"
import { openLog } from "../log.ts"
import { openState } from "../state.ts"
import { startEnclave } from "./modes.ts"
import type { RunningEnclave } from "./running.ts"

const folder = mkdtempSync(join(tmpdir(), "event-host-test-"))
after(() => rmSync(folder, { recursive: true }))

const nitro: Evidence["quote"] = { kind: "nitro", document: new Uint8Array([1, 2, 3]) }
const report = {
  codeHash: new Uint8Array(32),
  productId: 1,
  revocationLevel: 0,
  issuedAt: 1,
  reportData: new Uint8Array(64),
}

function snp(policy: number): Evidence["quote"] {
  const bytes = new Uint8Array(1_184)
  bytes[10] = policy
  return { kind: "sev-snp", report: bytes, certificates: new Uint8Array(0) }
}

function evidenceOf(quote: Evidence["quote"]): ToHost["body"] {
  return {
    kind: "evidence",
    evidence: encode(evidenceCodec, { statement: new Uint8Array(1), quote, endorsements: [] }),
  }
}

type Answer = (body: ToEnclave["body"], socket: Socket) => ToHost["body"] | undefined

/** Starts, and gives this evidence. */
function giving(quote: Evidence["quote"]): Answer {
  return ({ kind }) => (kind === "start" ? { kind: "started" } : kind === "evidence" ? evidenceOf(quote) : undefined)
}

class FakeTee {
  readonly path = join(mkdtempSync(join(folder, "tee-")), "socket")
  readonly asked: ToEnclave["body"][] = []
  readonly sockets: Socket[] = []
  readonly #server: Server
  readonly #answer: Answer

  constructor(t: TestContext, answer: Answer) {
    this.#answer = answer
    this.#server = createServer((socket) => this.#serve(socket))
    t.after(() => {
      this.#server.close()
      for (const socket of this.sockets) socket.destroy()
    })
  }

  listen(): Promise<void> {
    return new Promise((resolve) => void this.#server.listen(this.path, resolve))
  }

  #serve(socket: Socket): void {
    this.sockets.push(socket)
    const packets = new PacketReader()
    socket.on("error", () => {})
    socket.on("data", (chunk: Uint8Array) => {
      for (const { id, body } of packets.push(chunk).map(readToEnclave)) {
        this.asked.push(body)
        const answer = this.#answer(body, socket)
        if (answer !== undefined) socket.write(packetToHost({ id, body: answer }))
      }
    })
  }
}

async function start(
  { path }: FakeTee,
  mode: "debug" | "release" = "release",
  clock: ManualClock | typeof systemClock = systemClock,
  log = openLog("silent"),
): Promise<RunningEnclave> {
  return startEnclave(mode, { enclaveConnect: `unix:${path}` }, await openState({}, false), log, clock)
}

test("A TEE is told to start without a simulation or a key, and named by its evidence", async (t) => {
  const tee = new FakeTee(t, giving(nitro))
  await tee.listen()
  const { platform, identity, crossing } = await start(tee)
  assert.deepEqual([platform, identity], ["nitro", undefined])
  assert.deepEqual(tee.asked, [{ kind: "start", simulation: undefined }, { kind: "evidence" }])
  await crossing.close()
  await assert.rejects(crossing.evidence(), { code: "ENCLAVE_GONE" })
})

test("One that is still starting is waited for, and one that never comes is given up after half a minute", async (t) => {
  const tee = new FakeTee(t, giving(nitro))
  const clock = new ManualClock()
  const starting = start(tee, "release", clock)
  for (let i = 0; i < 3; i++) {
    // One timer is the end of patience; a second one the next attempt.
    while (clock.timers < 2) await new Promise(setImmediate)
    if (i === 2) await tee.listen()
    clock.pass(250)
  }
  const { crossing } = await starting
  const closed = crossing.close()
  await clock.untilTimer()
  clock.pass(60_000)
  await closed
  const absent = new FakeTee(t, giving(nitro))
  const late = new ManualClock()
  const refused = assert.rejects(start(absent, "debug", late), {
    name: "HostError",
    code: "ENCLAVE_START",
    message: new RegExp(`no enclave is at unix:${absent.path} \\(Error ENOENT\\): start event-enclave with --listen`),
  })
  while (late.timers < 2) await new Promise(setImmediate)
  late.pass(30_000)
  await refused
})

const refused: Readonly<Record<string, { answer: Answer; code: string; says: RegExp; mode?: "debug" }>> = {
  "mock evidence": { answer: giving({ kind: "mock", report }), code: "NEEDS_TEE", says: /no TEE.*mock mode/ },
  "simulated evidence, in debug too": {
    answer: giving({ kind: "simulation", report, signer: new Uint8Array(32), signature: new Uint8Array(64) }),
    code: "NEEDS_TEE",
    says: /no TEE.*simulation mode.*--platform/,
    mode: "debug",
  },
  "a debugged guest in release": {
    answer: giving(snp(0x08)),
    code: "NEEDS_TEE",
    says: /guest policy allows debugging/,
  },
  "a start that fails": {
    answer: () => ({ kind: "failed", code: "RECORD_CHANGED", message: "record 3 was changed" }),
    code: "ENCLAVE_START",
    says: /^the enclave did not start: record 3 was changed$/,
  },
  "no evidence": {
    answer: ({ kind }) =>
      kind === "start" ? { kind: "started" } : { kind: "failed", code: "TSM_BUSY", message: "the platform is busy" },
    code: "ENCLAVE_START",
    says: /did not start: the platform is busy/,
  },
  "what is no evidence": {
    answer: ({ kind }) =>
      kind === "start" ? { kind: "started" } : { kind: "evidence", evidence: new Uint8Array([1]) },
    code: "ENCLAVE_START",
    says: /does not decode/,
  },
  "an end": {
    answer: (_body, socket) => void socket.destroy(),
    code: "ENCLAVE_START",
    says: /the connection to the enclave at unix:\S+ ended/,
  },
  nonsense: {
    answer: (_body, socket) => void socket.write("nonsense, and more than a packet holds"),
    code: "ENCLAVE_START",
    says: /nonsense/,
  },
}
for (const [what, { answer, code, says, mode = "release" }] of Object.entries(refused)) {
  test(`The host does not serve, and hangs up: ${what}`, async (t) => {
    const tee = new FakeTee(t, answer)
    await tee.listen()
    await assert.rejects(start(tee, mode), (error) => {
      assert(error instanceof Error && "code" in error)
      assert.match(error.message, says)
      assert.doesNotMatch(error.message, /\n/)
      return error.name === "HostError" && error.code === code
    })
    while (tee.sockets.some(({ destroyed }) => !destroyed)) await new Promise(setImmediate)
  })
}

test("Mode debug takes a debugged guest, and release one that is not", async (t) => {
  for (const [mode, policy] of [
    ["debug", 0x08],
    ["release", 0xf7],
  ] as const) {
    const tee = new FakeTee(t, giving(snp(policy)))
    await tee.listen()
    const { platform, crossing } = await start(tee, mode)
    assert.equal(platform, "sev-snp")
    await crossing.close()
  }
})

test("One that is silent is given up", async (t) => {
  const tee = new FakeTee(t, () => undefined)
  await tee.listen()
  const clock = new ManualClock()
  const late = assert.rejects(start(tee, "release", clock), {
    code: "ENCLAVE_START",
    message: /did not answer in time/,
  })
  while (tee.asked.length === 0) await new Promise(setImmediate)
  clock.pass(150_000)
  await late
})

test("A connection that ends later is the enclave's end, and where it was is said", async (t) => {
  const tee = new FakeTee(t, giving(nitro))
  await tee.listen()
  const sink = new LogSink()
  const { crossing, gone } = await start(tee, "release", systemClock, openLog("info", sink))
  const delivery = assert.rejects(crossing.deliver(new Uint8Array(2_048)), { code: "ENCLAVE_GONE" })
  while (tee.asked.length < 3) await new Promise(setImmediate)
  tee.sockets[0]?.destroy()
  assert.match((await gone).message, new RegExp(`unix:${tee.path} ended; what it had acknowledged is kept`))
  await delivery
  assert.match(sink.lines.join(), /connected to the enclave/)
})

test("An enclave that does not hang up is hung up on when its time is up", async (t) => {
  const tee = new FakeTee(t, giving(nitro))
  await tee.listen()
  const clock = new ManualClock()
  const { crossing } = await start(tee, "release", clock)
  tee.sockets[0]?.pause()
  const closed = crossing.close()
  await clock.untilTimer()
  clock.pass(5_000)
  await closed
})
