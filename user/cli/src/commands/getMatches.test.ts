import { strict as assert } from "node:assert"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { Folder, mockHost } from "../../../../testing/src/cliHarness.ts"
import { Commands } from "../../../../testing/src/scenarioCommands.ts"

let commands: Commands
let data: string

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), "state-"))
  commands = await Commands.begin(data)
  await commands.people("ALICE", "BOB")
})
afterEach(async () => {
  await commands.end()
  rmSync(data, { recursive: true })
})

/** A computation of these keys, submitted by both. */
async function matchAll(computation: string, count: number, options = ""): Promise<void> {
  writeFileSync("keys", Array.from({ length: count }, (_, i) => `${computation}${i}\n`).join(""))
  await commands.ok(`ALICE cc ${computation} key 2 ALICE,BOB${options}`)
  for (const person of ["ALICE", "BOB"]) await commands.ok(`${person} sk ${computation} keys`)
}

const rows = (lines: readonly string[]): readonly (string | undefined)[] => lines.map((line) => line.split(",")[2])

/** The cursor that a command has named on standard error. */
function cursorIn(err: string): string {
  const [, cursor] = /--since (\S+)\n$/.exec(err) ?? []
  assert.ok(cursor !== undefined, err)
  return cursor
}

describe("get-matches", () => {
  test("pages through more than one reply holds", async () => {
    await matchAll("Many", 40_000)
    const { status, lines, err } = await commands.does("ALICE gm --format csv")
    assert.equal(status, 0)
    assert.equal(lines.length, 1 + 80_000)
    assert.equal(new Set(rows(lines.slice(1))).size, 40_000)
    assert.match(err, /^event-client: 80000 matched submissions; for later ones say --since [0-9a-f]{16}-80000\n$/)
    assert.equal((await commands.ok("BOB gm")).length, 3 * 40_000)
  })

  test("--since shows what was told later, in every format, as long as the enclave lives", async () => {
    await matchAll("K", 2)
    const cursor = cursorIn((await commands.does("ALICE gm --format jsonl")).err)
    const nothing = await commands.does(`ALICE gm --format table --since ${cursor}`)
    assert.deepEqual([nothing.status, nothing.lines], [0, []])
    assert.deepEqual(await commands.ok(`ALICE gm --since ${cursor}`), ["NO_RESULTS. No matches"])
    await commands.ok("BOB sv K K0 again")
    assert.deepEqual(await commands.ok(`ALICE gm --since ${cursor}`), [
      "Computation: K; Matched key: K0",
      "   BOB Message: again",
    ])
    const said = await commands.json(`ALICE gm --since ${cursor}`)
    assert.deepEqual([(said["matches"] as unknown[]).length, said["next"]], [1, cursor.replace(/\d+$/, "5")])
    assert.deepEqual(await commands.ok(`ALICE gm --since ${cursor} --format table`), [
      "COMPUTATION  KEY  PARTICIPANT  MESSAGE",
      "K            K0   BOB          again",
    ])
    await commands.restart(data)
    const stale = "LIFE_ENDED: the enclave was restarted since it told this cursor, and numbers its matches anew"
    for (const rest of ["", " --format csv", " --follow"])
      await commands.fails(`ALICE gm --since ${cursor}${rest}`, 1, stale)
    assert.equal((await commands.json(`ALICE gm --since ${cursor}`)).code, "LIFE_ENDED")
    assert.equal((await commands.ok("ALICE gm --format csv")).length, 1 + 5)
  })

  test("says of computations that count how many keys have matched, and no more", async () => {
    await matchAll("C", 5, " --matches count")
    writeFileSync("more", "C0\nX\n")
    await commands.ok("BOB sk C more")
    const line = "Computation: C; 5 of your keys have matched"
    assert.deepEqual(await commands.ok("ALICE gm"), [line])
    const said = await commands.json("ALICE gm")
    assert.deepEqual(
      [said.code, said["matches"], said["counts"]],
      ["SUCCESS", [], [{ computation: "C", matchedKeys: 5 }]],
    )
    assert.deepEqual(await commands.ok("ALICE gm --format jsonl"), ['{"computation":"C","matchedKeys":5}'])
    assert.deepEqual(await commands.ok("ALICE gm --format table"), [line])
    const csv = await commands.does("ALICE gm --format csv")
    assert.deepEqual([csv.lines.length, csv.err.split("\n")[0]], [1, `event-client: ${line}`])
    await matchAll("K", 1)
    assert.deepEqual((await commands.ok("BOB gm")).at(-1), line)
    await commands.ok("ALICE cc Later key 2 ALICE,BOB --matches count")
    assert.equal((await commands.ok("BOB gm")).at(-1), "Computation: Later; 0 of your keys have matched")
  })

  test("wrong options are wrong usage", async () => {
    await commands.fails("ALICE gm --format xml", 2, "USAGE: 'xml' is no format: give one of table, csv, jsonl")
    await commands.fails("ALICE gm --since 17", 2, "USAGE: '17' is no cursor")
    const both = await commands.does("ALICE gm --format csv --json")
    assert.deepEqual([both.status, JSON.parse(both.lines[0] ?? "").code], [2, "USAGE"])
  })
})

