import {
  decimalText,
  headerOf,
  matchKey,
  message,
  name,
  openFrame,
  type ResultAnswer,
  type Submission,
} from "@event-manager/protocol"
import { makeCard, readCard, type Terms } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { Folder, mockHost } from "./cliHarness.ts"
import { HostileHost, newUser, onMails, unreachable, type User } from "./hostileHost.ts"
import { newIdentity } from "./testClient.ts"
import { openTestEnclave } from "./testEnclave.ts"
import { testPlatform } from "./testPlatform.ts"
import { expectKind } from "./world.ts"

/*
 * CONTRACT's list of what the sample got wrong, seen from outside: the real client, and the real enclave behind a host
 * that is up to something. Other test files name the items that are theirs; the last tests here see to it that none is
 * missing.
 */
const it = name("It")

async function setting(people: number): Promise<{ host: HostileHost; users: readonly User[] }> {
  const host = new HostileHost(await openTestEnclave())
  return { host, users: await Promise.all(Array.from({ length: people }, () => newUser(host))) }
}

function terms(users: readonly User[], type: string, quorum = 2): Terms {
  return {
    computation: it,
    type,
    quorum,
    release: { kind: "first" },
    participants: users.map(({ identity }) => identity.party),
    expiresAt: undefined,
  }
}

function number(value: string): Submission {
  return { kind: "number", value: decimalText(value) }
}

function key(value: string, beside = "hi"): Submission {
  return { kind: "key", key: matchKey(value), message: message(beside) }
}

async function submit(user: User, submission: Submission): Promise<{ readonly kind: string }> {
  const { descriptor } = expectKind(await user.manager.describe(it), "described")
  return user.manager.submit(descriptor, submission)
}

async function result(user: User): ReturnType<User["manager"]["result"]> {
  const { descriptor } = expectKind(await user.manager.describe(it), "described")
  return user.manager.result(descriptor)
}

function answerOf(said: Awaited<ReturnType<typeof result>>): ResultAnswer {
  assert.ok(said.kind === "released", said.kind)
  return said.result.answer
}

test("fault 1: the host cannot pass off an old reply as this one, not even to the same question", async () => {
  const { host, users } = await setting(2)
  const [alice = assert.fail(), bob = assert.fail()] = users
  await alice.manager.create(terms(users, "key"))
  await submit(alice, key("K"))
  assert.deepEqual(await alice.manager.matches(), { matches: [], next: 0 })
  const old = host.replies.at(-1) ?? assert.fail()
  await submit(bob, key("K"))
  // "Nothing has matched", it said then; the host would have ALICE believe it still.
  host.onMail = onMails(
    () => true,
    async () => old,
  )
  await assert.rejects(alice.manager.matches(), { name: "TransportError", code: "NO_SESSION" })
})

test("fault 2: whichever of a party's submissions the host delivers last, the latest that was made counts", async () => {
  const { host, users } = await setting(2)
  const [alice = assert.fail(), bob = assert.fail()] = users
  await alice.manager.create(terms(users, "avg"))
  await submit(alice, number("10"))
  const first = host.frames.at(-1) ?? assert.fail()
  await submit(alice, number("20"))
  const { reply } = await host.enclave.deliver(first)
  assert.equal(openFrame(reply).header.kind, "unopened", "delivered again, it is not opened")
  await submit(bob, number("40"))
  assert.deepEqual(answerOf(await result(bob)), { kind: "number", value: "30" })
})

test("fault 5: a lost reply to any request swallows nothing: the same command, and the next, are answered", async () => {
  const { host, users } = await setting(2)
  const [alice = assert.fail(), bob = assert.fail()] = users
  const losing = (): void => {
    host.onMail = onMails(
      (count) => count % 2 === 1,
      (_frame, honest) => honest().then(() => Promise.reject(unreachable())),
    )
  }
  losing()
  expectKind(await alice.manager.create(terms(users, "avg")), "created")
  for (const user of [alice, bob]) assert.equal((await submit(user, number("3"))).kind, "submitted")
  losing()
  assert.deepEqual(answerOf(await result(bob)), { kind: "number", value: "3" })
  const listed = await alice.manager.list()
  assert.ok(!("kind" in listed))
  assert.equal(listed.length, 1)
})

