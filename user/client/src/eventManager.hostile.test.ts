import {
  decimalText,
  headerOf,
  limits,
  matchKey,
  name,
  unopenedFrame,
  type Descriptor,
  type EnclaveCrossing,
  type Submission,
} from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { beforeEach, describe, test } from "node:test"
import { HostileHost, newUser, onMails, type OnMail, type User } from "../../../testing/src/hostileHost.ts"
import { tricks } from "../../../testing/src/scenarioTricks.ts"
import { openTestEnclave } from "../../../testing/src/testEnclave.ts"
import { expectKind } from "../../../testing/src/world.ts"
import { TransportError } from "./errors.ts"

/** Attempts at one request, each at most a hello and a mail. */
const ATTEMPTS_MAX = 4

let enclave: EnclaveCrossing
let host: HostileHost
let alice: User
let bob: User

beforeEach(async () => {
  enclave = await openTestEnclave()
  host = new HostileHost(enclave)
  alice = await newUser(host)
  bob = await newUser(host)
})

const it = name("It")
const five: Submission = { kind: "number", value: decimalText("5") }

function plan(type: string): Parameters<User["manager"]["create"]>[0] {
  return {
    computation: it,
    type,
    quorum: 2,
    release: { kind: "first" },
    participants: [alice.identity.party, bob.identity.party],
    expiresAt: undefined,
  }
}

function key(value: string): Submission {
  return { kind: "key", key: matchKey(value), message: undefined }
}

async function create(type: string): Promise<Descriptor> {
  await alice.manager.create(plan(type))
  return expectKind(await alice.manager.describe(it), "described").descriptor
}

/** All that a client may say of answers that prove nothing. */
const codes = new Set(["HOST_UNREACHABLE", "HOST_BUSY", "HOST_NONSENSE", "NO_SESSION"])

async function rejectsWithoutConclusion(asked: Promise<unknown>): Promise<void> {
  await assert.rejects(asked, (error) => {
    assert.ok(error instanceof TransportError, String(error))
    assert.ok(codes.has(error.code), error.code)
    return true
  })
}

describe("a host plays a trick with one request: it takes effect once, and the client learns so", () => {
  for (const [what, { act }] of Object.entries(tricks)) {
    test(`fault 5: a key is submitted once where the host ${what}`, async () => {
      const terms = await create("key")
      host.onMail = onMails((count) => count === 1, act(host))
      expectKind(await alice.manager.submit(terms, key("K")), "submitted")
      assert.ok(alice.pauses.length <= 1)
      host.onMail = (_frame, honest) => honest()
      await bob.manager.submit(terms, key("K"))
      const read = await bob.manager.matches()
      assert.deepEqual("kind" in read || read.matches.map((match) => match.party), [
        alice.identity.party,
        bob.identity.party,
      ])
    })
  }

  for (const what of ["loses the reply", "says unopened", "cuts the reply short"]) {
    test(`fault 5: a creation is told as a success, not as a name that is taken, where the host ${what}`, async () => {
      const { act } = tricks[what] ?? assert.fail()
      await alice.manager.list()
      host.onMail = onMails((count) => count === 1, act(host))
      const created = expectKind(await alice.manager.create(plan("avg")), "created")
      host.onMail = onMails((count) => count === 1, act(host))
      const { descriptor } = expectKind(await alice.manager.describe(it), "described")
      host.onMail = onMails((count) => count === 1, act(host))
      assert.equal(expectKind(await alice.manager.delete(descriptor), "deleted").terms, created.terms)
    })
  }

  test("fault 5: a reply that was lost swallows no later command", async () => {
    await create("avg")
    const losing = tricks["loses the reply"]?.act(host) ?? assert.fail()
    host.onMail = onMails((count) => count === 1, losing)
    await alice.manager.list()
    for (let i = 0; i < 3; i++) expectKind(await alice.manager.describe(it), "described")
  })
})