describe("terms of computations over keys", () => {
  test("are shown to everybody, where they are not as usual", async () => {
    await commands.ok("ALICE cc Plain key 2 ALICE,BOB --matches told")
    await commands.ok("ALICE cc Terms key 2 ALICE,BOB --keys-max 1000 --matches count")
    const who = "Participants: [ALICE, BOB]"
    assert.deepEqual(await commands.ok("BOB lc"), [
      "SUCCESS. Found 2 computations",
      `Plain (quorum=2, type=key). ${who}`,
      `Terms (quorum=2, type=key, keys-max=1000, matches=count). ${who}`,
    ])
    const { computations } = (await commands.json("BOB lc")) as unknown as { computations: Record<string, unknown>[] }
    assert.deepEqual(
      computations.map(({ keysMax, matches }) => [keysMax, matches]),
      [
        [undefined, "told"],
        [1_000, "count"],
      ],
    )
  })

  test("are refused where they make no sense", async () => {
    for (const [options, message] of [
      ["--keys-max 0", "'0' is no number of keys: give a whole number such as 100000"],
      ["--keys-max many", "'many' is no number of keys"],
      ["--matches counted", "'counted' is nothing to tell of matches: give told or count"],
    ] as const) {
      await commands.fails(`ALICE cc K key 2 ALICE,BOB ${options}`, 2, `USAGE: ${message}`)
    }
    for (const options of ["--keys-max 10", "--matches count"]) {
      const { status, lines } = await commands.does(`ALICE cc Avg avg 2 ALICE,BOB ${options}`)
      assert.deepEqual([status, lines[0]?.split(":")[0]], [1, "INVALID_REQUEST"])
    }
  })

  test("advice says that keys can be guessed, unless there is a limit, and what counts give away", async () => {
    const codes = async (computation: string, options = ""): Promise<readonly string[]> => {
      const { advice } = await commands.json(`ALICE cc ${computation} key 2 ALICE,BOB${options}`)
      return advice.map(({ code }) => code).filter((code) => code !== "TWO_PARTICIPANTS")
    }
    assert.deepEqual(await codes("A"), ["KEYS_UNLIMITED"])
    assert.deepEqual(await codes("B", " --keys-max 10"), [])
    assert.deepEqual(await codes("C", " --keys-max 10 --matches count"), ["MATCHES_COUNTED"])
  })
})

test("get-matches --follow --format csv shows rows as they come, counts as they change, and a cursor at its end", async (t) => {
  const { url } = await mockHost(t)
  const folder = new Folder(t)
  folder.configure(url)
  await folder.addPeople("ALICE", "BOB")
  await folder.run("ALICE", "cc", "K", "key", "2", "ALICE,BOB")
  await folder.run("ALICE", "cc", "C", "key", "2", "ALICE,BOB", "--matches", "count")
  for (const person of ["ALICE", "BOB"]) await folder.run(person, "sv", "K", "FIRST", `${person} first`)
  const following = folder.start("ALICE", "gm", "--follow", "--format", "csv")
  await following.says("Computation: C; 0 of your keys have matched")
  for (const person of ["ALICE", "BOB"]) await folder.run(person, "sv", "C", "HIDDEN")
  await following.says("Computation: C; 1 of your keys has matched")
  await folder.run("BOB", "sv", "K", "FIRST", "=later")
  await following.says("'=later")
  following.signal("SIGINT")
  const { status, lines, err } = await following.ended
  assert.equal(status, 0)
  assert.deepEqual(
    lines.map((line) => line.replace(/[0-9a-f]{64}/, "KEY")),
    [
      "computation,position,key,participant,party,message",
      "K,0,FIRST,ALICE,KEY,ALICE first",
      "K,1,FIRST,BOB,KEY,BOB first",
      "K,2,FIRST,BOB,KEY,'=later",
    ],
  )
  assert.match(cursorIn(err), /^[0-9a-f]{16}-3$/)
})

test("get-matches --follow shows each match once, also after the host was restarted on its state", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "state-"))
  t.after(() => rmSync(data, { recursive: true }))
  const first = await mockHost(t, 0, data)
  const folder = new Folder(t)
  folder.configure(first.url)
  await folder.addPeople("ALICE", "BOB")
  await folder.run("ALICE", "cc", "K", "key", "1", "ALICE,BOB")
  await folder.run("ALICE", "sv", "K", "KEY", "before")
  const following = folder.start("ALICE", "gm", "--follow")
  await following.says("before")
  await first.close()
  await mockHost(t, Number(new URL(first.url).port), data)
  await folder.run("ALICE", "sv", "K", "KEY", "after")
  await following.says("after")
  following.signal("SIGINT")
  const { lines } = await following.ended
  const title = "Computation: K; Matched key: KEY"
  assert.deepEqual(lines, [title, "   ALICE Message: before", title, "   ALICE Message: after"])
})
