import { strict as assert } from "node:assert"
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { afterEach, beforeEach, describe, test } from "node:test"
import { MOCK_CONSTRAINT } from "../../../testing/src/cliHarness.ts"
import { Commands } from "../../../testing/src/scenarioCommands.ts"

/*
 * Releases, saved results and receipts, through commands within this process.
 */
let commands: Commands

beforeEach(async () => {
  commands = await Commands.begin()
  await commands.people("ALICE", "BOB", "CHARLEY")
})
afterEach(() => commands.end())

const numbers = [
  ["ALICE", "20"],
  ["BOB", "40"],
  ["CHARLEY", "75"],
] as const

async function submitAll(computation = "Avg"): Promise<void> {
  for (const [person, value] of numbers) await commands.ok(`${person} sv ${computation} ${value}`)
}

async function says(status: number, line: string, ...expected: readonly (string | RegExp)[]): Promise<void> {
  const ran = await commands.does(line)
  assert.equal(ran.status, status, `${line}: ${ran.err}${ran.lines.join()}`)
  assert.equal(ran.lines.length, expected.length, ran.lines.join("\n"))
  for (const [i, each] of expected.entries()) {
    if (typeof each === "string") assert.equal(ran.lines[i], each)
    else assert.match(ran.lines[i] ?? "", each)
  }
}

const result = (rest: string): string => `Computation: Avg. ${rest}`
const awaiting = (signed: number): string => {
  const advice = "the result comes when the others have asked for it too; then ask again"
  return result(`AWAITING_WITNESSES: ${signed} of 3 witnesses have signed the inputs; ${advice}`)
}

/** An avg of all three, submitted to and witnessed by all. */
async function witnessAll(): Promise<void> {
  await commands.ok("ALICE cc Avg avg 3 ALICE,BOB,CHARLEY --release witnessed:3")
  await submitAll()
  await commands.does("ALICE gr Avg")
  await commands.does("BOB gr Avg")
}

describe("--release", () => {
  test("is shown to everybody, but for 'first', which is what there was before", async () => {
    for (const policy of ["first", "all", "witnessed:2", "witnessed:3"]) {
      await commands.ok(`ALICE cc ${policy.replace(":", "")} avg 2 ALICE,BOB,CHARLEY --release ${policy}`)
    }
    const who = "Participants: [ALICE, BOB, CHARLEY]"
    assert.deepEqual(await commands.ok("BOB lc"), [
      "SUCCESS. Found 4 computations",
      `first (quorum=2, type=avg). ${who}`,
      `all (quorum=2, type=avg, release=all). ${who}`,
      `witnessed2 (quorum=2, type=avg, release=witnessed:2). ${who}`,
      `witnessed3 (quorum=2, type=avg, release=witnessed:3). ${who}`,
    ])
    const { computations } = (await commands.json("BOB lc")) as unknown as {
      computations: readonly { release: string }[]
    }
    assert.deepEqual(
      computations.map(({ release }) => release),
      ["first", "all", "witnessed:2", "witnessed:3"],
    )
  })

  test("nonsense is wrong usage, before anything is asked", async () => {
    commands.transcript.length = 0
    for (const policy of ["never", "witnessed", "witnessed:x", "witnessed:99999"]) {
      const line = `ALICE cc Avg avg 2 ALICE,BOB --release ${policy}`
      await commands.fails(line, 2, `USAGE: '${policy}' is no release policy: give first, all or witnessed:W`)
    }
    assert.deepEqual(commands.transcript, [])
  })

  test("witnesses are more than half of the participants, and no more than all; keys have no release", async () => {
    const range = "INVALID_REQUEST: Witnesses must be more than half of the participants, and no more than all 3"
    for (const witnesses of [0, 1, 4, 9_999]) {
      await says(1, `ALICE cc Avg avg 2 ALICE,BOB,CHARLEY --release witnessed:${witnesses}`, range)
    }
    const keys = "INVALID_REQUEST: A key-matching computation streams its results, so it has no release policy"
    for (const policy of ["all", "witnessed:2"]) await says(1, `ALICE cc K key 2 ALICE,BOB --release ${policy}`, keys)
    await says(0, "ALICE lc", "NO_RESULTS. No computations")
  })

  test("all: nobody gets an answer before everybody has submitted", async () => {
    await commands.ok("ALICE cc Avg avg 2 ALICE,BOB,CHARLEY --release all")
    for (const [person, value] of numbers.slice(0, 2)) await commands.ok(`${person} sv Avg ${value}`)
    const missing = "Quorum not yet reached. The result is released once all have submitted; 1 have not"
    await says(1, "ALICE gr Avg", result(`QUORUM_NOT_REACHED. ${missing}`))
    await commands.ok("CHARLEY sv Avg 75")
    await says(0, "ALICE gr Avg", result("SUCCESS. Result: 45"))
  })

  test("witnessed: get-result says how many have signed, with status 1, until it is released to all", async () => {
    await commands.ok("ALICE cc Avg avg 3 ALICE,BOB,CHARLEY --release witnessed:3")
    await submitAll()
    await says(1, "ALICE gr Avg", awaiting(1))
    await says(1, "ALICE gr Avg", awaiting(1))
    await says(1, "BOB sv Avg 1000", "COMPUTATION_LOCKED: Computation Avg is locked; try 'get-result'")
    await says(1, "BOB gr Avg", awaiting(2))
    const said = await commands.json("BOB gr Avg")
    assert.deepEqual(
      [said.code, said.status, said["computation"], said["signed"], said["needed"]],
      ["AWAITING_WITNESSES", 1, "Avg", 2, 3],
    )
    for (const person of ["CHARLEY", "ALICE", "BOB"]) await says(0, `${person} gr Avg`, result("SUCCESS. Result: 45"))
    const released = await commands.json("ALICE gr Avg")
    assert.deepEqual([released.code, released.status, released["result"], released["inputs"]], ["SUCCESS", 0, "45", 3])
    const { witnesses } = released as unknown as { witnesses: readonly { name: string }[] }
    assert.deepEqual(witnesses.map(({ name }) => name).toSorted(), ["ALICE", "BOB", "CHARLEY"])
    const { computations } = (await commands.json("BOB lc")) as unknown as { computations: readonly object[] }
    assert.match(String(released["terms"]), /^[0-9a-f]{64}$/)
    assert.equal(computations.length, 1)
  })

  test("witnessed: a minority that submitted nothing signs too", async () => {
    await commands.ok("ALICE cc Avg avg 1 ALICE,BOB,CHARLEY --release witnessed:2")
    await commands.ok("ALICE sv Avg 7")
    assert.equal((await commands.does("BOB gr Avg")).status, 1)
    await says(0, "CHARLEY gr Avg", result("SUCCESS. Result: 7"))
  })
})

