/**
 * The adversarial simulator: `npm run simulate -- --seed S --runs N` tries N groups of people, each with a host and its
 * enclaves in one process, and fails where a promise of the system is broken. `--full-every K` makes every K-th run a
 * full one (50; 0: none); `--run I` repeats the run numbered I alone, and prints its trace.
 *
 * What is real, at both levels: the enclave with its core, shell, sessions, sequence windows, sealed records, journal,
 * snapshots and recovery; the wire format, its codecs and padding; the client with attestation of mock evidence, pins,
 * sessions, notebook rules, receipts, witnessing and checks of results; the host's memory store; AES-256-GCM, SHA-2,
 * HMAC and HKDF. At the level `full` every primitive is: X-Wing, Ed25519 and WebCrypto too. At the level `ideal`, which
 * most runs have because it is some thirty times as fast, three modules are replaced: `hpke` by an ideal key
 * encapsulation of the same sizes, `ed25519.ts` by ideal signatures, and the client's `webCrypto.ts` by the same
 * functions from node:crypto at once. No attack here is on those primitives, so none is lost. The handshake's own
 * messages, signatures and checks are the real code at both.
 *
 * Not real at either: HTTP, the host's process, SQLite (the store is the reference one in memory, with its faults) and
 * the TPM (a register in memory that the host cannot reach). Two modules are watched, for the model to hear what
 * enclaves decide and clients accept: `step.ts` and the client's `session.ts`; and what is sealed with AES-256-GCM
 * under which key and nonce.
 *
 * At the level `ideal` all bytes follow from the seed, and the trace's digest is over them too. At the level `full`
 * X-Wing draws randomness of its own, so the digest is over what happened, not over its bytes.
 */
import { parseArgs } from "node:util"
import { seedOf } from "./dice.ts"
import { runnerAt, type Run } from "./levels.ts"
import { Report } from "./report.ts"
import type { Level } from "./variant.ts"

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "1000" },
    "full-every": { type: "string", default: "50" },
    run: { type: "string" },
  },
})
const seed = Number(values.seed)
const fullEvery = Number(values["full-every"])

function levelOf(index: number): Level {
  return fullEvery > 0 && index % fullEvery === fullEvery - 1 ? "full" : "ideal"
}

async function main(): Promise<void> {
  const runners: Record<Level, Run> = { ideal: await runnerAt("ideal"), full: await runnerAt("full") }
  const report = new Report(seed)
  const only = values.run === undefined ? undefined : Number(values.run)
  const first = only ?? 0
  const end = only === undefined ? Number(values.runs) : only + 1
  for (let index = first; index < end && !report.isOver; index++) {
    const level = levelOf(index)
    const outcome = await runners[level](seedOf(seed, index))
    report.add(index, level, outcome)
    if (only !== undefined) report.print(outcome.trace)
  }
  report.end()
  if (report.failures > 0) process.exitCode = 1
}

await main()