describe("fault 7: what is told to one is read by nobody else", () => {
  test("fault 7: not by another with an identity, nor from another's reply", async () => {
    const { host, users } = await setting(3)
    const [alice = assert.fail(), bob = assert.fail(), eve = assert.fail()] = users
    await alice.manager.create(terms([alice, bob], "key"))
    for (const user of [alice, bob]) await submit(user, key("SECRET"))
    const mine = await alice.manager.matches()
    assert.equal("kind" in mine || mine.matches.length, 2)
    assert.deepEqual(await eve.manager.matches(), { matches: [], next: 0 })
    const reply = host.replies.findLast((each) => openFrame(each).header.kind === "reply") ?? assert.fail()
    host.onMail = onMails(
      () => true,
      async () => reply,
    )
    await assert.rejects(eve.manager.matches(), { code: "NO_SESSION" })
  })

  test("fault 7: who is no participant plants nothing, and get-matches goes on", async () => {
    const { users } = await setting(3)
    const [alice = assert.fail(), bob = assert.fail(), eve = assert.fail()] = users
    await alice.manager.create(terms([alice, bob], "key"))
    const { descriptor } = expectKind(await alice.manager.describe(it), "described")
    for (const user of [alice, bob]) await user.manager.submit(descriptor, key("K"))
    const planted = await eve.manager.submit(descriptor, key("K", "planted"))
    assert.equal(expectKind(planted, "refused").reason, "NOT_A_PARTICIPANT")
    const read = await alice.manager.matches()
    assert.equal("kind" in read || read.matches.length, 2)
  })
})

test("fault 9: an outsider is told the same of a computation without submissions, with a quorum, and locked", async () => {
  const { host, users } = await setting(3)
  const [alice = assert.fail(), bob = assert.fail(), eve = assert.fail()] = users
  await alice.manager.create(terms([alice, bob], "avg"))
  const { descriptor } = expectKind(await alice.manager.describe(it), "described")
  const told: unknown[] = []
  const listen = async (): Promise<void> => {
    const { length } = host.replies
    const answers = [
      await eve.manager.describe(it),
      await eve.manager.submit(descriptor, number("1")),
      await eve.manager.result(descriptor),
      await eve.manager.delete(descriptor),
      await eve.manager.list(),
    ]
    told.push([
      answers,
      host.replies
        .slice(length)
        .filter(isReply)
        .map((reply) => reply.length),
    ])
  }
  await listen()
  for (const user of [alice, bob]) await submit(user, number("1"))
  await listen()
  await result(bob)
  await listen()
  assert.deepEqual(told.slice(1), [told[0], told[0]])
})

test("fault 12, 16: a name that another made up reaches neither a path nor a terminal", async (t) => {
  const folder = new Folder(t)
  folder.configure("http://127.0.0.1:9")
  await folder.addPeople("ALICE")
  const before = folder.files()
  for (const made of ["../EVE", "/tmp/EVE", "\u001b[31mEVE", "E VE", "", "e\u0301", "x".repeat(65)]) {
    const { status, out, err } = await folder.run("ALICE", "cc", "Avg", "avg", "2", `ALICE,${made}`)
    assert.deepEqual([status, out], [2, ""])
    assert.match(err, /^event-client: USAGE: '.*' is no participant name: [^\n]+\n$/)
  }
  assert.deepEqual(folder.files(), before)
})