describe("a saved result", () => {
  const good = (own: string): readonly (string | RegExp)[] => [
    result("SUCCESS. Result: 45"),
    "   Inputs: 3 of 3 participants",
    "   Witnesses: 3",
    /^ {3}Enclave: INSECURE, evidence of \d{4}-\d\d-\d\dT[0-9:.]+Z$/,
    `   ${own}`,
  ]

  beforeEach(async () => {
    await witnessAll()
    await says(0, "CHARLEY gr Avg --save Avg.result", result("SUCCESS. Result: 45"))
  })

  test("is checked with no host, by participants and by others, and says whose submission is in it", async () => {
    await commands.people("EVE")
    await commands.ok("EVE whoami")
    commands.transcript.length = 0
    for (const person of ["ALICE", "BOB", "CHARLEY"]) {
      await says(0, `${person} verify-result Avg.result`, ...good("Your latest submission is in it"))
    }
    await says(0, "EVE vr Avg.result", ...good("Nothing of yours is in it"))
    rmSync("ALICE.client.json")
    await says(0, "ALICE vr Avg.result", ...good("A submission of yours is in it, of which nothing is known here"))
    assert.deepEqual(commands.transcript, [])
    const said = await commands.json("BOB vr Avg.result")
    assert.deepEqual(
      [said.code, said.status, said["result"], said["inputs"], said["level"], said["own"]],
      ["SUCCESS", 0, "45", 3, "INSECURE", "latest"],
    )
    assert.equal((await commands.json("EVE vr Avg.result"))["own"], "nothing")
  })

  test("is refused where it was changed, cut, or is none", async () => {
    const text = readFileSync("Avg.result", "utf8")
    const at = text.indexOf("\n") + 200
    const other = text[at] === "A" ? "B" : "A"
    const changed = [text.slice(0, at) + other + text.slice(at + 1), text.slice(0, -80), text.slice(at), "", "nonsense"]
    for (const each of changed) {
      writeFileSync("changed", each)
      await commands.fails("BOB vr changed", 1, "STATEMENT_INVALID: ")
    }
    writeFileSync("changed", changed[0] ?? "")
    assert.equal((await commands.json("BOB vr changed")).code, "STATEMENT_INVALID")
    await commands.fails("BOB vr nowhere", 1, "FILE_UNREADABLE: nowhere does not exist")
    await commands.fails("BOB vr", 2, "USAGE: missing required argument")
  })

  test("is held against the constraint, and no result without one", async () => {
    const properties = readFileSync("EventManagerClient.properties", "utf8")
    for (const [constraint, code] of [
      [`C:${"1".repeat(64)} SEC:INSECURE`, "MEASUREMENT_NOT_ACCEPTED"],
      [MOCK_CONSTRAINT.replace(" SEC:INSECURE", ""), "SECURITY_TOO_LOW"],
    ] as const) {
      writeFileSync("EventManagerClient.properties", properties.replace(MOCK_CONSTRAINT, constraint))
      await commands.fails("BOB vr Avg.result", 1, code)
    }
    writeFileSync("EventManagerClient.properties", properties.replace(MOCK_CONSTRAINT, `${MOCK_CONSTRAINT} EXPIRE:P0D`))
    await says(0, "BOB vr Avg.result", ...good("Your latest submission is in it"))
    rmSync("EventManagerClient.properties")
    await commands.fails("BOB vr Avg.result", 1, "CONFIG_MISSING")
  })

  test("RECEIPT_MISSING, STATEMENT_CHANGED: is refused where this identity remembers otherwise", async () => {
    const remembered = readFileSync("BOB.client.json", "utf8")
    const forget = (change: (note: Record<string, unknown>) => object): void => {
      const memory = JSON.parse(remembered) as { notes: Record<string, Record<string, unknown>> }
      for (const [terms, note] of Object.entries(memory.notes)) memory.notes[terms] = { ...note, ...change(note) }
      writeFileSync("BOB.client.json", JSON.stringify(memory))
    }
    const hash = "1".repeat(64)
    forget(() => ({ receipt: { length: 3, hash } }))
    await commands.fails("BOB vr Avg.result", 1, "RECEIPT_MISSING: the frozen inputs of Avg do not hold your latest")
    forget(() => ({ receipt: { length: 2, hash }, isUnacknowledged: true }))
    await says(0, "BOB vr Avg.result", ...good("Your latest submission is in it; its receipt did not arrive"))
    forget(() => ({ frozen: hash }))
    await commands.fails("BOB vr Avg.result", 1, "STATEMENT_CHANGED: the frozen inputs of Avg have changed")
  })

  test("that cannot be written is an error, and the answer can be asked for again", async () => {
    mkdirSync("folder")
    await commands.fails("BOB gr Avg --save folder", 1, "FILE_UNWRITABLE: folder cannot be written")
    await says(0, "BOB gr Avg --save again", result("SUCCESS. Result: 45"))
    assert.equal(readFileSync("again", "utf8").split("\n")[0], "-----BEGIN EVENT MANAGER RESULT-----")
  })

  test("nothing is saved before it is released", async () => {
    await commands.ok("ALICE cc Later avg 3 ALICE,BOB,CHARLEY --release witnessed:3")
    await submitAll("Later")
    assert.equal((await commands.does("ALICE gr Later --save early")).status, 1)
    assert.throws(() => statSync("early"), { code: "ENOENT" })
  })
})

