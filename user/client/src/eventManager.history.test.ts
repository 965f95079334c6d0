import { digest, name, type Head, type Response } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { beforeEach, describe, test } from "node:test"
import {
  expectReleased,
  HostileHost,
  LyingEnclave,
  newUser,
  onMails,
  userOf,
} from "../../../testing/src/hostileHost.ts"
import { openPair, restart, submitted, type Pair } from "../../../testing/src/scenarioForks.ts"
import { openTestEnclave } from "../../../testing/src/testEnclave.ts"
import { testPlatform } from "../../../testing/src/testPlatform.ts"
import { expectKind, key, number } from "../../../testing/src/world.ts"
import type { MemoryStore } from "../../../untrusted/host/src/storage/memory.ts"
import { compareCheckpoints, readCheckpoint, writeCheckpoint } from "./index.ts"

const it = name("It")
const place = (length: number, byte = length): Head => ({ length, hash: digest(new Uint8Array(32).fill(byte)) })
const average = (value: string): unknown => ({ kind: "number", value })

let pair: Pair

beforeEach(async () => {
  pair = await openPair()
})

/** All that is asked about a computation whose terms are known. */
function asking({
  alice,
  descriptor,
}: Pick<Pair, "alice" | "descriptor">): Readonly<Record<string, () => Promise<unknown>>> {
  return {
    submit: () => alice.manager.submit(descriptor, number("1")),
    result: () => alice.manager.result(descriptor),
    delete: () => alice.manager.delete(descriptor),
  }
}

describe("a rewound or forked enclave raises the alarm with whoever has seen more or other", () => {
  test("HISTORY_CONFLICT, whatever is asked, in any later process; HISTORY_OLDER where it is described", async () => {
    const { store, alice, bob, descriptor, terms, host } = pair
    await submitted(alice, descriptor, number("10"))
    const earlier = store.fork()
    await submitted(alice, descriptor, number("20"))
    const seen = alice.notebook.note(terms)?.head
    await restart(pair, earlier)
    for (const each of [alice, userOf(host, alice)]) {
      for (const ask of Object.values(asking({ alice: each, descriptor }))) {
        await assert.rejects(ask(), { name: "HistoryError", code: "HISTORY_CONFLICT", message: /in a history of 2\./ })
      }
      const older = /went back: you have seen 3 events, and now it has 2\./
      await assert.rejects(each.manager.describe(it), { name: "HistoryError", code: "HISTORY_OLDER", message: older })
    }
    assert.deepEqual(alice.notebook.note(terms)?.head, seen, "what was seen stays what is expected")
    assert.equal(
      (await bob.manager.submit(descriptor, number("1"))).kind,
      "submitted",
      "BOB has seen nothing that is gone",
    )
  })

  test("HISTORY_FORKED where it is described, and HISTORY_CONFLICT, for each side of a fork on the other", async () => {
    const { store, alice, bob, descriptor } = pair
    const other = store.fork()
    await submitted(alice, descriptor, number("10"))
    await restart(pair, other)
    await submitted(bob, descriptor, number("40"))
    await assert.rejects(alice.manager.describe(it), { code: "HISTORY_FORKED", message: /its event 2 was/ })
    for (const ask of Object.values(asking(pair))) await assert.rejects(ask(), { code: "HISTORY_CONFLICT" })
    await restart(pair, store)
    await assert.rejects(bob.manager.result(descriptor), { code: "HISTORY_CONFLICT" })
    expectKind(await alice.manager.describe(it), "described")
  })

  test("and their receipts of one place prove it to anybody", async () => {
    const { store, alice, bob, descriptor } = pair
    const other = store.fork()
    const mine = await submitted(alice, descriptor, number("10"))
    await restart(pair, other)
    const theirs = await submitted(bob, descriptor, number("40"))
    const read = async (saved: typeof mine.checkpoint): ReturnType<typeof readCheckpoint> =>
      readCheckpoint(writeCheckpoint(saved), Number.MAX_SAFE_INTEGER)
    const [first, second] = [await read(mine.checkpoint), await read(theirs.checkpoint)]
    assert.equal(compareCheckpoints(first.checkpoint, second.checkpoint), "conflict")
    const later = await submitted(bob, descriptor, number("41"))
    assert.equal(compareCheckpoints(first.checkpoint, later.checkpoint.checkpoint), "compatible")
    assert.equal(compareCheckpoints(second.checkpoint, later.checkpoint.checkpoint), "compatible")
  })

  test("no alarm where the enclave is restarted on what it stored, as often as it likes, by either", async () => {
    const { store, alice, bob, descriptor } = pair
    for (const [i, user] of [alice, bob, alice, bob].entries()) {
      await restart(pair, store)
      await submitted(user, descriptor, number(`${i}`))
      expectKind(await user.manager.describe(it), "described")
    }
    await restart(pair, store)
    assert.deepEqual(expectReleased(await bob.manager.result(descriptor)).result.answer, average("2.5"))
  })
})

