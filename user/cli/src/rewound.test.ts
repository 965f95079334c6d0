import { strict as assert } from "node:assert"
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, test } from "node:test"
import { Commands } from "../../../testing/src/scenarioCommands.ts"

/*
 * A host that is restarted on what it kept, and one that puts an older state in its place: what each client prints.
 */
const everyone = ["ALICE", "BOB", "CHARLEY"] as const

let commands: Commands
let states: string
let data: string

beforeEach(async () => {
  states = mkdtempSync(join(tmpdir(), "event-host-"))
  data = join(states, "data")
  commands = await Commands.begin(data)
  await commands.people(...everyone)
})
afterEach(async () => {
  await commands.end()
  rmSync(states, { recursive: true })
})

/** Restarts the host on its state, of which a copy is made meanwhile. Returns the copy. */
async function copyState(to: string): Promise<string> {
  const copy = join(states, to)
  await commands.restart(data, () => cpSync(data, copy, { recursive: true }))
  return copy
}

test("fault 5, 6: a host restarted on the folder that it kept says nothing, and has lost nothing", async () => {
  await commands.ok("ALICE cc Avg avg 3 ALICE,BOB,CHARLEY --release witnessed:2")
  await commands.ok("ALICE cc Keys key 2 ALICE,BOB")
  for (const person of ["ALICE", "BOB"]) await commands.ok([person, "sv", "Keys", "K", `${person}'s`])
  const steps = [
    ["ALICE sv Avg 10", 0],
    ["ALICE sv Avg 20", 0],
    ["BOB sv Avg 40", 0],
    ["CHARLEY sv Avg 75", 0],
    ["ALICE gr Avg", 1],
    ["ALICE gr Avg", 1],
    ["BOB gr Avg", 0],
    ["ALICE gr Avg", 0],
  ] as const
  for (const [line, status] of steps) {
    const ran = await commands.does(line)
    assert.deepEqual([ran.status, /ENCLAVE_CHANGED|HISTORY/.test(ran.err)], [status, false], `${line}: ${ran.err}`)
    await commands.restart(data)
  }
  assert.deepEqual(await commands.ok("CHARLEY gr Avg"), ["Computation: Avg. SUCCESS. Result: 45"])
  assert.deepEqual(await commands.ok("ALICE gm"), [
    "Computation: Keys; Matched key: K",
    "   ALICE Message: ALICE's",
    "   BOB Message: BOB's",
  ])
  assert.equal((await commands.ok("ALICE lc")).length, 3)
})

/** How many events of its history each has seen when all have asked for the result, and ALICE again. */
const released = {
  first: { ALICE: 6, BOB: 6, CHARLEY: 6 },
  "witnessed:3": { ALICE: 9, BOB: 7, CHARLEY: 9 },
} as const

for (const [release, seen] of Object.entries(released)) {
  test(`${release}: a host rewound to before the freeze: each client's alarm, and status 1`, async () => {
    await commands.ok(`ALICE cc Avg avg 3 ALICE,BOB,CHARLEY --release ${release}`)
    for (const person of everyone) await commands.ok(`${person} sv Avg 30`)
    const before = await copyState("before")
    for (const person of everyone) await commands.does(`${person} gr Avg`)
    assert.deepEqual(await commands.ok("ALICE gr Avg"), ["Computation: Avg. SUCCESS. Result: 30"])
    await commands.restart(before)
    for (const person of everyone) {
      const older = `the history of Avg went back: you have seen ${seen[person]} events, and now it has 4. The host has`
      await commands.fails(`${person} gr Avg`, 1, `HISTORY_OLDER: ${older}`)
      await commands.fails(`${person} sv Avg 1000`, 1, "HISTORY_OLDER: ")
      const said = await commands.json(`${person} gr Avg`)
      assert.deepEqual([said.code, said.status], ["HISTORY_OLDER", 1])
      assert.match(said.message, /tell the other participants$/)
    }
    await commands.restart(data)
    for (const person of everyone) {
      assert.deepEqual(
        await commands.ok(`${person} gr Avg`),
        ["Computation: Avg. SUCCESS. Result: 30"],
        "no alarm stays",
      )
    }
  })
}

test("a host that forks the enclave: each client's alarm on the other's side, and the proof for a third", async () => {
  await commands.ok("ALICE cc Avg avg 1 ALICE,BOB,CHARLEY")
  const fork = await copyState("fork")
  await commands.ok("ALICE sv Avg 20 --save-receipt alice.receipt")
  await commands.ok("ALICE gr Avg --save alice.result")
  await commands.restart(fork)
  await commands.ok("BOB sv Avg 40 --save-receipt bob.receipt")
  await commands.fails("ALICE gr Avg", 1, "HISTORY_OLDER: ")
  await commands.ok("BOB sv Avg 41")
  await commands.ok("BOB gr Avg --save bob.result")
  await commands.fails("ALICE gr Avg", 1, "HISTORY_CONFLICT: the history of Avg lacks what you have seen: ")
  const { lines, status } = await commands.does("CHARLEY compare-checkpoints alice.receipt bob.receipt")
  assert.deepEqual([status, lines.length], [1, 1])
  assert.match(
    lines[0] ?? "",
    /^HISTORY_CONFLICT: The enclave signed two different events at one place of one history: /,
  )
  const said = await commands.json("CHARLEY compare-checkpoints bob.receipt alice.receipt")
  assert.deepEqual([said.code, said.status, said["comparison"]], ["HISTORY_CONFLICT", 1, "conflict"])
  // ALICE's own result is what she accepted; BOB's, of the same computation, is another answer.
  await commands.ok("ALICE verify-result alice.result")
  await commands.fails("ALICE verify-result bob.result", 1, "RECEIPT_MISSING: ")
  await commands.fails("BOB verify-result alice.result", 1, "RECEIPT_MISSING: ")
})

test("a host rewound to before a computation was created says that it does not exist, and the client warns that it did", async () => {
  const before = await copyState("before")
  await commands.ok("ALICE cc Avg avg 1 ALICE,BOB")
  await commands.ok("ALICE sv Avg 1")
  await commands.restart(before)
  for (const [line, said] of [
    ["ALICE gr Avg", "Computation: Avg. COMPUTATION_DOES_NOT_EXIST. Computation Avg does not exist"],
    ["ALICE sv Avg 2", "COMPUTATION_DOES_NOT_EXIST: Computation Avg does not exist"],
  ] as const) {
    const { status, lines, err } = await commands.does(line)
    assert.deepEqual([status, lines], [1, [said]])
    assert.match(
      err,
      /^event-client: warning: Avg did exist when you last used it: [^\n]+ an older state in its place\n$/,
    )
    assert.equal((await commands.json(line)).warnings.length, 1)
  }
  assert.equal((await commands.does("BOB gr Avg")).err, "", "BOB has never seen it")
})

test("a host on a state of its own is another enclave, whatever it calls itself", async () => {
  await commands.ok("ALICE lc")
  await commands.restart(join(states, "new"))
  await commands.fails("ALICE lc", 1, "ENCLAVE_CHANGED: ")
  await commands.restart(data)
  await commands.ok("ALICE lc")
})
