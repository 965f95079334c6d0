import { BATCH_KEYS_MAX, name, type Descriptor } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { beforeEach, describe, test } from "node:test"
import { HostileHost, newUser, onMails, unreachable, userOf, type User } from "../../../testing/src/hostileHost.ts"
import { openTestEnclave } from "../../../testing/src/testEnclave.ts"
import { expectKind } from "../../../testing/src/world.ts"
import {
  BatchPacker,
  packKeys,
  TransportError,
  UserError,
  type Batch,
  type BatchOutcome,
  type KeyText,
} from "./index.ts"

const it = name("It")

function texts(batches: Iterable<Batch>): unknown[] {
  return [...batches].map(({ first, keys }) => [first, ...[...keys].map((each) => each.key)])
}

function keysOf(count: number, prefix = "K"): KeyText[] {
  return Array.from({ length: count }, (_, i) => ({ key: `${prefix}${i}` }))
}

describe("packing keys", () => {
  test("cuts them into batches, each with its own request id and the number of its first key", () => {
    const all = keysOf(BATCH_KEYS_MAX + 3)
    const batches = [...packKeys(all)]
    assert.deepEqual(
      batches.map(({ first, keys }) => [first, keys.count]),
      [
        [0, BATCH_KEYS_MAX],
        [BATCH_KEYS_MAX, 3],
      ],
    )
    assert.equal(new Set(batches.map(({ requestId }) => requestId)).size, 2)
    assert.deepEqual([...packKeys([])], [])
  })
  test("by bytes where keys are long", () => {
    const batches = [...packKeys(Array.from({ length: 5_000 }, () => ({ key: "k".repeat(256) })))]
    assert.equal(batches.length, 2)
    assert.equal(
      batches.reduce((sum, { keys }) => sum + keys.count, 0),
      5_000,
    )
  })
  test("brings keys into normalization form C, in which they are compared", () => {
    assert.deepEqual(texts(packKeys([{ key: "e\u0301" }, { key: "K", message: "e\u0301" }])), [[0, "é", "K"]])
    const [batch] = packKeys([{ key: "K", message: "e\u0301" }])
    assert.deepEqual([...(batch?.keys ?? [])], [{ key: "K", message: "e\u0301" }], "a message stays as it is written")
  })
  for (const [what, bad, code] of [
    ["an empty key", { key: "" }, "INVALID_VALUE"],
    ["a lone surrogate", { key: "\ud800" }, "INVALID_VALUE"],
    ["a key that is too long", { key: "é".repeat(129) }, "LIMIT_EXCEEDED"],
    ["a message that is too long", { key: "K", message: "m".repeat(1_025) }, "LIMIT_EXCEEDED"],
    ["a message of a lone surrogate", { key: "K", message: "\ud800" }, "INVALID_VALUE"],
  ] as const) {
    test(`names ${what} by its number, and goes on without it`, () => {
      const packer = new BatchPacker()
      packer.add("before")
      packer.add("also before")
      const isRight = (error: unknown): boolean =>
        error instanceof UserError && error.code === code && error.message.startsWith("key 3: ")
      assert.throws(() => packer.add(bad.key, "message" in bad ? bad.message : undefined), isRight)
      assert.throws(() => [...packKeys([{ key: "a" }, { key: "b" }, bad])], isRight)
      packer.add("after")
      const last = packer.finish()
      assert.deepEqual(texts(last === undefined ? [] : [last]), [[0, "before", "also before", "after"]])
      assert.equal(packer.finish(), undefined)
    })
  }
})

