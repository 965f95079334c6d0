import { strict as assert } from "node:assert"
import { statSync } from "node:fs"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { Folder, mockHost } from "../../../testing/src/cliHarness.ts"

/*
 * CONTRACT's demo, line by line, through processes of event-client.
 */
const everyone = ["ALICE", "BOB", "CHARLEY", "DENISE"] as const
type Person = (typeof everyone)[number]

const cleanUps: (() => void | Promise<void>)[] = []
const suite = { after: (run: () => void | Promise<void>): void => void cleanUps.push(run) } as never
let folder: Folder

before(async () => {
  const host = await mockHost(suite)
  folder = new Folder(suite)
  folder.configure(host.url)
})
after(async () => {
  for (const run of cleanUps) await run()
})

/** Runs, and asserts status and the exact lines on standard output. */
async function says(status: number, line: string | readonly string[], ...args: readonly string[]): Promise<string> {
  const ran = await folder.run(...args)
  assert.deepEqual([ran.status, ran.lines], [status, [line].flat()], `${args.join(" ")}: ${ran.err}`)
  return ran.err
}

describe("the demo", () => {
  test("1. four identities and their cards", async () => {
    const shared = await Promise.all(everyone.map((person) => folder.run(person, "share-identity")))
    for (const [i, { status, lines, err }] of shared.entries()) {
      const [creating, wrote = "", ...more] = lines
      assert.deepEqual([status, creating, more, err], [0, "Creating new identity key...", [], ""])
      const [, print] =
        new RegExp(`^SUCCESS: Identity card written to ${everyone[i]}.conclave \\((.*)\\)$`).exec(wrote) ?? []
      assert.match(print ?? "", /^[a-z2-7]{4}(-[a-z2-7]{4}){4}$/)
    }
    const again = await folder.run("ALICE", "share-identity")
    assert.deepEqual(again.lines, shared[0]?.lines.slice(1), "no second identity, the same card")
    const files = everyone.flatMap((person) => [`${person}.conclave`, `${person}.identity.pem`])
    assert.deepEqual(
      folder.files().filter((file) => !file.endsWith(".client.json")),
      [...files, "EventManagerClient.properties"].toSorted(),
    )
    for (const person of everyone) assert.equal(folder.read(`${person}.conclave`).trimEnd().split("\n").length, 3)
  })

  test("fault 14: the key files are their owners' alone", () => {
    for (const person of everyone) {
      assert.equal(statSync(join(folder.path, `${person}.identity.pem`)).mode & 0o777, 0o600)
    }
  })

  test("2. ALICE creates four computations", async () => {
    const [all, three] = [everyone.join(), everyone.slice(0, 3).join()]
    await says(
      0,
      "SUCCESS: Computation AvgComp created successfully",
      "ALICE",
      "create-computation",
      "AvgComp",
      "avg",
      "3",
      all,
    )
    await says(0, "SUCCESS: Computation MaxComp created successfully", "ALICE", "cc", "MaxComp", "max", "2", three)
    const last = everyone.slice(1).join()
    await says(0, "SUCCESS: Computation MinComp created successfully", "ALICE", "cc", "MinComp", "min", "3", last)
    await says(0, "SUCCESS: Computation KeyMatcher created successfully", "ALICE", "cc", "KeyMatcher", "key", "2", all)
    await says(
      1,
      "COMPUTATION_ALREADY_EXISTS: A computation with name AvgComp already exists",
      "BOB",
      "cc",
      "AvgComp",
      "avg",
      "2",
      all,
    )
  })

  test("list-computations", async () => {
    const lines = [
      "AvgComp (quorum=3, type=avg). Participants: [ALICE, BOB, CHARLEY, DENISE]",
      "MaxComp (quorum=2, type=max). Participants: [ALICE, BOB, CHARLEY]",
      "KeyMatcher (quorum=2, type=key). Participants: [ALICE, BOB, CHARLEY, DENISE]",
    ]
    await says(0, ["SUCCESS. Found 3 computations", ...lines], "ALICE", "list-computations")
    await says(0, ["Creating new identity key...", "NO_RESULTS. No computations"], "EVE", "list")
  })

  test("3. submissions", async () => {
    const submitted = (value: string, computation: string): string =>
      `SUCCESS: Submission ${value} successfully added to computation ${computation}`
    const unauthorised = (person: Person, computation: string): string =>
      `NOT_AUTHORISED: Party ${person} not authorised to participate in computation ${computation}`
    const rows: readonly (readonly [Person, string, string, 0 | 1])[] = [
      ["ALICE", "AvgComp", "10", 0],
      ["ALICE", "AvgComp", "20", 0],
      ["BOB", "AvgComp", "40", 0],
      ["CHARLEY", "AvgComp", "100", 0],
      ["DENISE", "AvgComp", "20", 0],
      ["DENISE", "MaxComp", "10", 1],
      ["ALICE", "MaxComp", "5", 0],
      ["ALICE", "MinComp", "2", 1],
      ["BOB", "MinComp", "4", 0],
      ["CHARLEY", "MinComp", "8", 0],
      ["DENISE", "MinComp", "1", 0],
    ]
    for (const [i, [person, computation, value, status]] of rows.entries()) {
      const line = status === 0 ? submitted(value, computation) : unauthorised(person, computation)
      await says(status, line, person, ["submit-value", "sv", "submit"][i % 3] ?? "", computation, value)
    }
  })

  test("3. keys", async () => {
    const told = ". Quorum achieved so other participants informed."
    const rows: readonly (readonly [Person, string, string, string])[] = [
      ["ALICE", "KEYABC", "Alice first message", ""],
      ["ALICE", "KEYABC", "Alice second message", ""],
      ["BOB", "KEYABC", "Bob message", told],
      ["CHARLEY", "KEYABC", "Charley message", told],
      ["DENISE", "KEYXYZ", "Denise message", ""],
      ["CHARLEY", "KEYXYZ", "Charley other message", told],
    ]
    for (const [person, key, message, end] of rows) {
      const line = `SUCCESS: Submission ${key} successfully added to computation KeyMatcher${end}`
      await says(0, line, person, "submit-value", "KeyMatcher", key, message)
    }
  })

  const result = (computation: string, rest: string): string => `Computation: ${computation}. ${rest}`
  const checkInbox =
    "CHECK_INBOX. For key-matching computations, results are streamed as detected; check your mail ('get-matches')"
  for (const person of everyone) {
    test(`4. ${person}'s results`, async () => {
      const unauthorised = (computation: string): string =>
        `NOT_AUTHORISED. Party ${person} not authorised to participate in computation ${computation}`
      await says(0, result("AvgComp", "SUCCESS. Result: 45"), person, "get-result", "AvgComp")
      const isOut = person === "DENISE"
      const max = isOut ? unauthorised("MaxComp") : "QUORUM_NOT_REACHED. Quorum not yet reached. Quorum is 2"
      await says(1, result("MaxComp", max), person, "gr", "MaxComp")
      const min = person === "ALICE" ? unauthorised("MinComp") : "SUCCESS. Result: DENISE"
      await says(person === "ALICE" ? 1 : 0, result("MinComp", min), person, "get", "MinComp")
      await says(1, result("KeyMatcher", checkInbox), person, "get-result", "KeyMatcher")
      const missing = "COMPUTATION_DOES_NOT_EXIST. Computation NO_SUCH_COMP does not exist"
      await says(1, result("NO_SUCH_COMP", missing), person, "get-result", "NO_SUCH_COMP")
    })

    test(`4. ${person}'s matches`, async () => {
      const abc = [
        "Computation: KeyMatcher; Matched key: KEYABC",
        "   ALICE Message: Alice first message",
        "   ALICE Message: Alice second message",
        "   BOB Message: Bob message",
        "   CHARLEY Message: Charley message",
      ]
      const xyz = [
        "Computation: KeyMatcher; Matched key: KEYXYZ",
        "   DENISE Message: Denise message",
        "   CHARLEY Message: Charley other message",
      ]
      const expected = { ALICE: abc, BOB: abc, CHARLEY: [...abc, ...xyz], DENISE: xyz }[person]
      await says(0, expected, person, "get-matches")
    })
  }

  test("fault 2: after the lock a submission is refused, and everybody goes on getting the same answer", async () => {
    await says(1, "COMPUTATION_LOCKED: Computation AvgComp is locked; try 'get-result'", "BOB", "sv", "AvgComp", "1000")
    await says(0, result("AvgComp", "SUCCESS. Result: 45"), "BOB", "get-result", "AvgComp")
  })

  test("delete-computation: the convenor may", async () => {
    await says(
      1,
      "NOT_AUTHORISED: Party BOB is not the convenor of computation AvgComp",
      "BOB",
      "delete-computation",
      "AvgComp",
    )
    await says(0, "SUCCESS: Computation AvgComp deleted", "ALICE", "dc", "AvgComp")
    await says(1, "COMPUTATION_DOES_NOT_EXIST: Computation AvgComp does not exist", "ALICE", "delete", "AvgComp")
    await says(0, "SUCCESS: Computation KeyMatcher deleted", "ALICE", "delete", "KeyMatcher")
    await says(0, "NO_RESULTS. No matches", "CHARLEY", "get-matches")
  })
})
