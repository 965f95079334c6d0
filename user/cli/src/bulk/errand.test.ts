import { strict as assert } from "node:assert"
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test, type TestContext } from "node:test"
import { gzipSync } from "node:zlib"
import { FaultyRelay } from "../../../../testing/src/faultyRelay.ts"
import { Commands } from "../../../../testing/src/scenarioCommands.ts"

/*
 * Files of keys, through commands within this process. With quorum 1 a submitter is told of each of its submissions at
 * once, so that matches show what has arrived, and how often.
 */
let commands: Commands

beforeEach(async () => {
  commands = await Commands.begin()
  await commands.people("ALICE", "BOB")
  await commands.ok("ALICE cc K key 1 ALICE,BOB")
  await commands.ok("BOB lc")
})
afterEach(() => commands.end())

/** Long enough that a few thousand of them fill a mail. */
const keyOf = (i: number): string => `${i}-${"k".repeat(240)}`.slice(0, 240)
const keysOf = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => keyOf(i))
const PER_BATCH = 4_310
/** Four mails, and a bit. */
const MANY = 18_000

function writeKeys(file: string, keys: readonly string[]): void {
  writeFileSync(file, keys.map((key) => `${key}\n`).join(""))
}

/** The address of the host that was begun. */
function hostUrl(): string {
  return /server=(.*)/.exec(readFileSync("EventManagerClient.properties", "utf8"))?.[1] ?? ""
}

/** What ALICE has submitted, in order. */
async function arrived(): Promise<readonly string[]> {
  const lines = await commands.ok("ALICE gm --format jsonl")
  return lines.map((line) => (JSON.parse(line) as { key: string }).key)
}

/** Asserts that these have arrived, each as often as it is here. */
async function hasArrived(keys: readonly string[]): Promise<void> {
  const found = await arrived()
  assert.equal(found.length, keys.length)
  assert.deepEqual(found.toSorted(), keys.toSorted())
}

const withoutPace = (line: string): string => line.replace(/; \d+\.\d s, \d+ keys\/s$/, "")

/** Runs a line, and returns its exit status and what it printed, without figures that differ from run to run. */
async function does(line: string): Promise<readonly [number, ...string[]]> {
  const { status, lines } = await commands.does(line)
  return [status, ...lines.map(withoutPace)]
}

const jobs = (): readonly string[] => readdirSync(".").filter((file) => file.includes(".keys-"))