describe("saved receipts", () => {
  beforeEach(async () => {
    await commands.ok("ALICE cc Avg avg 3 ALICE,BOB,CHARLEY")
    await commands.ok("ALICE cc Other avg 3 ALICE,BOB,CHARLEY")
    await commands.ok("ALICE sv Avg 20 --save-receipt alice")
    await commands.ok("BOB sv Avg 40 --save-receipt bob")
    await commands.ok("BOB sv Other 40 --save-receipt other")
  })

  test("are compared with no host: of one history they can both be true; of two they prove nothing", async () => {
    commands.transcript.length = 0
    assert.equal(statSync("alice").mode & 0o777, 0o600)
    await says(0, "CHARLEY compare-checkpoints alice bob", "SUCCESS: Both receipts can be true")
    await says(0, "CHARLEY cp alice alice", "SUCCESS: Both receipts can be true")
    const unrelated = "The receipts are of different enclaves or computations, so they prove nothing"
    await says(1, "CHARLEY cp other bob", `UNRELATED: ${unrelated}`)
    const said = await commands.json("CHARLEY cp alice bob")
    assert.deepEqual([said.code, said.status, said["comparison"]], ["SUCCESS", 0, "compatible"])
    assert.equal((await commands.json("CHARLEY cp alice other"))["comparison"], "unrelated")
    assert.deepEqual(commands.transcript, [])
  })

  test("that were changed, or are of an enclave that is not accepted, prove nothing", async () => {
    const text = readFileSync("alice", "utf8")
    writeFileSync(
      "changed",
      text.replace(/\n(.{40})(.)/, (_, kept: string, letter: string) => `\n${kept}${letter === "A" ? "B" : "A"}`),
    )
    await commands.fails("CHARLEY cp changed bob", 1, "STATEMENT_INVALID: ")
    await commands.fails("CHARLEY cp bob nowhere", 1, "FILE_UNREADABLE: nowhere does not exist")
    await commands.fails("CHARLEY cp bob", 2, "USAGE: missing required argument")
    const properties = readFileSync("EventManagerClient.properties", "utf8")
    const constraint = `C:${"1".repeat(64)} SEC:INSECURE`
    writeFileSync("EventManagerClient.properties", properties.replace(MOCK_CONSTRAINT, constraint))
    await commands.fails("CHARLEY cp alice bob", 1, "MEASUREMENT_NOT_ACCEPTED")
  })

  test("a submission that is refused leaves none", async () => {
    await says(1, "EVE sv Avg 1 --save-receipt eve", "Creating new identity key...", /^NOT_AUTHORISED: /)
    assert.throws(() => statSync("eve"), { code: "ENOENT" })
  })
})
