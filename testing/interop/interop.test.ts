/*
 * A second opinion on the wire format: a client in another language, which knows docs/wire-format.md and nothing of the
 * sources, against a host with the enclave in a process of its own; and the client of this repository on what it wrote.
 */
import { startHost, type Host } from "@event-manager/host"
import { strict as assert } from "node:assert"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { suite, test, type TestContext } from "node:test"
import { Folder } from "../src/cliHarness.ts"

const PYTHON = "/usr/bin/python3"
const here = import.meta.dirname
const has = spawnSync(PYTHON, ["-c", "import cryptography"], { stdio: "ignore" }).status === 0
const lack = "the client in Python cannot run here: apt-get install python3-cryptography"
const skip = !has && process.env["CI"] !== "true" ? lack : false

interface Ran {
  readonly status: unknown
  readonly out: string
  readonly err: string
}

/** Without writing caches beside the sources, and with a warning being an error. */
async function python(...args: readonly string[]): Promise<Ran> {
  assert.ok(has, lack)
  const child = spawn(PYTHON, ["-B", "-W", "error", ...args], { cwd: here, stdio: ["ignore", "pipe", "pipe"] })
  const closed = once(child, "close")
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [status] = await closed
  return { status, out, err }
}

interface Simulated {
  readonly url: string
  readonly identity: NonNullable<Host["identity"]>
}

async function simulatedHost(t: Pick<TestContext, "after">, folder: Folder): Promise<Simulated> {
  const simulationKey = join(folder.path, "simulation.key")
  const host = await startHost({ enclaveMode: "simulation", port: 0, simulationKey })
  t.after(() => host.close())
  const { url, identity } = host
  assert.ok(identity)
  return { url, identity }
}

function client({ url, identity: { codeHash, signer } }: Simulated, ...more: readonly string[]): Promise<Ran> {
  return python("client.py", url, "--code-hash", codeHash, "--signer", signer, ...more)
}

const STEPS = [
  /^evidence: simulation, product 1, signed, about this enclave's keys$/,
  /^hello: a session each for ANN, BOB, CEDRIC$/,
  /^created: Average, of three, by ANN$/,
  /^described: avg, quorum 3, release first$/,
  /^submitted: three numbers, a receipt for each signed by the enclave, one superseded, one sent twice$/,
  /^result: Average 24\.166666666667 for all three, of 3 submissions, signed by the enclave's identity$/,
  /^witnessed: Lowest: ANN and CEDRIC tie, and both have signed the inputs$/,
  /^deleted: Lowest, by its convenor alone$/,
  /^matches: Keys: Zürich, of ANN and CEDRIC, seen by those two, who were told that there may be something$/,
  /^bulk: Ledgers: 600 keys of ANN and 600 of BOB, of which 200 match, seen by those two$/,
  /^retired: 100 keys by BOB, and one by ANN, of which the other two are told anew$/,
  /^counted: Counted: 2 keys of ANN and of BOB match, and 1 once BOB has retired the other; none is told$/,
  /^crowd: 200 participants, in a frame of 8,192 bytes$/,
  /^unopened: a mail sent twice, and one that was changed; then a new session$/,
  /^saved: evidence, result, checkpoint and cards$/,
]

suite("a client in Python, from the document alone", { skip }, () => {
  test("it reads and writes every vector of the protocol, and its cryptography gives the published vectors", async () => {
    const { status, err } = await python("-m", "unittest", "discover", "--pattern", "*_test.py")
    assert.equal(status, 0, err)
    assert.match(err, /^Ran (?:1[89]|[2-9]\d) tests in /m)
    assert.match(err, /^OK$/m)
  })

  test("it computes with the enclave, and event-client takes what it saved", async (t) => {
    const folder = new Folder(t)
    const host = await simulatedHost(t, folder)
    const ran = await client(host, "--save", folder.path)
    assert.equal(ran.err, "")
    assert.equal(ran.status, 0)
    const lines = ran.out.trimEnd().split("\n")
    assert.equal(lines.length, STEPS.length, ran.out)
    for (const [i, step] of STEPS.entries()) assert.match(lines[i] ?? "", step)
    await acceptSaved(folder, host)
  })

  test("it refuses an enclave that is not the one expected, and sends nothing", async (t) => {
    const zeros = "0".repeat(64)
    const { url, identity } = await simulatedHost(t, new Folder(t))
    const other = await client({ url, identity: { ...identity, codeHash: zeros } })
    assert.match(other.err, /NotProved: the enclave runs other code\n$/)
    const forged = await client({ url, identity: { ...identity, signer: zeros } })
    assert.match(forged.err, /NotProved: somebody else signed the report\n$/)
    for (const { status, out } of [other, forged]) assert.deepEqual([status, out], [1, ""])
  })
})

/** Commands that need no host, in the folder that the other client saved to. */
async function acceptSaved(folder: Folder, { url, identity }: Simulated): Promise<void> {
  folder.configure(url, `C:${identity.codeHash} SEC:INSECURE`)
  await folder.addPeople("DORA")
  const result = await folder.json("DORA", "verify-result", "interop.result")
  assert.equal(result.code, "SUCCESS", result.message)
  assert.match(result.message, /24\.166666666667/)
  const { message } = await folder.json("DORA", "compare-checkpoints", "interop.checkpoint", "interop.checkpoint")
  assert.equal(message, "Both receipts can be true")
  const card = await folder.json("DORA", "import-card", "CEDRIC.conclave")
  assert.equal(card.code, "SUCCESS", card.message)
  const evidence = await folder.run("inspect-evidence", "interop.evidence")
  assert.match(evidence.out, new RegExp(`codeHash: ${identity.codeHash}`))
}