describe("submit-keys", () => {
  test("submits a list, CSV with messages, and what is packed; an unchanged file once", async () => {
    writeFileSync("list", "A\nB\n")
    assert.deepEqual(await does("ALICE submit-keys K list"), [
      0,
      "SUCCESS: Submitted 2 keys to K in 1 batch",
      "   Of these, 2 keys had matched by then; see 'get-matches'",
    ])
    const [status, line] = await does("ALICE sk K list")
    assert.equal(status, 0)
    assert.match(
      line ?? "",
      /^SUCCESS: Submitted 2 keys to K in 1 batch, on \d.*Z; the file has not changed since, and/,
    )
    writeFileSync("table.csv.gz", gzipSync('vin,claim\r\nC,"said ""yes"", then no"\r\nA,\r\n'))
    await commands.ok("ALICE sk K table.csv.gz --key-column vin --message-column claim")
    assert.deepEqual(await commands.ok("ALICE gm"), [
      "Computation: K; Matched key: A",
      "   ALICE Message:",
      "   ALICE Message:",
      "Computation: K; Matched key: B",
      "   ALICE Message:",
      "Computation: K; Matched key: C",
      '   ALICE Message: said "yes", then no',
    ])
    assert.equal((await does("ALICE sk K list --restart"))[0], 0)
    await hasArrived(["A", "B", "C", "A", "A", "B"])
  })

  test("a finished file that has changed is submitted as a new one", async () => {
    writeFileSync("list", "A\n")
    await commands.ok("ALICE sk K list")
    writeFileSync("list", "A\nB\n")
    await commands.ok("ALICE sk K list")
    await hasArrived(["A", "A", "B"])
  })

  test("names lines that hold no key, keeps them, and submits the rest; the exit status says so", async () => {
    const bad = Buffer.from([0x62, 0xff, 0x64])
    writeFileSync("list", Buffer.concat([Buffer.from("A\n\nB\n"), bad, Buffer.from(`\n${"x".repeat(300)}\nC`)]))
    const { status, lines, err } = await commands.does("ALICE sk K list --rejects left.csv")
    assert.deepEqual(
      [status, withoutPace(lines[0] ?? "")],
      [1, "SOME_REJECTED: Submitted 3 keys to K in 1 batch, 3 lines left out"],
    )
    assert.equal(
      err.replaceAll(/^event-client: please note.*\n/gm, ""),
      [
        "event-client: warning: line 2 is left out: there is no key in it\n",
        "event-client: warning: line 4 is left out: it is not UTF-8\n",
        "event-client: warning: line 5 is left out: its key has more than 256 bytes\n",
      ].join(""),
    )
    const kept = readFileSync("left.csv").toString("latin1").split("\n")
    assert.deepEqual(kept.slice(0, 3), ["line,reason,text", '2,EMPTY,""', `4,NOT_UTF8,"${bad.toString("latin1")}"`])
    assert.equal(kept[3], `5,KEY_TOO_LONG,"${"x".repeat(300)}"`)
    assert.equal(statSync("left.csv").mode & 0o777, 0o600)
    assert.equal((await does("ALICE sk K list"))[0], 1, "asked again, it says so again")
    await hasArrived(["A", "B", "C"])
  })

  test("names the first few such lines, and counts all", async () => {
    writeKeys(
      "list",
      Array.from({ length: 100 }, (_, i) => (i === 50 ? "11111111111111111" : `no VIN ${i}`)),
    )
    const said = await commands.json("ALICE sk K list --normalise vin --rejects left.csv")
    assert.deepEqual([said.code, said.status, said["submitted"], said["rejected"]], ["SOME_REJECTED", 1, 1, 99])
    assert.equal(said.warnings.length, 6)
    assert.equal(said.warnings[4], "line 5 is left out: a VIN has letters but I, O and Q, and digits")
    assert.match(said.warnings[5] ?? "", /^more lines that are left out are counted/)
    assert.equal(readFileSync("left.csv", "utf8").split("\n").length, 1 + 99 + 1)
  })

  test("prints one object for a script, and nothing else", async () => {
    writeKeys("list", ["A", "B"])
    const { seconds, rate, advice, ...said } = await commands.json("ALICE sk K list")
    assert.deepEqual([typeof seconds, typeof rate, advice], ["number", "number", []])
    assert.deepEqual(said, {
      code: "SUCCESS",
      message: said.message,
      computation: "K",
      submitted: 2,
      matched: 2,
      batches: 1,
      rejected: 0,
      earlier: { submitted: 0, batches: 0 },
      warnings: [],
      status: 0,
    })
  })

  test("refuses what makes no sense before anything is sent", async () => {
    writeFileSync("list", "A,B\n")
    writeFileSync("empty", "")
    await commands.ok("ALICE cc Avg avg 1 ALICE,BOB")
    const usage = [
      ["K list --lines --key-column 1", "--lines takes each line as it stands"],
      ["K list --message-column 1", "with --message-column, say which column is the key"],
      ["K list --normalise fine", "'fine' is no way to normalise: give one of none, trim, upper, vin, email"],
      ["K list --rejects list", "--rejects names the file that is read"],
    ]
    for (const [line, message] of usage) await commands.fails(`ALICE sk ${line}`, 2, `USAGE: ${message}`)
    await commands.fails("ALICE sk K nowhere", 1, "FILE_UNREADABLE: nowhere does not exist")
    await commands.fails("ALICE sk K list", 1, "INVALID_VALUE: the first line has 2 columns")
    await commands.fails("ALICE sk K empty", 1, "INVALID_VALUE: there is no key in the file")
    await commands.fails("ALICE sk K list --key-column vin", 1, "INVALID_VALUE: the first line names no column 'vin'")
    assert.deepEqual(await does("ALICE sk Avg list"), [
      1,
      "INVALID_REQUEST: Computation Avg would have to be one that matches keys ('key')",
    ])
    assert.deepEqual(await does("ALICE sk None list"), [
      1,
      "COMPUTATION_DOES_NOT_EXIST: Computation None does not exist",
    ])
    assert.equal(readFileSync("list", "utf8"), "A,B\n")
    assert.deepEqual(jobs(), [])
    await hasArrived([])
  })

  test("a refused batch is refused whole, and the summary says where it stopped, and why", async () => {
    await commands.ok(`ALICE cc Q key 1 ALICE,BOB --keys-max ${PER_BATCH + 10}`)
    writeKeys("many", keysOf(2 * PER_BATCH + 5))
    const [status, ...lines] = await does("ALICE sk Q many")
    assert.equal(status, 1)
    const most = `Computation Q takes at most ${PER_BATCH + 10} keys from each participant, retired ones included`
    assert.deepEqual(lines, [
      `LIMIT_EXCEEDED: ${most}`,
      `   Submitted ${PER_BATCH + 5} keys to Q in 2 batches`,
      `   Of these, ${PER_BATCH + 5} keys had matched by then; see 'get-matches'`,
      `   The batch that begins at line ${PER_BATCH + 1} was refused whole`,
      `   The same command goes on at line ${PER_BATCH + 1}, and sends nothing twice`,
    ])
    const all = keysOf(2 * PER_BATCH + 5)
    await hasArrived([...all.slice(0, PER_BATCH), ...all.slice(2 * PER_BATCH)])
    const again = await commands.json("ALICE sk Q many")
    assert.deepEqual(
      [again.code, again["submitted"], again["goesOnAtLine"]],
      ["LIMIT_EXCEEDED", PER_BATCH + 5, PER_BATCH + 1],
    )
    assert.equal((await arrived()).length, PER_BATCH + 5)
  })

  test("a refusal of the first batch leaves nothing to go on from", async () => {
    await commands.ok("ALICE cc Q key 1 ALICE,BOB --keys-max 1")
    writeFileSync("list", "A\nB\n")
    assert.equal((await does("ALICE sk Q list"))[0], 1)
    assert.deepEqual(jobs(), [])
  })
})

