import { strict as assert } from "node:assert"
import { test, type TestContext } from "node:test"
import { Folder, mockHost, type Ran } from "../../../testing/src/cliHarness.ts"

/*
 * What scripts rely on, and what a user meets who does something wrong: through processes of event-client.
 */
async function group(t: TestContext, ...names: readonly string[]): Promise<{ folder: Folder; url: string }> {
  const { url } = await mockHost(t)
  const folder = new Folder(t)
  folder.configure(url)
  await folder.addPeople(...names)
  return { folder, url }
}

/** One line on standard error, with the code in it; nothing on standard output. */
function failed(ran: Ran, status: number, start: string | RegExp): void {
  assert.deepEqual([ran.status, ran.out], [status, ""], ran.err)
  assert.match(ran.err, /^event-client: [A-Z_]+: [^\n]+\n$/)
  const said = ran.err.slice("event-client: ".length)
  assert.ok(typeof start === "string" ? said.startsWith(start) : start.test(said), said)
}

test("--json: every command prints one object with code, message and advice", async (t) => {
  const { folder } = await group(t, "ALICE", "BOB")
  const rows: readonly (readonly [line: string, code: string, fields: readonly string[]])[] = [
    ["ALICE cc Avg avg 2 ALICE,BOB", "SUCCESS", ["computation", "terms"]],
    ["ALICE sv Avg 1.5", "SUCCESS", ["computation", "quorumReached", "terms"]],
    ["BOB lc", "SUCCESS", ["computations"]],
    ["BOB get-result Avg", "QUORUM_NOT_REACHED", ["computation"]],
    ["BOB sv Avg -2", "SUCCESS", ["computation", "quorumReached", "terms"]],
    ["BOB get-result Avg", "SUCCESS", ["computation", "terms", "result"]],
    ["BOB get-matches", "NO_RESULTS", ["matches"]],
    ["ALICE delete-computation Avg", "SUCCESS", ["computation"]],
    ["ALICE share-identity", "SUCCESS", ["path", "fingerprint", "key"]],
    ["ALICE import-card BOB.conclave", "SUCCESS", ["name", "path", "fingerprint", "key"]],
    ["ALICE whoami", "SUCCESS", ["name", "fingerprint", "key", "file"]],
    ["ALICE set-passphrase --remove", "SUCCESS", ["file"]],
    ["ALICE attestation", "SUCCESS", ["platform", "level", "codeHash", "identity"]],
    ["ALICE get-result NoSuch", "COMPUTATION_DOES_NOT_EXIST", ["computation"]],
    ["ALICE sv", "USAGE", []],
  ]
  for (const [line, code, fields] of rows) {
    const said = await folder.json(...line.split(" "))
    assert.equal(said.code, code, line)
    assert.equal(said.status, code === "USAGE" ? 2 : ["SUCCESS", "NO_RESULTS"].includes(code) ? 0 : 1, line)
    for (const field of fields) assert.ok(field in said, `${line}: ${field}`)
  }
})

test("fault 3: advice is given on creation and on the first submission, in --json and on standard error, and once", async (t) => {
  const { folder } = await group(t, "ALICE", "BOB")
  const created = await folder.run("ALICE", "cc", "Avg", "avg", "1", "ALICE,BOB")
  assert.equal(created.out, "SUCCESS: Computation Avg created successfully\n")
  assert.deepEqual(created.err.split("\n"), [
    "event-client: please note: Avg has quorum 1: its result may be one person's number, told to everybody",
    "event-client: please note: Avg has two participants: an average of two tells each the other's number",
    "",
  ])
  const convenor = await folder.run("ALICE", "sv", "Avg", "1")
  assert.deepEqual([convenor.status, convenor.err], [0, ""], "its convenor was told when it was created")
  const first = await folder.json("BOB", "sv", "Avg", "2")
  assert.deepEqual(
    first.advice.map(({ code }) => code),
    ["QUORUM_ONE", "TWO_PARTICIPANTS"],
  )
  assert.deepEqual((await folder.json("BOB", "sv", "Avg", "3")).advice, [])
})

