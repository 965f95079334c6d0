import { strict as assert } from "node:assert"
import { rmSync } from "node:fs"
import { afterEach, beforeEach, describe, test } from "node:test"
import { Commands } from "../../../testing/src/scenarioCommands.ts"

/*
 * Computations, through commands within this process.
 */
let commands: Commands

beforeEach(async () => {
  commands = await Commands.begin()
})
afterEach(() => commands.end())

describe("computations", () => {
  test("what the enclave refuses is CODE: message on standard output, with status 1", async () => {
    await commands.people("ALICE", "BOB")
    const rows: readonly (readonly [string, string])[] = [
      [
        "ALICE cc A avg 1 ALICE",
        "QUORUM_NOT_REACHED: Two or more parties required to set up a multi-party computation",
      ],
      [
        "ALICE cc A avg 0 ALICE,BOB",
        "QUORUM_NOT_REACHED: The quorum for a multi-party computation must be greater than zero",
      ],
      [
        "ALICE cc A avg 3 ALICE,BOB",
        "QUORUM_NOT_REACHED: The number of participants must be at least as large as the quorum",
      ],
      [
        "ALICE cc A avg 2 ALICE,BOB,ALICE",
        "DUPLICATE_PARTICIPANT: A participant is listed twice; each key takes part once",
      ],
      [
        "ALICE cc A sum 2 ALICE,BOB",
        "COMPUTATION_TYPE_DOES_NOT_EXIST: The computation type does not exist; the types are avg, min, max, key",
      ],
      [
        "ALICE cc A avg 2 ALICE,BOB --expires 600w",
        "LIMIT_EXCEEDED: A computation expires within 316224000 seconds, which is ten years",
      ],
      ["ALICE sv A 1", "COMPUTATION_DOES_NOT_EXIST: Computation A does not exist"],
      ["ALICE dc A", "COMPUTATION_DOES_NOT_EXIST: Computation A does not exist"],
    ]
    for (const [line, said] of rows) {
      const { status, lines } = await commands.does(line)
      assert.deepEqual([status, lines], [1, [said]], line)
    }
    assert.deepEqual(await commands.ok("ALICE lc"), ["NO_RESULTS. No computations"])
  })

  test("wrong usage has status 2, before anything is asked or made", async () => {
    await commands.people("ALICE", "BOB")
    for (const [line, start] of [
      ["ALICE cc A avg two ALICE,BOB", "USAGE: 'two' is no quorum"],
      ["ALICE cc A avg 2 ALICE,", "USAGE: '' is no participant name"],
      ["ALICE cc A avg 2 ALICE,BOB --expires soon", "USAGE: 'soon' is no time"],
      ["ALICE gr A/B", "USAGE: 'A/B' is no computation name"],
      ["ALICE dc", "USAGE: missing required argument"],
      ["EVE/1 lc", "USAGE: 'EVE/1' is no participant name"],
    ] as const) {
      await commands.fails(line, 2, start)
    }
    assert.deepEqual(commands.transcript, [])
  })

  test("min and max name everyone who ties, by their cards or their fingerprints", async () => {
    await commands.people("ALICE", "BOB", "CHARLEY")
    await commands.ok("ALICE cc Max max 3 CHARLEY,ALICE,BOB")
    for (const [person, value] of [
      ["ALICE", "7.0"],
      ["BOB", "-7"],
      ["CHARLEY", "7"],
    ] as const)
      await commands.ok([person, "sv", "Max", value])
    assert.deepEqual(await commands.ok("BOB gr Max"), ["Computation: Max. SUCCESS. Result: CHARLEY, ALICE"])
    const [whoami = ""] = await commands.ok("CHARLEY whoami")
    rmSync("CHARLEY.conclave")
    assert.deepEqual(await commands.ok("BOB gr Max"), [
      `Computation: Max. SUCCESS. Result: ${whoami.slice("CHARLEY is ".length)}, ALICE`,
    ])
  })

  test("a key and its message may be anything that is typed", async () => {
    await commands.people("ALICE", "BOB")
    await commands.ok("ALICE cc Keys key 2 ALICE,BOB")
    await commands.ok(["ALICE", "sv", "Keys", "Mu\u0308ller", "--", "-- dashes"])
    const [line] = await commands.ok(["BOB", "sv", "Keys", "Müller", ""])
    assert.equal(
      line,
      "SUCCESS: Submission Müller successfully added to computation Keys. Quorum achieved so other participants informed.",
    )
    assert.deepEqual(await commands.ok("BOB gm"), [
      "Computation: Keys; Matched key: Müller",
      "   ALICE Message: -- dashes",
      "   BOB Message:",
    ])
    await commands.fails(["ALICE", "sv", "Keys", "k".repeat(257)], 1, "LIMIT_EXCEEDED: a key has at most 256 bytes")
    await commands.fails(["ALICE", "sv", "Keys", ""], 1, "INVALID_VALUE")
  })
})

test("fault 13: two runs that differ in what is submitted alone give the host the same commands.transcript", async () => {
  async function transcriptOf(
    ...values: readonly [string, string, string, string, string, string]
  ): Promise<readonly string[]> {
    commands.transcript.length = 0
    const [a, b, c, k, l, message] = values
    await commands.ok("ALICE cc Avg avg 3 ALICE,BOB,CHARLEY")
    await commands.ok("ALICE cc Keys key 2 ALICE,BOB,CHARLEY")
    for (const [person, number, key] of [
      ["ALICE", a, k],
      ["BOB", b, l],
      ["CHARLEY", c, k],
    ] as const) {
      await commands.ok([person, "sv", "Avg", number])
      await commands.ok([person, "sv", "Keys", "--", key, message])
    }
    for (const person of ["ALICE", "BOB", "CHARLEY"]) {
      await commands.ok([person, "gr", "Avg"])
      await commands.ok([person, "gm"])
    }
    for (const name of ["Avg", "Keys"]) await commands.ok(["ALICE", "dc", name])
    return [...commands.transcript]
  }
  await commands.people("ALICE", "BOB", "CHARLEY")
  const first = await transcriptOf("1", "2", "3", "K", "L", "")
  const second = await transcriptOf(
    `-${"9".repeat(30)}.5`,
    "0",
    "0.000000000001",
    "é".repeat(128),
    "é".repeat(128),
    "x".repeat(1_000),
  )
  assert.ok(first.length > 50)
  assert.deepEqual(second, first)
})
