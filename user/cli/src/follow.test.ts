import { httpTransport } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { once } from "node:events"
import { createServer, request as ask, type IncomingMessage } from "node:http"
import { test, type TestContext } from "node:test"
import { Folder, mockHost, nonsenseHost } from "../../../testing/src/cliHarness.ts"

/** Nothing here takes a tenth of this, but for a client that follows and does not stop. */
const within = { timeout: 60_000 }

async function matcher(t: TestContext): Promise<{ folder: Folder; url: string }> {
  const { url } = await mockHost(t)
  const folder = new Folder(t)
  folder.configure(url)
  await folder.addPeople("ALICE", "BOB")
  await folder.run("ALICE", "cc", "Keys", "key", "2", "ALICE,BOB")
  for (const name of ["ALICE", "BOB"]) await folder.run(name, "sv", "Keys", "FIRST", `${name} first`)
  return { folder, url }
}

test(
  "get-matches --follow shows what there is, then what comes, and ends with status 0 on SIGINT",
  within,
  async (t) => {
    const { folder } = await matcher(t)
    const following = folder.start("ALICE", "get-matches", "--follow")
    await following.says("BOB Message: BOB first")
    assert.equal((await folder.run("ALICE", "sv", "Keys", "LATER", "mine")).status, 0, "ALICE may go on meanwhile")
    await folder.run("BOB", "sv", "Keys", "LATER", "\u001b[31mred")
    await following.says("BOB Message: \\u{1b}[31mred")
    following.signal("SIGINT")
    const { status, lines, err } = await following.ended
    assert.deepEqual([status, err], [0, ""])
    assert.deepEqual(lines, [
      "Computation: Keys; Matched key: FIRST",
      "   ALICE Message: ALICE first",
      "   BOB Message: BOB first",
      "Computation: Keys; Matched key: LATER",
      "   ALICE Message: mine",
      "   BOB Message: \\u{1b}[31mred",
    ])
  },
)

test("get-matches --follow --json prints an object for each match, and one at its end", within, async (t) => {
  const { folder } = await matcher(t)
  const following = folder.start("BOB", "get-matches", "--follow", "--json")
  await following.says("BOB first")
  await folder.run("ALICE", "sv", "Keys", "FIRST", "again")
  await following.says("again")
  following.signal("SIGTERM")
  const { status, lines } = await following.ended
  const objects = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
  assert.equal(status, 0)
  assert.deepEqual(
    objects.map((each) => each["message"]),
    ["ALICE first", "BOB first", "again", "Stopped following"],
  )
  assert.equal(objects.at(-1)?.["code"], "SUCCESS")
})

test("get-matches --follow goes on after its connection broke, and says so", within, async (t) => {
  const { folder, url } = await matcher(t)
  const listening: IncomingMessage[] = []
  const proxy = createServer((incoming, response) => {
    const { method = "GET", headers } = incoming
    const outgoing = ask(new URL(incoming.url ?? "/", url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      if (incoming.url === "/events") {
        listening.push(incoming)
        proxy.emit("listens")
      }
      answer.pipe(response)
    })
    outgoing.on("error", () => response.destroy())
    incoming.pipe(outgoing)
  }).listen(0, "127.0.0.1")
  t.after(() => void proxy.close().closeAllConnections())
  await once(proxy, "listening")
  const address = proxy.address()
  assert.ok(address !== null && typeof address === "object")

  const listens = once(proxy, "listens")
  const following = folder.start("ALICE", "gm", "--follow", "-s", `http://127.0.0.1:${address.port}`)
  await listens
  const listensAgain = once(proxy, "listens")
  for (const each of listening.splice(0)) each.socket.destroy()
  await following.says("event-client: warning: the host's answer broke off; trying again")
  await listensAgain
  await folder.run("BOB", "sv", "Keys", "FIRST", "after the break")
  await following.says("after the break")
  following.signal("SIGINT")
  assert.equal((await following.ended).status, 0)
})

test(
  "fault 5: get-matches --follow ends with an error, and at once, where the host is restarted with another enclave",
  within,
  async (t) => {
    const first = await mockHost(t)
    const folder = new Folder(t)
    folder.configure(first.url)
    await folder.addPeople("ALICE", "BOB")
    await folder.run("ALICE", "cc", "Keys", "key", "1", "ALICE,BOB")
    await folder.run("ALICE", "sv", "Keys", "K", "hello")
    const following = folder.start("ALICE", "gm", "--follow")
    await following.says("hello")
    await first.close()
    await mockHost(t, Number(new URL(first.url).port))
    await following.says("event-client: ENCLAVE_CHANGED: ")
    const toldAt = performance.now()
    assert.equal((await following.ended).status, 1)
    assert.ok(performance.now() - toldAt < 10_000, "the open connection does not keep it alive")
  },
)

test("fault 14: two clients of one identity at once: the second is refused, and another identity's is not", async (t) => {
  const held = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  const server = await nonsenseHost(t, (_request, response) => {
    asked.resolve()
    void held.promise.then(() => response.writeHead(404).end())
  })
  const folder = new Folder(t)
  folder.configure(server)
  await folder.addPeople("ALICE")
  const first = folder.start("ALICE", "lc")
  await asked.promise
  const second = await folder.run("ALICE", "whoami")
  assert.deepEqual([second.status, second.out], [1, ""])
  assert.match(
    second.err,
    /^event-client: IDENTITY_IN_USE: ALICE is in use by another event-client \(process \d+\); [^\n]+\n$/,
  )
  assert.equal((await folder.run("BOB", "whoami")).status, 0)
  held.resolve()
  assert.equal((await first.ended).status, 1)
  assert.equal((await folder.run("ALICE", "whoami")).status, 0)
  assert.ok(!folder.files().includes("ALICE.lock"))
})

test("fault 14: the lock of a client that was killed is taken over", async (t) => {
  const asked = Promise.withResolvers<void>()
  const server = await nonsenseHost(t, () => asked.resolve())
  const folder = new Folder(t)
  folder.configure(server)
  await folder.addPeople("ALICE")
  const first = folder.start("ALICE", "lc")
  await asked.promise
  first.signal("SIGKILL")
  assert.equal((await first.ended).status, null)
  assert.ok(folder.files().includes("ALICE.lock"))
  assert.equal((await folder.run("ALICE", "whoami")).status, 0)
  assert.ok(!folder.files().includes("ALICE.lock"))
})

test("a transport's wake-ups end with their signal", async (t) => {
  const { url } = await mockHost(t)
  const stop = new AbortController()
  const wakeUps = httpTransport(url).wakeUps(stop.signal)
  assert.deepEqual(await wakeUps.next(), { value: undefined, done: false }, "one when it is connected")
  const next = wakeUps.next()
  stop.abort()
  await assert.rejects(next, { name: "TransportError" })
})