test("fault 12: other people's text cannot act on a terminal, or pass for a line of this program's own", async (t) => {
  const { folder } = await group(t, "ALICE", "BOB")
  await folder.run("ALICE", "cc", "Keys", "key", "2", "ALICE,BOB")
  const key = "K\u001b]0;owned\u0007"
  const message = "hi\nComputation: Keys; Matched key: FORGED\n\u001b[2J\u202etxt\u009b31m\\u{1b}"
  const submitted = await folder.run("BOB", "sv", "Keys", key, message)
  assert.deepEqual(submitted.lines, [
    "SUCCESS: Submission K\\u{1b}]0;owned\\u{7} successfully added to computation Keys",
  ])
  await folder.run("ALICE", "sv", "Keys", key)
  const shown = await folder.run("ALICE", "get-matches")
  assert.deepEqual(shown.lines, [
    "Computation: Keys; Matched key: K\\u{1b}]0;owned\\u{7}",
    "   BOB Message: hi\\u{a}Computation: Keys; Matched key: FORGED\\u{a}\\u{1b}[2J\\u{202e}txt\\u{9b}31m\\\\u{1b}",
    "   ALICE Message:",
  ])
  const { matches } = (await folder.json("ALICE", "get-matches")) as unknown as {
    matches: readonly { message?: string }[]
  }
  assert.deepEqual(
    matches.map((match) => match.message),
    [message, undefined],
    "a script gets the text itself",
  )
})

test("fault 15: a malformed card among good ones is named and skipped; another's under a good name is caught", async (t) => {
  const { folder } = await group(t, "ALICE", "BOB", "EVE")
  folder.write("BAD.conclave", "BAD\nnot base64\n\n")
  folder.write("EMPTY.conclave", "")
  folder.write("LONG.conclave", "x".repeat(100_000))
  const listed = await folder.run("ALICE", "lc")
  assert.deepEqual([listed.status, listed.lines], [0, ["NO_RESULTS. No computations"]])
  const warned = listed.err.trimEnd().split("\n")
  for (const [i, file] of ["BAD", "EMPTY", "LONG"].entries()) {
    assert.match(warned[i] ?? "", new RegExp(`^event-client: warning: skipped ${file}\\.conclave: .+`))
  }
  assert.equal(warned.length, 3)
  assert.equal((await folder.json("ALICE", "lc")).warnings.length, 3)
  folder.write("BOB.conclave", folder.read("EVE.conclave").replace("EVE", "BOB"))
  const created = await folder.run("ALICE", "cc", "Avg", "avg", "2", "ALICE,BOB")
  assert.match(created.err, /skipped BOB\.conclave: .*signature/)
  assert.match(created.err, /\nevent-client: UNKNOWN_PARTICIPANT: there is no card for BOB here; .+\n$/)
  assert.equal(created.status, 1)
})

test("fault 16: a missing participant, file or configuration is one line, and needs no host", async (t) => {
  const folder = new Folder(t)
  const shared = await folder.run("ALICE", "share-identity")
  assert.equal(shared.status, 0)
  failed(await folder.run("ALICE", "lc"), 1, "CONFIG_MISSING: there is no EventManagerClient.properties here")
  failed(await folder.run("ALICE", "lc", "-c", "other.conf"), 1, "CONFIG_MISSING: there is no other.conf here")
  folder.configure("http://127.0.0.1:9")
  failed(
    await folder.run("ALICE", "cc", "Avg", "avg", "2", "ALICE,BOB"),
    1,
    "UNKNOWN_PARTICIPANT: there is no card for BOB",
  )
  failed(await folder.run("ALICE", "import-card", "BOB.conclave"), 1, "FILE_UNREADABLE: BOB.conclave does not exist")
  failed(await folder.run("ALICE", "lc"), 1, "HOST_UNREACHABLE: no answer from the host at http://127.0.0.1:9")
  assert.equal((await folder.json("ALICE", "lc")).code, "HOST_UNREACHABLE")
})

