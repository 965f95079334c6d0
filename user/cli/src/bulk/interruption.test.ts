import { strict as assert } from "node:assert"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { describe, test, type TestContext } from "node:test"
import { Folder, mockHost } from "../../../../testing/src/cliHarness.ts"
import { FaultyRelay } from "../../../../testing/src/faultyRelay.ts"
import { Interruption, unlessAborted } from "./interruption.ts"

/*
 * What only processes show: that they end, and how, and what is left when they are killed.
 */
const within = { timeout: 60_000 }
const MANY = 18_000
const PER_BATCH = 4_310
const keys = Array.from({ length: MANY }, (_, i) => `${i}-${"k".repeat(240)}`.slice(0, 240))

async function setting(t: TestContext): Promise<{ folder: Folder; relay: FaultyRelay }> {
  const relay = await FaultyRelay.begin(t, (await mockHost(t)).url)
  const folder = new Folder(t)
  folder.configure(relay.url)
  folder.write("many", keys.map((key) => `${key}\n`).join(""))
  await folder.addPeople("ALICE", "BOB")
  await folder.run("ALICE", "cc", "K", "key", "1", "ALICE,BOB")
  return { folder, relay }
}

async function arrived(folder: Folder): Promise<readonly string[]> {
  const { lines } = await folder.run("ALICE", "gm", "--format", "jsonl")
  return lines.map((line) => (JSON.parse(line) as { key: string }).key).toSorted()
}

describe("submit-keys", () => {
  test("that is killed goes on in another run: nothing twice, nothing lost", within, async (t) => {
    const { folder, relay } = await setting(t)
    const held = Promise.withResolvers<void>()
    relay.plan((number) => {
      if (number === 4) held.resolve()
      return number >= 3 ? "held" : "relayed"
    })
    const killed = folder.start("ALICE", "sk", "K", "many")
    await held.promise
    killed.signal("SIGKILL")
    assert.equal((await killed.ended).status, null)
    relay.plan(() => "relayed")
    const said = await folder.json("ALICE", "sk", "K", "many")
    assert.deepEqual([said.code, said["submitted"], said["batches"]], ["SUCCESS", MANY, 5])
    assert.deepEqual(await arrived(folder), keys.toSorted())
  })

  test("ends at once at a second Ctrl-C, says what is known, and goes on in another run", within, async (t) => {
    const { folder, relay } = await setting(t)
    const held = Promise.withResolvers<void>()
    relay.plan((number) => {
      if (number === 5) held.resolve()
      return number >= 5 ? "held" : "relayed"
    })
    const running = folder.start("ALICE", "sk", "K", "many")
    await held.promise
    running.signal("SIGINT")
    await running.says("event-client: stopping once what is under way is acknowledged")
    running.signal("SIGINT")
    const { status, lines, err } = await running.ended
    assert.equal(status, 130)
    // How many of the four that were answered it had heard of by then is not for the test to say, but that all agrees.
    const known = Number(/^ {3}Submitted (\d+) keys to K in /.exec(lines[1] ?? "")?.[1])
    assert.ok(known >= PER_BATCH && known <= 4 * PER_BATCH, lines.join("\n"))
    assert.equal(lines[0], `INTERRUPTED: Interrupted before line ${known + 1}`)
    assert.equal(lines.at(-2), `   ${MANY - known} keys were under way: they may have arrived or not`)
    assert.match(err, /stopping once what is under way is acknowledged\n$/)
    relay.plan(() => "relayed")
    assert.equal((await folder.run("ALICE", "sk", "K", "many")).status, 0)
    assert.deepEqual(await arrived(folder), keys.toSorted())
  })

  test(
    "reads what is piped in, stops at Ctrl-C though more may come, and says that it cannot go on",
    within,
    async (t) => {
      const { folder, relay } = await setting(t)
      const main = join(import.meta.dirname, "../main.ts")
      const options = ["--disable-warning=ExperimentalWarning", main, "ALICE", "sk", "K", "-", "--json"]
      const child = spawn(process.execPath, options, { cwd: folder.path, stdio: ["pipe", "pipe", "inherit"] })
      t.after(() => child.kill("SIGKILL"))
      const came = Promise.withResolvers<void>()
      relay.plan((number) => {
        if (number === 2) came.resolve()
        return "relayed"
      })
      // It may be gone before it has read everything.
      child.stdin.on("error", () => undefined)
      child.stdin.write(keys.map((key) => `${key}\n`).join(""))
      const out = child.stdout.toArray()
      await came.promise
      child.kill("SIGINT")
      const [status] = (await once(child, "close")) as [number]
      const said = JSON.parse(Buffer.concat((await out) as Buffer[]).toString()) as Record<string, unknown>
      assert.deepEqual([status, said["code"]], [130, "INTERRUPTED"])
      const submitted = Number(said["submitted"])
      assert.equal(said["goesOnAtLine"], submitted + 1)
      assert.deepEqual(await arrived(folder), keys.slice(0, submitted).toSorted())
      assert.deepEqual(
        folder.files().filter((file) => file.includes(".keys-")),
        [],
      )
    },
  )

  test("of a pipe that ends is whole", within, async (t) => {
    const { folder } = await setting(t)
    const main = join(import.meta.dirname, "../main.ts")
    const options = ["--disable-warning=ExperimentalWarning", main, "ALICE", "sk", "K", "-", "--json"]
    const child = spawn(process.execPath, options, { cwd: folder.path, stdio: ["pipe", "ignore", "inherit"] })
    child.stdin.end("A\nB\n")
    assert.deepEqual(await once(child, "close"), [0, null])
    assert.deepEqual(await arrived(folder), ["A", "B"])
  })
})

test("the first signal asks, the second insists, and after its release it does not listen", () => {
  let asked = 0
  const before = process.listenerCount("SIGINT")
  const interruption = new Interruption(() => (asked += 1))
  process.emit("SIGTERM")
  assert.deepEqual([asked, interruption.asked.aborted, interruption.insisted.aborted], [1, true, false])
  process.emit("SIGINT")
  assert.deepEqual([asked, interruption.insisted.aborted], [1, true])
  interruption.release()
  assert.equal(process.listenerCount("SIGINT"), before)
})

test("what is awaited is left once a signal is aborted, and is otherwise itself", async () => {
  const stop = new AbortController()
  assert.equal(await unlessAborted(Promise.resolve(7), stop.signal), 7)
  await assert.rejects(unlessAborted(Promise.reject(new RangeError("x")), stop.signal), RangeError)
  const left = unlessAborted(new Promise<number>(() => {}), stop.signal)
  stop.abort()
  assert.equal(await left, undefined)
  assert.equal(await unlessAborted(new Promise<number>(() => {}), stop.signal), undefined)
})
