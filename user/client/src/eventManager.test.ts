import { decimalText, matchKey, name, partyKey, type Descriptor, type Submission } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { beforeEach, describe, test } from "node:test"
import { expectReleased, HostileHost, newUser, type User } from "../../../testing/src/hostileHost.ts"
import { expectKind } from "../../../testing/src/world.ts"
import { openTestEnclave } from "../../../testing/src/testEnclave.ts"
import { termsOf, type MatchPage, type Refused } from "./index.ts"

let host: HostileHost
let alice: User
let bob: User

beforeEach(async () => {
  host = new HostileHost(await openTestEnclave())
  alice = await newUser(host)
  bob = await newUser(host)
})

const it = name("It")

function plan(type: string, quorum = 2): Parameters<User["manager"]["create"]>[0] {
  const participants = [alice.identity.party, bob.identity.party]
  return { computation: it, type, quorum, release: { kind: "first" }, participants, expiresAt: undefined }
}

function page(read: MatchPage | Refused): MatchPage {
  assert.ok(read.kind === "matches")
  return read
}

function number(value: string): Submission {
  return { kind: "number", value: decimalText(value) }
}

function key(value: string): Submission {
  return { kind: "key", key: matchKey(value), message: undefined }
}

async function descriptor(user: User): Promise<Parameters<User["manager"]["submit"]>[0]> {
  return expectKind(await user.manager.describe(it), "described").descriptor
}

async function submit(user: User, submission: Submission): Promise<{ readonly kind: string }> {
  return user.manager.submit(await descriptor(user), submission)
}

function reasonOf(response: { readonly kind: string } | Refused): string {
  return "reason" in response ? response.reason : `not refused: ${response.kind}`
}

describe("with an honest host", () => {
  test("a computation is created, described, listed, submitted to, answered and deleted", async () => {
    const { terms } = expectKind(await alice.manager.create(plan("avg")), "created")
    const described = await descriptor(bob)
    assert.equal(await termsOf(described), terms)
    assert.deepEqual(await bob.manager.list(), [described])
    assert.equal((await submit(alice, number("10"))).kind, "submitted")
    assert.equal(reasonOf(await bob.manager.result(described)), "BELOW_QUORUM")
    await submit(bob, number("21"))
    const { result } = expectReleased(await bob.manager.result(described))
    assert.deepEqual(
      [await termsOf(result.frozen.descriptor), result.answer],
      [terms, { kind: "number", value: "15.5" }],
    )
    assert.equal(reasonOf(await bob.manager.delete(described)), "NOT_THE_CONVENOR")
    assert.equal((await alice.manager.delete(described)).kind, "deleted")
    assert.equal(reasonOf(await bob.manager.describe(it)), "NO_SUCH_COMPUTATION")
  })

  test("list goes on until the enclave has no more", async () => {
    const names = Array.from({ length: 35 }, (_, i) => name(`C${i}`))
    for (const computation of names) await alice.manager.create({ ...plan("avg"), computation })
    const listed = await alice.manager.list()
    assert.ok(!("kind" in listed))
    assert.deepEqual(
      listed.map((each) => each.name),
      names,
    )
  })

  test("matches are read to their last page, and on from where they ended", async () => {
    await alice.manager.create(plan("key"))
    const described = await descriptor(alice)
    // More than a page of the smallest frames holds.
    for (let i = 0; i < 3; i++) for (const user of [alice, bob]) await user.manager.submit(described, key("K"))
    const read = await alice.manager.matches()
    assert.ok(!("kind" in read))
    assert.equal(read.matches.length, 6)
    const none = page(await alice.manager.nextMatches(read.next))
    assert.deepEqual([[...none.matches()], none.next], [[], read.next])
    await bob.manager.submit(described, key("K"))
    const more = page(await alice.manager.nextMatches(read.next))
    assert.deepEqual(
      [...more.matches()].map((match) => [match.party, match.position]),
      [[bob.identity.party, 6]],
    )
  })

  test("one handshake serves many requests, and evidence is asked for once", async () => {
    for (let i = 0; i < 5; i++) await alice.manager.list()
    assert.deepEqual(host.kinds(), ["hello", "mail", "mail", "mail", "mail", "mail"])
    assert.equal(host.evidenceAsked, 1)
    assert.deepEqual(alice.pauses, [])
  })

  test("requests of one user may be in flight at once", async () => {
    await alice.manager.list()
    const names = Array.from({ length: 20 }, (_, i) => name(`C${i}`))
    const created = names.map((computation) => alice.manager.create({ ...plan("avg"), computation }))
    for (const each of await Promise.all(created)) assert.equal(each.kind, "created")
    const listed = await alice.manager.list()
    assert.ok(!("kind" in listed))
    assert.equal(listed.length, names.length)
    assert.equal(host.kinds().filter((kind) => kind === "hello").length, 1)
  })

  test("even the first requests of a user may be in flight at once", async () => {
    const [first, second] = await Promise.all([alice.manager.create(plan("avg")), alice.manager.list()])
    assert.equal(first.kind, "created")
    assert.ok(!("kind" in second))
  })
})