describe("a host plays a trick with every request: nothing is concluded, and attempts are bounded", () => {
  for (const [what, { delivers, act }] of Object.entries(tricks)) {
    test(`fault 1: where the host ${what}`, async () => {
      const terms = await create("key")
      const before = host.frames.length
      host.onMail = onMails(() => true, act(host))
      await rejectsWithoutConclusion(alice.manager.submit(terms, key("K")))
      assert.ok(host.frames.length - before <= 2 * ATTEMPTS_MAX, `${host.frames.length - before} frames`)
      assert.ok(alice.pauses.length < ATTEMPTS_MAX)
      host.onMail = (_frame, honest) => honest()
      // Whether it took effect is open to the client; that it did so at most once is not.
      const { quorumReached } = expectKind(await bob.manager.submit(terms, key("K")), "submitted")
      assert.equal(quorumReached, delivers)
      const read = await bob.manager.matches()
      assert.equal("kind" in read || read.matches.length, delivers ? 2 : 0)
    })
  }

  test("pauses grow, and there are none where a new handshake is all it takes", async () => {
    await create("avg")
    host.onMail = onMails(
      () => true,
      async () => new Uint8Array(7),
    )
    await rejectsWithoutConclusion(alice.manager.list())
    assert.deepEqual(alice.pauses, [500, 1_000, 2_000])
    host.onMail = onMails(
      () => true,
      async () => unopenedFrame(),
    )
    await rejectsWithoutConclusion(alice.manager.list())
    assert.equal(alice.pauses.length, 3)
  })

  test("the same where only handshakes are answered so", async () => {
    await create("avg")
    for (const [what, { act }] of Object.entries(tricks)) {
      // A hello carries no request, so a second one is harmless, and its welcome as good as the first.
      if (what.includes("twice")) continue
      const before = host.frames.length
      host.onMail = act(host)
      await rejectsWithoutConclusion((await newUser(host)).manager.list())
      assert.ok(host.frames.length - before <= ATTEMPTS_MAX, what)
      assert.ok(
        host
          .kinds()
          .slice(before)
          .every((kind) => kind === "hello"),
        what,
      )
    }
  })

  test("a host that refuses, or was never there, is asked once", async () => {
    for (const code of ["HOST_REFUSED", "HOST_UNREACHABLE"] as const) {
      host.onEvidence = async () => Promise.reject(new TransportError(code, "no"))
      const before = host.evidenceAsked
      await assert.rejects((await newUser(host)).manager.list(), { code })
      assert.equal(host.evidenceAsked - before, 1)
    }
    assert.equal(host.frames.length, 0)
  })
})

describe("fault 1: replies of requests in flight", () => {
  /** Holds mail back until two of them are there, and answers each with the other's reply. */
  function swapping(times: number): OnMail {
    let held: ((reply: Uint8Array) => void) | undefined
    let first: Uint8Array = new Uint8Array(0)
    return onMails(
      (count) => count <= 2 * times,
      async (_frame, honest) => {
        const reply = await honest()
        if (held === undefined) {
          first = reply
          return new Promise((resolve) => (held = resolve))
        }
        held(reply)
        held = undefined
        return first
      },
    )
  }

  test("swapped once, they are asked for again, and each is the reply to its own request", async () => {
    const terms = await create("key")
    host.onMail = swapping(1)
    const [submitted, other] = await Promise.all([
      alice.manager.submit(terms, key("K")),
      alice.manager.describe(name("Other")),
    ])
    assert.equal(submitted.kind, "submitted")
    assert.deepEqual(other, { kind: "refused", reason: "NO_SUCH_COMPUTATION", parameter: 0 })
  })

  test("swapped between two users, too", async () => {
    const terms = await create("key")
    await bob.manager.list()
    host.onMail = swapping(1)
    const [first, second] = await Promise.all([alice.manager.submit(terms, key("K")), bob.manager.matches()])
    assert.equal(first.kind, "submitted")
    assert.deepEqual(second, { matches: [], next: 0 })
  })

  test("swapped always, neither is believed", async () => {
    const terms = await create("key")
    host.onMail = swapping(Infinity)
    const asked = [alice.manager.submit(terms, key("K")), alice.manager.submit(terms, key("L"))]
    for (const each of asked) await rejectsWithoutConclusion(each)
  })

  test("delivered in reverse, they are told apart", async () => {
    await create("avg")
    const waiting: (() => void)[] = []
    host.onMail = onMails(
      () => true,
      async (_frame, honest) => {
        const reply = await honest()
        await new Promise<void>((resolve) => {
          waiting.push(resolve)
          if (waiting.length === 3) for (const each of waiting.toReversed()) each()
        })
        return reply
      },
    )
    const [first, second, third] = await Promise.all([
      alice.manager.describe(it),
      alice.manager.describe(name("Other")),
      alice.manager.list(),
    ])
    assert.deepEqual([first.kind, second.kind, Array.isArray(third)], ["described", "refused", true])
  })
})

test("fault 5: a client that the enclave has forgotten shakes hands again, and the user notices nothing", async () => {
  const terms = await create("avg")
  const { length } = host.frames
  // More frames in one session than the enclave's window of sequences; then a session that it does not have.
  for (let i = 0; i <= limits.sequenceWindow; i++) await alice.manager.describe(it)
  host.onMail = onMails(
    (count) => count === 1,
    (frame, honest) =>
      honest(
        new Uint8Array([
          ...headerOf({ kind: "mail", session: new Uint8Array(16), sequence: 0 }),
          ...frame.subarray(26),
        ]),
      ),
  )
  expectKind(await alice.manager.submit(terms, five), "submitted")
  assert.deepEqual(host.kinds().slice(length + limits.sequenceWindow + 1), ["mail", "hello", "mail"])
})