describe("submitting batches", () => {
  let host: HostileHost
  let alice: User
  let bob: User
  let descriptor: Descriptor

  beforeEach(async () => {
    host = new HostileHost(await openTestEnclave())
    alice = await newUser(host)
    bob = await newUser(host)
    descriptor = await created({})
  })

  async function created(terms: { keysMax?: number; matches?: "counted" }, computation = it): Promise<Descriptor> {
    const participants = [alice.identity.party, bob.identity.party]
    const release = { kind: "first" } as const
    await alice.manager.create({
      computation,
      type: "key",
      quorum: 2,
      release,
      participants,
      expiresAt: undefined,
      ...terms,
    })
    return expectKind(await alice.manager.describe(computation), "described").descriptor
  }

  /** Batches of so many keys each. */
  function batches(count: number, keys = 2, prefix = "K"): Batch[] {
    return Array.from({ length: count }, (_, i) => [...packKeys(keysOf(keys, `${prefix}${i}.`))].flat()).flat()
  }

  async function submit(user: User, all: Iterable<Batch>, inFlight?: number): Promise<BatchOutcome[]> {
    const outcomes: BatchOutcome[] = []
    const options = inFlight === undefined ? {} : { inFlight }
    for await (const each of user.manager.submitMany(descriptor, all, options)) outcomes.push(each)
    return outcomes
  }

  test("brings their outcomes in order, with receipts that are signed", async () => {
    const sent = batches(7)
    const outcomes = await submit(alice, sent)
    assert.deepEqual(
      outcomes.map(({ batch }) => batch),
      sent,
    )
    const lengths = outcomes.map(({ answer }) => {
      assert.ok(answer.kind === "submittedMany")
      assert.deepEqual(answer.checkpoint.checkpoint.head, answer.receipt)
      return answer.receipt.length
    })
    assert.deepEqual(
      lengths.toSorted((a, b) => a - b),
      [2, 3, 4, 5, 6, 7, 8],
    )
    const reached = await submit(bob, batches(7))
    assert.deepEqual(
      reached.map(({ answer }) => answer.kind === "submittedMany" && answer.reached),
      Array(7).fill(2),
    )
    const read = await alice.manager.matches()
    assert.ok("matches" in read)
    assert.equal(read.matches.length, 28)
  })
  test("keeps so many under way, and takes no more from their source", async () => {
    const seen = { underWay: 0, most: 0, taken: 0 }
    host.onMail = onMails(
      () => true,
      async (_frame, honest) => {
        seen.underWay += 1
        seen.most = Math.max(seen.most, seen.underWay)
        // Until as many are under way as may be, or nothing more comes.
        for (let turn = 0; turn < 200 && seen.underWay < 4; turn++)
          await new Promise((resolve) => void setImmediate(resolve))
        const reply = await honest()
        seen.underWay -= 1
        return reply
      },
    )
    function* source(): Generator<Batch> {
      for (const each of batches(12)) {
        seen.taken += 1
        yield each
      }
    }
    await alice.manager.list()
    for await (const { batch } of alice.manager.submitMany(descriptor, source(), { inFlight: 3 })) {
      assert.ok(seen.taken > 0 && seen.taken <= batch.first + 12)
    }
    assert.equal(seen.most, 3)
    assert.equal(seen.taken, 12)
  })
  test("a reply that is lost costs nothing: the batch is sent again, and counts once", async () => {
    host.onMail = onMails(
      (count) => count === 2,
      async (_frame, honest) => {
        await honest()
        throw unreachable()
      },
    )
    await submit(alice, batches(1))
    await submit(alice, batches(1, 2, "L"))
    assert.equal(await describedLength(), 3)
  })
  test("after a crash the same batches are sent again, and nothing counts twice", async () => {
    const sent = batches(6)
    host.onMail = onMails(
      (count) => count >= 4,
      async () => Promise.reject(new TransportError("HOST_REFUSED", "gone")),
    )
    await assert.rejects(submit(alice, sent, 2), TransportError)
    host.onMail = (_frame, honest) => honest()
    const again = userOf(host, alice)
    const outcomes = await submit(again, sent)
    assert.ok(outcomes.every(({ answer }) => answer.kind === "submittedMany"))
    assert.equal(await describedLength(), 1 + 6)
    await submit(bob, batches(6))
    const read = await again.manager.matches()
    assert.ok("matches" in read)
    assert.equal(read.matches.length, 24)
  })
  test("a refusal is an outcome, and the batches after it go on", async () => {
    descriptor = await created({ keysMax: 5 }, name("Few"))
    const outcomes = await submit(alice, [...batches(2, 3), ...batches(1, 2, "L")], 1)
    assert.deepEqual(
      outcomes.map(({ answer }) => (answer.kind === "refused" ? answer.reason : answer.kind)),
      ["submittedMany", "KEYS_MAX", "submittedMany"],
    )
  })
  test("many short keys go in a frame that has room for telling of them", async () => {
    const [batch] = packKeys(keysOf(300))
    assert.ok(batch)
    await submit(alice, [batch])
    assert.equal(host.frames.at(-1)?.length, 8_192)
  })
  test("keys are retired, and only counted where the terms say so", async () => {
    descriptor = await created({ matches: "counted" }, name("Counted"))
    for (const user of [alice, bob]) await submit(user, batches(1, 3))
    assert.equal(expectKind(await bob.manager.matchCount(descriptor), "matchCount").keys, 3)
    const [batch = assert.fail()] = packKeys([{ key: "K0.0" }, { key: "none of hers" }])
    const retired = await alice.manager.retire(descriptor, batch)
    assert.ok(retired.kind === "retired")
    assert.equal(retired.keys, 1)
    assert.equal(expectKind(await bob.manager.matchCount(descriptor), "matchCount").keys, 2)
  })

  async function describedLength(): Promise<number> {
    const { notebook } = alice
    await alice.manager.matchCount(descriptor)
    return [...notebook.notes.values()].reduce((most, { head }) => Math.max(most, head?.length ?? 0), 0)
  }
})

describe("fault 13: reading matches", () => {
  test("asks the same, whatever has matched: each page, and after it for new computations", async () => {
    const seen: unknown[] = []
    for (const common of [true, false]) {
      const host = new HostileHost(await openTestEnclave())
      const [alice, bob] = [await newUser(host), await newUser(host)]
      const participants = [alice.identity.party, bob.identity.party]
      const release = { kind: "first" } as const
      await alice.manager.create({
        computation: it,
        type: "key",
        quorum: 2,
        release,
        participants,
        expiresAt: undefined,
      })
      const { descriptor } = expectKind(await alice.manager.describe(it), "described")
      for (const user of [alice, bob]) {
        const batches = [...packKeys(keysOf(50_000, common ? "K" : user.identity.party.slice(0, 2)))]
        for await (const { answer } of user.manager.submitMany(descriptor, batches))
          assert.equal(answer.kind, "submittedMany")
      }
      const before = host.frames.length
      let count = 0
      for await (const page of alice.manager.matchPages()) {
        assert.ok(page.kind === "matches")
        count += page.packed.count
        assert.equal([...page.matches()].length, page.packed.count)
      }
      assert.equal(count > 0, common)
      seen.push([host.frames.length - before, host.replies.slice(before).map((reply) => reply.length)])
    }
    assert.deepEqual(seen[1], seen[0])
    const pages = Array.from({ length: 4 }, () => [1_048_576, 2_048]).flat()
    assert.deepEqual(seen[0], [pages.length, pages], "two batches of a mebibyte weigh one and a half each")
  })
})