test("fault 14: a broken identity is never overwritten", async (t) => {
  const { folder } = await group(t, "ALICE")
  const pem = folder.read("ALICE.identity.pem")
  for (const broken of ["", "nonsense", pem.slice(0, 60), pem.replace(/[A-Z]{3}/, "abc")]) {
    folder.write("ALICE.identity.pem", broken)
    failed(await folder.run("ALICE", "whoami"), 1, "IDENTITY_BROKEN: ALICE.identity.pem holds no Ed25519 private key")
    assert.equal(folder.read("ALICE.identity.pem"), broken)
  }
})

test("fault 14: an identity under a passphrase is not to be read without it", async (t) => {
  const { folder } = await group(t, "ALICE")
  const { key } = await folder.json("ALICE", "whoami")
  folder.write("secret", "correct horse\n")
  folder.write("wrong", "battery staple\n")
  const encrypted = await folder.run("ALICE", "set-passphrase", "--new-passphrase-file", "secret")
  assert.deepEqual(encrypted.lines, ["SUCCESS: ALICE.identity.pem is encrypted"])
  assert.match(folder.read("ALICE.identity.pem"), /^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
  failed(await folder.run("ALICE", "lc"), 1, "PASSPHRASE_NEEDED: a passphrase is needed")
  failed(await folder.run("ALICE", "lc", "--passphrase-file", "wrong"), 1, "PASSPHRASE_WRONG: ALICE.identity.pem")
  const same = await folder.json("ALICE", "whoami", "--passphrase-file", "secret")
  assert.equal(same["key"], key)
  assert.doesNotMatch(JSON.stringify(same), /correct horse/)
})

test("what a user may get wrong about numbers, keys and names is one line, and has no effect", async (t) => {
  const { folder } = await group(t, "ALICE", "BOB")
  await folder.run("ALICE", "cc", "Avg", "avg", "2", "ALICE,BOB")
  await folder.run("ALICE", "sv", "Avg", "1")
  const rows: readonly (readonly [readonly string[], number, string])[] = [
    [["ALICE", "sv", "Avg", "+5"], 1, "INVALID_VALUE: Avg takes a decimal number"],
    [["ALICE", "sv", "Avg", "1".repeat(31)], 1, "LIMIT_EXCEEDED: a number has at most 30 digits before the point"],
    [["ALICE", "sv", "Avg", "5", "with a message"], 1, "INVALID_VALUE: Avg takes a number alone"],
    [["ALICE", "cc", "a/b", "avg", "2", "ALICE,BOB"], 2, "USAGE: 'a/b' is no computation name"],
    [["../ALICE", "lc"], 2, "USAGE: '../ALICE' is no participant name"],
    [["ALICE", "submit-values"], 2, "USAGE: unknown command 'submit-values'"],
  ]
  for (const [args, status, start] of rows) failed(await folder.run(...args), status, start)
  assert.deepEqual((await folder.run("ALICE", "cc", "Avg2", "avg", "2", "ALICE,ALICE")).lines, [
    "DUPLICATE_PARTICIPANT: A participant is listed twice; each key takes part once",
  ])
  await folder.run("BOB", "sv", "Avg", "-2")
  assert.deepEqual((await folder.run("BOB", "gr", "Avg")).lines, ["Computation: Avg. SUCCESS. Result: -0.5"])
})

test("a computation that has expired is gone", async (t) => {
  const { folder } = await group(t, "ALICE", "BOB")
  const past = await folder.run("ALICE", "cc", "Avg", "avg", "2", "ALICE,BOB", "--expires", "2001-01-01")
  assert.deepEqual([past.status, past.lines], [1, ["INVALID_REQUEST: The computation would already have expired"]])
  assert.equal((await folder.run("ALICE", "cc", "Avg", "avg", "2", "ALICE,BOB", "--expires", "2035-06-01")).status, 0)
  assert.deepEqual((await folder.run("ALICE", "lc")).lines, [
    "SUCCESS. Found 1 computation",
    "Avg (quorum=2, type=avg). Participants: [ALICE, BOB]. Expires: 2035-06-01T00:00:00.000Z",
  ])
})