describe("retire-keys", () => {
  test("takes one's own keys out again, and says how many were there", async () => {
    writeFileSync("list", "A\nB\nC\n")
    await commands.ok("ALICE sk K list")
    await commands.ok("BOB sk K list")
    writeFileSync("gone.csv", "key,message\nA,some text\nC,\nD,\n")
    assert.deepEqual(await does("ALICE retire-keys K gone.csv"), [
      0,
      "SUCCESS: Retired 2 of 3 keys from K in 1 batch",
      "   The others were not there, or were named twice",
    ])
    await hasArrived(["B", "B"])
    const said = await commands.json("BOB rk K list --key-column 1")
    assert.deepEqual([said.code, said["named"], said["retired"]], ["SUCCESS", 3, 3])
  })
})

describe("an interrupted run goes on, nothing twice and nothing lost", () => {
  let relay: FaultyRelay
  let line: string

  beforeEach(async (context) => {
    relay = await FaultyRelay.begin(context as unknown as TestContext, hostUrl())
    line = `ALICE sk K many -s ${relay.url}`
    writeKeys("many", keysOf(MANY))
  })

  async function finishes(): Promise<void> {
    relay.plan(() => "relayed")
    const said = await commands.json(line)
    assert.deepEqual([said.code, said["submitted"], said["batches"], said["rejected"]], ["SUCCESS", MANY, 5, 0])
    await hasArrived(keysOf(MANY))
    const again = await commands.json(line)
    assert.match(again.message, /nothing was sent/)
    assert.equal((await arrived()).length, MANY)
  }

  for (const at of [1, 2, 4, 5]) {
    test(`Ctrl-C as mail ${at} is under way`, async () => {
      relay.plan((number) => {
        if (number === at) commands.interrupt()
        return "relayed"
      })
      const { status, lines, err } = await commands.does(line)
      assert.match(err, /^event-client: stopping once what is under way is acknowledged$/m)
      // What is under way by then is seen to its end; where that is all of it, nothing was interrupted.
      if (status === 0) assert.ok(relay.bulkMails === 5)
      else {
        assert.equal(status, 130)
        assert.match(lines[0] ?? "", /^INTERRUPTED: Interrupted before line \d+$/)
        const [, keys] = /Submitted (\d+) keys/.exec(lines[1] ?? "") ?? []
        assert.equal((await arrived()).length, Number(keys))
        assert.equal(lines.at(-1), `   The same command goes on at line ${Number(keys) + 1}, and sends nothing twice`)
      }
      await finishes()
    })
  }

  for (const fate of ["lost", "reply lost"] as const) {
    test(`one mail whose ${fate === "lost" ? "frame" : "reply"} is lost is sent again within the run`, async () => {
      relay.plan((number) => (number === 2 ? fate : "relayed"))
      const said = await commands.json(line)
      assert.deepEqual([said.code, said["submitted"]], ["SUCCESS", MANY])
      await hasArrived(keysOf(MANY))
    })

    for (const from of [1, 3]) {
      test(`a host that is away from mail ${from} on, ${fate}`, async () => {
        relay.plan((number) => (number >= from ? fate : "relayed"))
        const { status, lines, err } = await commands.does(line)
        assert.equal(status, 1)
        assert.match(err, /^event-client: HOST_UNREACHABLE: no answer from the host at /m)
        const [, keys] = /^ {3}Submitted (\d+) keys/.exec(lines[0] ?? "") ?? []
        assert.equal(Number(keys), (from - 1) * PER_BATCH)
        assert.match(lines.at(-2) ?? "", /^ {3}\d+ keys were under way: they may have arrived or not$/)
        assert.equal(lines.at(-1), `   The same command goes on at line ${Number(keys) + 1}, and sends nothing twice`)
        // Up to four mails are under way at a time; a host that loses the replies has passed them all on.
        const passedOn = from === 1 ? 4 * PER_BATCH : MANY
        assert.equal((await arrived()).length, fate === "lost" ? Number(keys) : passedOn)
        await finishes()
      })
    }
  }

  test("the file that changes is refused while it is read, and afterwards, until it is sent anew", async () => {
    relay.plan(() => {
      appendFileSync("many", "more\n")
      return "relayed"
    })
    const { status, lines, err } = await commands.does(line)
    assert.equal(status, 1)
    assert.match(err, /^event-client: FILE_CHANGED: many was changed while it was read; /m)
    const [, keys] = /Submitted (\d+) keys/.exec(lines[0] ?? "") ?? []
    const before = await arrived()
    assert.ok(before.length > 0)
    assert.equal(before.length, Number(keys))
    relay.plan(() => "relayed")
    await commands.fails(line, 1, `FILE_CHANGED: ${process.cwd()}/many has changed since ${keys} of its keys`)
    assert.equal((await arrived()).length, before.length)
    await commands.ok(`${line} --restart`)
    assert.ok((await arrived()).length > MANY + before.length)
  })

  test("a packed file that is cut short counts as far as it goes, and says so", async () => {
    const packed = gzipSync(readFileSync("many"), { level: 0 })
    writeFileSync("many", packed.subarray(0, packed.length - 1_000_000))
    const said = await commands.json(line)
    assert.deepEqual([said.code, said.status], ["FILE_UNREADABLE", 1])
    assert.equal(said.message, "many is packed as gzip, and is cut short")
    assert.ok(Number(said["submitted"]) >= 2 * PER_BATCH)
    assert.equal((await arrived()).length, said["submitted"])
  })

  test("packed or not, with lines left out, which are kept once each", async () => {
    const keys = keysOf(MANY).map((key, i) => (i % 1_000 === 500 ? "" : key))
    writeFileSync("many", gzipSync(keys.map((key) => `${key}\n`).join("")))
    const came = Promise.withResolvers<void>()
    relay.plan(async (number) => {
      if (number === 2) {
        commands.interrupt()
        came.resolve()
      }
      // Acknowledged before, it would let the rest of the file be read.
      await came.promise
      return "relayed" as const
    })
    assert.equal((await commands.does(`${line} --rejects left`)).status, 130)
    relay.plan(() => "relayed")
    await commands.fails(`${line} --normalise trim`, 1, "INVALID_VALUE: ")
    const said = await commands.json(`${line} --rejects left`)
    assert.deepEqual([said.code, said["submitted"], said["rejected"]], ["SOME_REJECTED", MANY - 18, 18])
    const expected = Array.from({ length: 18 }, (_, i) => `${i * 1_000 + 501},EMPTY,""\n`)
    assert.equal(readFileSync("left", "utf8"), `line,reason,text\n${expected.join("")}`)
    await hasArrived(keys.filter((key) => key !== ""))
  })

  test("also of a retirement", async () => {
    await commands.ok(line)
    const retire = `ALICE rk K many -s ${relay.url}`
    relay.plan((number) => {
      if (number === 2) commands.interrupt()
      return number === 1 ? "reply lost" : "relayed"
    })
    assert.equal((await commands.does(retire)).status, 130)
    relay.plan(() => "relayed")
    const said = await commands.json(retire)
    assert.deepEqual([said.code, said["named"], said["retired"]], ["SUCCESS", MANY, MANY])
    await hasArrived([])
  })
})

test("a host that restarts half-way is waited for", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "state-"))
  t.after(() => rmSync(data, { recursive: true }))
  await commands.end()
  commands = await Commands.begin(data)
  await commands.people("ALICE", "BOB")
  await commands.ok("ALICE cc K key 1 ALICE,BOB")
  writeKeys("many", keysOf(MANY))
  const relay = await FaultyRelay.begin(t, hostUrl())
  relay.plan(async (number) => {
    if (number === 3) await commands.restart(data)
    return "relayed" as const
  })
  const said = await commands.json(`ALICE sk K many -s ${relay.url}`)
  assert.deepEqual([said.code, said["submitted"], said["batches"]], ["SUCCESS", MANY, 5])
  await hasArrived(keysOf(MANY))
})
