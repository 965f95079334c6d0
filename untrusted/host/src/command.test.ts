import assert from "node:assert/strict"
import { test } from "node:test"
import { readArguments } from "./command.ts"

function run(...args: string[]) {
  const said = { out: "", error: "" }
  const out = (text: string): void => void (said.out += text)
  const error = (text: string): void => void (said.error += text)
  return { result: readArguments(args, { out, error }), ...said }
}

test("Without options: port 9999 of this machine alone, in mock mode", () => {
  const expected = { port: 9_999, host: "127.0.0.1", enclaveMode: "mock", rateLimit: 2_000, logLevel: "info" }
  assert.deepEqual(run().result, expected)
})

test("Every option is read", () => {
  const { result } = run(
    ..."--port 0 --host ::1 --enclave-mode simulation --enclave-bundle b.mjs".split(" "),
    ..."--enclave-connect unix:/s --release-manifest r --snp-endorsements u --dcap-endorsements v".split(" "),
    ..."--simulation-key k --rate-limit 7 --log-level silent --data d --ephemeral".split(" "),
    "--sealing-key-command",
    "cat key",
    "--serve-ui",
    "release",
  )
  assert.deepEqual(result, {
    port: 0,
    host: "::1",
    enclaveMode: "simulation",
    enclaveBundle: "b.mjs",
    simulationKey: "k",
    enclaveConnect: "unix:/s",
    releaseManifest: "r",
    snpEndorsements: "u",
    dcapEndorsements: "v",
    rateLimit: 7,
    data: "d",
    ephemeral: true,
    sealingKeyCommand: "cat key",
    serveUi: "release",
    logLevel: "silent",
  })
})

test("The page is served where it is asked for", () => {
  const { result } = run("--serve-ui", "--port", "0")
  assert.ok(typeof result === "object")
  assert.equal(result.serveUi, true)
})

const wrong: Readonly<Record<string, readonly string[]>> = {
  "an unknown option": ["--prot", "1"],
  "an argument": ["extra"],
  "a port that is no number": ["--port", "x"],
  "a negative port": ["--port", "-1"],
  "a port beyond the last": ["--port", "65536"],
  "a port in another notation": ["--port", "1e3"],
  "a missing value": ["--port"],
  "an unknown mode": ["--enclave-mode", "prod"],
  "an unknown level": ["--log-level", "trace"],
  "a page in another mode": ["--serve-ui", "debug"],
  "a rate that is no number": ["--rate-limit", "many"],
}
for (const [what, args] of Object.entries(wrong)) {
  test(`Wrong usage, exit status 2 and one line: ${what}`, () => {
    const { result, out, error } = run(...args)
    assert.equal(result, 2)
    assert.equal(out, "")
    assert.match(error, /^event-host: \S[^\n]+\n$/)
  })
}

test("Help and version are no failure", () => {
  assert.equal(run("--help").result, 0)
  assert.match(run("--help").out, /--enclave-mode <mode>/)
  assert.deepEqual(run("-V"), { result: 0, out: "0.1.0\n", error: "" })
})
