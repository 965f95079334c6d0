import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test, type TestContext } from "node:test"

const demo = join(import.meta.dirname, "../demo")

/** Refuses what the enclave would, and answers the command line in FAULT as a client does that cannot reach its host. */
const CLIENT = `#!/bin/sh
echo "$*" >>calls.log
case "$*" in
"$FAULT") echo "event-client: HOST_UNREACHABLE: no host answers" >&2; exit 1 ;;
"DENISE submit-value MaxComp 10" | "ALICE submit-value MinComp 2") echo "NOT_AUTHORISED: no"; exit 1 ;;
"DENISE get-result MaxComp" | "ALICE get-result MinComp") echo "Computation: C. NOT_AUTHORISED. no"; exit 1 ;;
*" get-result MaxComp") echo "Computation: C. QUORUM_NOT_REACHED. no"; exit 1 ;;
*" get-result KeyMatcher") echo "Computation: C. CHECK_INBOX. no"; exit 1 ;;
*" get-result NO_SUCH_COMP") echo "Computation: C. COMPUTATION_DOES_NOT_EXIST. no"; exit 1 ;;
*) echo "SUCCESS: done" ;;
esac
`

interface Ran {
  readonly status: number | null
  readonly output: string
  readonly errors: string
}

function stage(context: TestContext): { folder: string; run: (script: string, fault?: string, env?: object) => Ran } {
  const folder = mkdtempSync(join(tmpdir(), "event-manager-demo-test-"))
  context.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, "client"), CLIENT, { mode: 0o755 })
  const run = (script: string, fault = "", extra = {}): Ran => {
    const env = {
      ...process.env,
      EVENT_CLIENT: join(folder, "client"),
      EVENT_MANAGER_DEMO_DIR: folder,
      FAULT: fault,
      ...extra,
    }
    const ran = spawnSync(join(demo, script), { cwd: tmpdir(), env, encoding: "utf8" })
    return { status: ran.status, output: ran.stdout, errors: ran.stderr }
  }
  return { folder, run }
}

const people = ["ALICE", "BOB", "CHARLEY", "DENISE"]
const files = people.flatMap((name) =>
  ["identity.pem", "conclave", "client.json", "lock"].map((end) => `${name}.${end}`),
)

/** The contract's section "The demo", step by step. */
const calls: Record<string, readonly string[]> = {
  "1.reset-client.sh": people.map((name) => `${name} share-identity`),
  "2.create-computations.sh": [
    "ALICE create-computation AvgComp avg 3 ALICE,BOB,CHARLEY,DENISE",
    "ALICE create-computation MaxComp max 2 ALICE,BOB,CHARLEY",
    "ALICE create-computation MinComp min 3 BOB,CHARLEY,DENISE",
    "ALICE create-computation KeyMatcher key 2 ALICE,BOB,CHARLEY,DENISE",
  ],
  "3.submit-values.sh": [
    "ALICE submit-value AvgComp 10",
    "ALICE submit-value AvgComp 20",
    "BOB submit-value AvgComp 40",
    "CHARLEY submit-value AvgComp 100",
    "DENISE submit-value AvgComp 20",
    "DENISE submit-value MaxComp 10",
    "ALICE submit-value MaxComp 5",
    "ALICE submit-value MinComp 2",
    "BOB submit-value MinComp 4",
    "CHARLEY submit-value MinComp 8",
    "DENISE submit-value MinComp 1",
    "ALICE submit-value KeyMatcher KEYABC Alice first message",
    "ALICE submit-value KeyMatcher KEYABC Alice second message",
    "BOB submit-value KeyMatcher KEYABC Bob has it too",
    "CHARLEY submit-value KeyMatcher KEYABC Charley as well",
    "DENISE submit-value KeyMatcher KEYXYZ Denise asks who else",
    "CHARLEY submit-value KeyMatcher KEYXYZ Charley does",
  ],
  "4.get-results.sh": people.flatMap((name) => [
    ...["AvgComp", "MaxComp", "MinComp", "KeyMatcher", "NO_SUCH_COMP"].map((each) => `${name} get-result ${each}`),
    `${name} get-matches`,
  ]),
}

for (const [script, expected] of Object.entries(calls)) {
  test(`demo/${script} runs the contract's commands in order, and shows them`, (context) => {
    const { folder, run } = stage(context)
    const { status, output, errors } = run(script)
    assert.deepEqual([status, errors], [0, ""])
    assert.deepEqual(readFileSync(join(folder, "calls.log"), "utf8").trim().split("\n"), expected)
    const shown = output.split("\n").filter((line) => line.startsWith("$ event-client "))
    assert.deepEqual(
      shown.map((line) => line.slice("$ event-client ".length).replaceAll('"', "")),
      expected,
    )
  })

  test(`demo/${script} stops where a host cannot be reached, at any of its commands`, (context) => {
    const { folder, run } = stage(context)
    for (const [index, fault] of expected.entries()) {
      rmSync(join(folder, "calls.log"), { force: true })
      const { status, output, errors } = run(script, fault)
      assert.equal(status, 1, fault)
      assert.match(output, /HOST_UNREACHABLE/)
      assert.match(errors, /^demo: that should have (succeeded|been refused with [A-Z_]+)/)
      assert.equal(readFileSync(join(folder, "calls.log"), "utf8").trim().split("\n").length, index + 1)
    }
  })
}

test("demo: the reset removes old identities and keeps what the user trusts", (context) => {
  const { folder, run } = stage(context)
  const config = join(folder, "EventManagerClient.properties")
  for (const file of [...files, "ERIN.identity.pem"]) writeFileSync(join(folder, file), "old")
  assert.equal(run("1.reset-client.sh").status, 0)
  assert.deepEqual(
    files.filter((file) => existsSync(join(folder, file))),
    [],
  )
  assert.ok(existsSync(join(folder, "ERIN.identity.pem")))
  assert.equal(readFileSync(config, "utf8"), `constraint=S:${"0".repeat(64)} PROD:1 SEC:INSECURE\n`)
  writeFileSync(config, "constraint=C:mine\n")
  assert.equal(run("1.reset-client.sh").status, 0)
  assert.equal(readFileSync(config, "utf8"), "constraint=C:mine\n")
})

test("demo: cleaning up removes the identities and cards of the four, and runs no client", (context) => {
  const { folder, run } = stage(context)
  for (const file of [...files, "ERIN.conclave"]) writeFileSync(join(folder, file), "old")
  assert.equal(run("5.clean-up.sh").status, 0)
  assert.deepEqual(
    files.filter((file) => existsSync(join(folder, file))),
    [],
  )
  assert.ok(existsSync(join(folder, "ERIN.conclave")))
  assert.ok(!existsSync(join(folder, "calls.log")))
})

test("demo: a server is passed on, before the name", (context) => {
  const { folder, run } = stage(context)
  run("2.create-computations.sh", "", { EVENT_MANAGER_SERVER: "http://localhost:1" })
  assert.match(
    readFileSync(join(folder, "calls.log"), "utf8"),
    /^-s http:\/\/localhost:1 ALICE create-computation AvgComp /,
  )
})

test("demo: an executable that is not there is named", (context) => {
  const { status, output } = stage(context).run("1.reset-client.sh", "", { EVENT_CLIENT: "./no-such-client" })
  assert.equal(status, 1)
  assert.match(output, /cannot run EVENT_CLIENT, \.\/no-such-client/)
})