describe("an enclave that tells another story than its head", () => {
  const refused: Response = { kind: "refused", reason: "BELOW_QUORUM", parameter: 2 }

  for (const what of ["submit", "result", "delete"] as const) {
    for (const [code, head] of [
      ["HISTORY_OLDER", place(4)],
      ["HISTORY_FORKED", place(5, 6)],
    ] as const) {
      test(`${code}: in the reply to ${what}, a refusal though it be`, async () => {
        const liar = new LyingEnclave(() => ({ head, signature: undefined, response: refused }))
        const alice = await newUser(new HostileHost(liar))
        const { descriptor, terms } = pair
        const note = { computation: it, receipt: undefined, isUnacknowledged: false, revision: 0, frozen: undefined }
        await alice.notebook.write(terms, { ...note, head: place(5) })
        await assert.rejects(asking({ alice, descriptor })[what] ?? assert.fail(), { name: "HistoryError", code })
        assert.deepEqual(alice.notebook.note(terms)?.head, place(5))
      })
    }
  }

  test("HISTORY_FORKED: replies in flight that have different events at one place", async () => {
    let asked = 0
    const liar = new LyingEnclave(() => ({ head: place(5, (asked += 1)), signature: undefined, response: refused }))
    const alice = await newUser(new HostileHost(liar))
    await alice.manager.attest()
    const both = [alice.manager.result(pair.descriptor), alice.manager.result(pair.descriptor)]
    const settled = await Promise.allSettled(both)
    assert.deepEqual(settled.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"])
    await assert.rejects(Promise.all(both), { name: "HistoryError", code: "HISTORY_FORKED" })
  })
})

describe("RECEIPT_MISSING: of two requests in flight, the second brought to another fork", () => {
  type Asking<T> = () => Promise<T>

  /** The second is made when the first has its reply on the way, knows nothing of it, and is brought to `other`. */
  async function parted<A, B>(first: Asking<A>, second: Asking<B>, other: MemoryStore, heardFirst: "first" | "second") {
    const { host } = pair
    const enclave = await openTestEnclave({ store: other, platform: testPlatform("the other fork") })
    const [brought, asked, heard] = [0, 1, 2].map(() => Promise.withResolvers<void>())
    let mails = 0
    host.onMail = onMails(
      () => true,
      async (_frame, honest) => {
        const turn = (mails += 1)
        const reply = await honest()
        if (turn === 1) {
          host.enclave = enclave
          brought?.resolve()
          await (heardFirst === "first" ? asked : heard)?.promise
        }
        // The session is unknown there: the second mail only leads to another handshake, and the third is answered.
        if (turn === 2) asked?.resolve()
        if (turn === 3 && heardFirst === "first") await heard?.promise
        return reply
      },
    )
    const one = first()
    await brought?.promise
    const two = second()
    await Promise.allSettled([heardFirst === "first" ? one : two])
    heard?.resolve()
    return { one, two }
  }

  test("of two submissions the later counts, at whatever place a fork has the earlier one", async () => {
    const { store, alice, bob, descriptor, terms } = pair
    const other = store.fork()
    await submitted(bob, descriptor, number("40"))
    await alice.manager.describe(it)
    const submit = (value: string) => () => submitted(alice, descriptor, number(value))
    const { one, two } = await parted(submit("10"), submit("20"), other, "second")
    const [earlier, later] = [await one, await two]
    assert.deepEqual([earlier.receipt.length, later.receipt.length], [3, 2])
    assert.deepEqual(alice.notebook.note(terms)?.receipt, later.receipt)
    await restart(pair, store)
    await assert.rejects(alice.manager.result(descriptor), { name: "HistoryError", code: "RECEIPT_MISSING" })
  })

  test("a submission is not acknowledged when an answer without it was accepted meanwhile", async () => {
    const { store, alice, bob, descriptor } = pair
    await submitted(bob, descriptor, number("40"))
    await alice.manager.describe(it)
    const result = (): ReturnType<typeof alice.manager.result> => alice.manager.result(descriptor)
    const submit = (): Promise<unknown> => submitted(alice, descriptor, number("10"))
    const { one, two } = await parted(result, submit, store.fork(), "first")
    await assert.rejects(two, { name: "HistoryError", code: "RECEIPT_MISSING" })
    expectReleased(await one)
  })
})

describe("requests in flight", () => {
  const orders = [0, 1, 2, 3].flatMap((a) =>
    [0, 1, 2, 3].flatMap((b) => [0, 1, 2, 3].map((c) => [a, b, c, 6 - a - b - c])),
  )
  const permutations = orders.filter(
    (order) => new Set(order).size === 4 && order.every((each) => each >= 0 && each < 4),
  )

  test("no false alarm, in whatever order their replies come, and the furthest head is kept", async () => {
    assert.equal(permutations.length, 24)
    for (const order of permutations) {
      const { host, alice, descriptor, terms } = await openPair("key")
      const held: (() => void)[] = []
      host.onMail = onMails(
        () => true,
        async (_frame, honest) => {
          const reply = await honest()
          await new Promise<void>((resolve) => {
            held.push(resolve)
            if (held.length < 4) return
            // One at a time: each is read to its end before the next arrives.
            order.forEach((which, turn) => setTimeout(held[which] ?? assert.fail(), 5 * turn))
          })
          return reply
        },
      )
      const { manager } = alice
      const answers = await Promise.all([
        manager.describe(it),
        manager.submit(descriptor, key("K")),
        manager.submit(descriptor, key("L")),
        manager.result(descriptor),
      ])
      assert.deepEqual(
        answers.map(({ kind }) => kind),
        ["described", "submitted", "submitted", "refused"],
      )
      const note = alice.notebook.note(terms)
      assert.deepEqual([note?.head?.length, note?.isUnacknowledged], [3, false], String(order))
      // Of a key, each counts: whichever was made last.
      const receipts = answers.flatMap((each) => (each.kind === "submitted" ? [each.receipt.hash] : []))
      assert.ok(receipts.includes(note?.receipt?.hash ?? assert.fail()), String(order))
    }
  })

  test("a reply of the enclave's former life, read after its next was met, is as good as it was", async () => {
    const { host, store, alice, descriptor } = pair
    const arrived = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    host.onMail = onMails(
      (count) => count === 1,
      async (_frame, honest) => {
        const reply = await honest()
        arrived.resolve()
        await released.promise
        return reply
      },
    )
    const submission = alice.manager.submit(descriptor, number("10"), { isSigned: true })
    await arrived.promise
    await restart(pair, store)
    assert.deepEqual(await alice.manager.list(), [descriptor])
    released.resolve()
    const answer = await submission
    assert.ok(answer.kind === "submitted", answer.kind)
    const { checkpoint } = answer
    await readCheckpoint(writeCheckpoint(checkpoint), Number.MAX_SAFE_INTEGER)
    assert.notEqual(checkpoint.checkpoint.life.toHex(), alice.manager.life)
  })
})