describe("terms", () => {
  test("a submission under terms that changed meanwhile is refused, and not made", async () => {
    await alice.manager.create(plan("min"))
    const seen = await descriptor(bob)
    await alice.manager.delete(seen)
    await alice.manager.create(plan("min", 1))
    assert.equal(reasonOf(await bob.manager.submit(seen, number("1"))), "TERMS_DIFFER")
    assert.equal(reasonOf(await bob.manager.result(await descriptor(bob))), "BELOW_QUORUM")
  })

  test("a result under terms that changed meanwhile is refused", async () => {
    await alice.manager.create(plan("min", 1))
    const seen = await descriptor(bob)
    await alice.manager.delete(seen)
    await alice.manager.create(plan("max", 1))
    await submit(bob, number("1"))
    assert.equal(reasonOf(await bob.manager.result(seen)), "TERMS_DIFFER")
  })

  test("a deletion under terms that changed meanwhile is refused, and not made", async () => {
    await alice.manager.create(plan("min"))
    const seen = await descriptor(alice)
    await alice.manager.delete(seen)
    await alice.manager.create(plan("min"))
    assert.equal(reasonOf(await alice.manager.delete(seen)), "TERMS_DIFFER")
    assert.equal((await alice.manager.describe(it)).kind, "described")
  })

  test("every field of a descriptor is part of its terms", async () => {
    await alice.manager.create(plan("avg"))
    const seen = await descriptor(alice)
    const changes: Partial<Descriptor>[] = [
      { id: seen.id.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) as typeof seen.id },
      { name: name("Other") },
      { type: "min" as const },
      { quorum: 1 },
      { release: { kind: "all" } as const },
      { convenor: partyKey(new Uint8Array(32)) },
      { participants: seen.participants.toReversed() },
      { expiresAt: 1 },
      { type: "key", keysMax: 7 },
      { type: "key", matches: "counted" },
    ]
    const terms = await Promise.all([{}, ...changes].map((change) => termsOf({ ...seen, ...change })))
    assert.equal(new Set(terms).size, Object.keys(seen).length + 1)
  })
})

test("fault 13: whatever is submitted, and whatever it is answered, frames are of one size", async () => {
  await alice.manager.create(plan("key"))
  const described = await descriptor(alice)
  const longest = { kind: "key", key: matchKey("k".repeat(256)), message: "m".repeat(1_024) } as Submission
  for (const submission of [key("k"), longest]) {
    for (const user of [alice, bob]) await user.manager.submit(described, submission)
  }
  await bob.manager.matches()
  assert.deepEqual([...new Set(host.frames.map((frame) => frame.length))], [2_048])
  assert.deepEqual([...new Set(host.replies.toSpliced(-2, 1).map((reply) => reply.length))], [2_048])
})

test("fault 13: two sessions of one user have nothing in common that the host could link them by", async () => {
  const again = await newUser(host)
  for (const user of [alice, again]) for (let i = 0; i < 3; i++) await user.manager.list()
  const sessions = host.frames.filter((frame) => frame[1] === 3).map((frame) => frame.subarray(2, 18).toHex())
  assert.equal(new Set(sessions).size, 2)
  assert.equal(new Set(host.frames.map((frame) => frame.toHex())).size, host.frames.length)
})
