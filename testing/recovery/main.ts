/*
 * npm run recovery -- [--submissions N]: how long the start takes on a large state, and what it takes on disk, from the
 * log alone and from a snapshot. Submissions go through the real core, journal and SQLite store, in batches as the
 * network would bring them; sessions are left out.
 */
import {
  matchKey,
  name,
  partyKey,
  requestId,
  type Digest,
  type PartyKey,
  type Request,
  NO_KEY_TERMS,
} from "@event-manager/protocol"
import { noAnchor } from "@event-manager/enclave"
import { randomBytes } from "node:crypto"
import { mkdtemp, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { evolve } from "../../trusted/enclave/src/core/evolve.ts"
import { eventsOf } from "../../trusted/enclave/src/core/snapshot.ts"
import { emptyState, type State } from "../../trusted/enclave/src/core/state.ts"
import { step } from "../../trusted/enclave/src/core/step.ts"
import { Journal } from "../../trusted/enclave/src/shell/journal.ts"
import { nodePrimitives } from "../../trusted/enclave/src/shell/primitives.ts"
import { RecordKeys } from "../../trusted/enclave/src/shell/record.ts"
import { recover, type End } from "../../trusted/enclave/src/shell/recovery.ts"
import { engines, type ClosableStore } from "../../untrusted/host/src/storage/index.ts"

const BATCH = 64
const PER_COMPUTATION = 100_000
const AT = 1_800_000_000

const { values } = parseArgs({ options: { submissions: { type: "string", default: "1000000" } } })
const wanted = Number(values.submissions)
const folder = await mkdtemp(join(tmpdir(), "event-manager-recovery-"))
const path = join(folder, "state.sqlite")
const keys = new RecordKeys(randomBytes(32))
const genesis = { identitySeed: new Uint8Array(randomBytes(32)), historyKey: new Uint8Array(randomBytes(32)) }
const parties = [partyKey(randomBytes(32)), partyKey(randomBytes(32))] as const
const primitives = nodePrimitives(parties[0], genesis.historyKey)

try {
  await fill()
  await report("log alone", Number.POSITIVE_INFINITY)
  await report("that, with a snapshot taken", 1)
  await report("snapshot", Number.POSITIVE_INFINITY)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function fill(): Promise<void> {
  const store = await engines.sqlite.open(path)
  const state = emptyState(new Uint32Array(randomBytes(16).buffer.slice(0, 16)))
  const end: End = { genesis, next: 0, last: new Uint8Array(32), register: undefined, recordBytes: 0 }
  const journal = journalOn(store, state, end, Number.POSITIVE_INFINITY)
  await journal.begin()
  const started = performance.now()
  for (let n = 0; n < wanted; n++) {
    const computation = name(`Bulk${Math.floor(n / PER_COMPUTATION)}`)
    if (n % PER_COMPUTATION === 0) take(state, journal, createRequest(computation))
    take(state, journal, submitRequest(state, computation, n))
    if (n % BATCH === 0) await journal.durable()
  }
  await journal.durable()
  say("filled", started, `${wanted} submissions`)
  await store.close()
}

/** Recovers once, says how long it took, and where a snapshot is due takes one more step. */
async function report(what: string, snapshotBytesMin: number): Promise<void> {
  const store = await engines.sqlite.open(path)
  const state = emptyState(new Uint32Array(randomBytes(16).buffer.slice(0, 16)))
  const started = performance.now()
  const end = await recover(store, keys, noAnchor, (event) => evolve(state, event))
  say(
    `recovered from ${what}`,
    started,
    `${[...state.computations.values()].reduce((sum, it) => sum + it.inputs.submissions, 0)} submissions`,
  )
  if (end !== undefined && snapshotBytesMin === 1) {
    const journal = journalOn(store, state, end, snapshotBytesMin)
    const taken = performance.now()
    take(state, journal, createRequest(name("Last")))
    await journal.settled()
    say("snapshot taken", taken, "")
  }
  await store.close()
  process.stdout.write(`   on disk: ${((await stat(path)).size / 2 ** 20).toFixed(1)} MiB\n`)
}

function journalOn(store: ClosableStore, state: State, end: End, snapshotBytesMin: number): Journal {
  const life = new Uint8Array(randomBytes(32))
  return new Journal({ store, anchor: noAnchor, keys, life, snapshot: () => eventsOf(state), snapshotBytesMin }, end)
}

function take(state: State, journal: Journal, request: Request): void {
  const taken = step(state, { party: parties[0], at: AT, request }, primitives)
  if (taken.response.kind === "refused") throw new RangeError(`refused: ${taken.response.reason}`)
  journal.add(taken)
}

function createRequest(computation: ReturnType<typeof name>): Request {
  const participants: readonly PartyKey[] = parties
  const release = { kind: "first" } as const
  const id = requestId(randomBytes(16))
  return {
    kind: "create",
    requestId: id,
    computation,
    type: "key",
    quorum: 2,
    release,
    participants,
    expiresAt: undefined,
    ...NO_KEY_TERMS,
  }
}

function submitRequest(state: State, computation: ReturnType<typeof name>, n: number): Request {
  const terms: Digest | undefined = state.computations.get(computation)?.terms
  if (terms === undefined) throw new RangeError("no such computation")
  const submission = {
    kind: "key",
    key: matchKey(`WDB${n.toString(36).toUpperCase().padStart(14, "0")}`),
    message: undefined,
  } as const
  const id = requestId(randomBytes(16))
  return { kind: "submit", requestId: id, computation, terms, submission, revision: n, known: undefined, signed: false }
}

function say(what: string, started: number, detail: string): void {
  process.stdout.write(`${what}: ${((performance.now() - started) / 1_000).toFixed(1)} s ${detail}\n`)
}
