import { strict as assert } from "node:assert"
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { afterEach, beforeEach, describe, test } from "node:test"
import { Commands } from "../../../testing/src/scenarioCommands.ts"
import { run } from "./run.ts"

/*
 * The commands within this process: what main.test.ts shows through processes, at a tenth of the cost.
 */
let commands: Commands

beforeEach(async () => {
  commands = await Commands.begin()
})
afterEach(() => commands.end())

describe("identities", () => {
  test("are made at the first use of any command, once, and their lock goes with it", async () => {
    const [creating, ...rest] = await commands.ok("ALICE whoami")
    assert.equal(creating, "Creating new identity key...")
    assert.deepEqual(await commands.ok("ALICE whoami"), rest)
    assert.match(rest[0] ?? "", /^ALICE is [a-z2-7]{4}(-[a-z2-7]{4}){4}$/)
    assert.deepEqual(readdirSync(".").toSorted(), ["ALICE.identity.pem", "EventManagerClient.properties"])
    assert.deepEqual(commands.transcript, [], "no host was asked")
  })

  test("are made under a passphrase, where one is given", async () => {
    writeFileSync("secret", "open sesame\r\nsecond line\n")
    await commands.ok("ALICE whoami --passphrase-file secret")
    assert.match(readFileSync("ALICE.identity.pem", "utf8"), /ENCRYPTED/)
    await commands.ok("ALICE whoami --passphrase-file secret")
    await commands.fails("ALICE whoami", 1, "PASSPHRASE_NEEDED")
    writeFileSync("empty", "\nopen sesame\n")
    await commands.fails(
      "ALICE whoami --passphrase-file empty",
      1,
      "PASSPHRASE_NEEDED: empty holds no passphrase on its first line",
    )
    await commands.fails("ALICE whoami --passphrase-file missing", 1, "PASSPHRASE_NEEDED: missing holds no passphrase")
    await commands.fails("ALICE set-passphrase --passphrase-file secret", 1, "PASSPHRASE_NEEDED")
    assert.deepEqual(await commands.ok("ALICE set-passphrase --remove --passphrase-file secret"), [
      "SUCCESS: ALICE.identity.pem is no longer encrypted",
    ])
    await commands.fails(
      "ALICE set-passphrase --remove --new-passphrase-file secret",
      2,
      "USAGE: --remove and --new-passphrase-file",
    )
  })

  test("fault 14: are in use by one command at a time, and free again after a failure", async () => {
    writeFileSync("ALICE.lock", `${process.ppid}`)
    await commands.fails("ALICE whoami", 1, "IDENTITY_IN_USE: ALICE is in use by another event-client")
    assert.ok(!existsSync("ALICE.identity.pem"))
    rmSync("ALICE.lock")
    await commands.fails("ALICE import-card nowhere", 1, "FILE_UNREADABLE: nowhere does not exist")
    assert.ok(!existsSync("ALICE.lock"))
  })
})

describe("cards", () => {
  test("are imported, and their fingerprint told; another's key under a known name is not", async () => {
    await commands.people("ALICE", "BOB")
    mkdirSync("inbox")
    renameSync("BOB.conclave", "inbox/from-bob")
    const [line] = await commands.ok("ALICE import-card inbox/from-bob")
    const [whoami = ""] = await commands.ok("BOB whoami")
    const print = whoami.replace("BOB is ", "")
    assert.equal(
      line,
      `SUCCESS: Card of BOB kept as BOB.conclave. Its fingerprint is ${print}; ask BOB to read you theirs`,
    )
    await commands.ok("ALICE import-card inbox/from-bob")
    rmSync("BOB.identity.pem")
    rmSync("BOB.conclave")
    await commands.people("BOB")
    await commands.fails("ALICE import-card inbox/from-bob", 1, "CARD_CONFLICT: BOB.conclave holds another key for BOB")
  })

  test("fault 15: a malformed one is refused by name", async () => {
    await commands.people("ALICE")
    writeFileSync("from-eve", "EVE\n")
    await commands.fails(
      "ALICE import-card from-eve",
      1,
      "CARD_MALFORMED: from-eve is no valid card: a card has three lines",
    )
    writeFileSync("ALICE.conclave", "broken\n")
    await commands.fails("ALICE share-identity", 1, "CARD_MALFORMED: ALICE.conclave is no valid card")
    assert.equal(readFileSync("ALICE.conclave", "utf8"), "broken\n")
  })

  test("of one name and several keys are an error only for who uses that name", async () => {
    await commands.people("ALICE", "BOB", "CHARLEY")
    renameSync("BOB.conclave", "BOB2.conclave")
    rmSync("BOB.identity.pem")
    await commands.people("BOB")
    await commands.fails("ALICE cc Avg avg 2 ALICE,BOB", 1, "NAME_AMBIGUOUS: several cards here name BOB")
    await commands.ok("ALICE cc Avg avg 2 ALICE,CHARLEY")
    await commands.ok("BOB cc Avg2 avg 2 ALICE,BOB")
  })
})

test("a fault of this program is one line without a stack, and without what it was about", async () => {
  let err = ""
  const out = (): void => {
    throw new TypeError("secret")
  }
  const status = await run(["ALICE", "whoami"], { out, err: (text) => void (err += text) })
  assert.equal(status, 1)
  assert.match(err, /^event-client: INTERNAL: event-client itself failed \(TypeError at [\w.]+:\d+\); [^\n]+\n$/)
  assert.doesNotMatch(err, /secret/)
})