test("fault 15: a card is its owner's word: no line of it can be exchanged for another's", async () => {
  const [alice, eve] = [await newIdentity(), await newIdentity()]
  const cards = [await makeCard(name("ALICE"), alice), await makeCard(name("EVE"), eve)]
  const [mine = assert.fail(), theirs = assert.fail()] = cards.map((card) => card.text.trimEnd().split("\n"))
  for (const line of [0, 1, 2]) {
    const mixed = mine.with(line, theirs[line] ?? assert.fail()).join("\n")
    await assert.rejects(readCard(mixed), { name: "UserError", code: "CARD_MALFORMED" })
  }
})

test("from the sample's security notes: a restarted enclave opens no mail of its former life", async () => {
  const { host, users } = await setting(3)
  const [alice = assert.fail()] = users
  await alice.manager.create(terms(users, "avg"))
  for (const [i, user] of users.entries()) await submit(user, number(`${i}`))
  await result(alice)
  // The host starts the enclave anew and replays what it was given, all but one submission, for a second answer.
  const restarted = await openTestEnclave({ platform: testPlatform("restarted") })
  for (const frame of host.frames) {
    const { reply, changed } = await restarted.deliver(frame)
    assert.deepEqual([openFrame(reply).header.kind, changed], ["unopened", false])
  }
  host.enclave = restarted
  for (const user of users) await assert.rejects(user.manager.list(), { code: "ENCLAVE_CHANGED" })
})

test("from the sample's security notes: no reply of a former life is taken for an answer of this one", async () => {
  const { host, users } = await setting(2)
  const [alice = assert.fail()] = users
  await alice.manager.list()
  const former = [...host.replies]
  host.enclave = await openTestEnclave({ platform: testPlatform("restarted") })
  alice.pins.pinned.clear()
  let served = 0
  host.onMail = onMails(
    () => true,
    async () => former[served++ % former.length] ?? assert.fail(),
  )
  await assert.rejects(alice.manager.list(), { code: "NO_SESSION" })
})

test("fault 13: a host learns a session's id and sequence from a frame in the clear, and nothing else", async () => {
  const { host, users } = await setting(2)
  const [alice = assert.fail()] = users
  await alice.manager.create(terms(users, "avg"))
  const parties = users.map(({ identity }) => identity.party)
  for (const frame of [...host.frames, ...host.replies]) {
    const { header, headerBytes, sealed } = openFrame(frame)
    assert.deepEqual(headerOf(header), headerBytes)
    for (const party of parties) assert.ok(!frame.toHex().includes(party))
    assert.equal(headerBytes.length + sealed.length, 2_048)
  }
})

test("fault 16: a card is written with no host and no configuration", async (t) => {
  const folder = new Folder(t)
  const { status, lines, err } = await folder.run("ALICE", "share-identity")
  assert.deepEqual([status, lines.length, err], [0, 2, ""])
  assert.equal((await readCard(folder.read("ALICE.conclave"))).name, "ALICE")
})

test("fault 3: each of the four things that the arithmetic gives away is said before it is created", async (t) => {
  const { url } = await mockHost(t)
  const folder = new Folder(t)
  folder.configure(url)
  await folder.addPeople("ALICE", "BOB", "CHARLEY")
  const alias = folder.read("BOB.identity.pem")
  folder.write("BOBBY.identity.pem", alias)
  await folder.run("BOBBY", "share-identity")
  await folder.run("ALICE", "cc", "Three", "avg", "3", "ALICE,BOB,CHARLEY")
  const { advice, status } = await folder.json("ALICE", "cc", "Two", "avg", "1", "ALICE,BOBBY")
  assert.equal(status, 0, "it informs and never blocks")
  const codes = ["QUORUM_ONE", "TWO_PARTICIPANTS", "SAME_KEY_TWO_NAMES", "OVERLAPPING_COMPUTATION"]
  assert.deepEqual(advice.map(({ code }) => code).toSorted(), codes.toSorted())
})

function isReply(frame: Uint8Array): boolean {
  return openFrame(frame).header.kind === "reply"
}
