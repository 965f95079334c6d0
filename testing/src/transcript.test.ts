import {
  frameSizes,
  matchKey,
  matchPaging,
  message,
  name,
  type ComputationType,
  type Delivery,
  type Digest,
  type EnclaveCrossing,
  type Submission,
} from "@event-manager/protocol"
import { openEnclave } from "@event-manager/enclave"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import { decimalTextArb, matchKeyArb, messageArb, record } from "./arbitraries.ts"
import { fuzz } from "./fuzz.ts"
import { newIdentity, TestClient, type Identity } from "./testClient.ts"
import { testPlatform } from "./testPlatform.ts"
import { expectKind, id, number } from "./world.ts"

/** All that a host sees of one delivery. */
interface Line {
  /** The frame's version and kind, its session as the host may number sessions, its sequence. */
  readonly header: string
  readonly bytes: number
  readonly replyHeader: string
  readonly replyBytes: number
  readonly changed: boolean
}

/** The crossing, with a host that writes down everything it can see. */
class Recorder implements EnclaveCrossing {
  readonly lines: Line[] = []
  readonly #inner: EnclaveCrossing
  readonly #sessions: string[] = []

  constructor(inner: EnclaveCrossing) {
    this.#inner = inner
  }

  async evidence(): Promise<Uint8Array> {
    return this.#inner.evidence()
  }

  async deliver(frame: Uint8Array): Promise<Delivery> {
    const delivery = await this.#inner.deliver(frame)
    this.lines.push({
      header: this.#visible(frame),
      bytes: frame.length,
      replyHeader: this.#visible(delivery.reply),
      replyBytes: delivery.reply.length,
      changed: delivery.changed,
    })
    return delivery
  }

  async close(): Promise<void> {}

  #visible(frame: Uint8Array): string {
    const start = frame.subarray(0, 2).toHex()
    // Only mail and replies name a session; what stands there in a hello or a welcome is random.
    if (frame[1] !== 3 && frame[1] !== 4) return start
    const session = frame.subarray(2, 18).toHex()
    if (!this.#sessions.includes(session)) this.#sessions.push(session)
    return `${start} ${this.#sessions.indexOf(session)} ${frame.subarray(18, 26).toHex()}`
  }
}

/** What is public: who does what, and when. */
interface Act {
  readonly by: number
  readonly what: "submit" | "result" | "matches"
  readonly computation: number
}
interface Play {
  readonly computations: readonly { readonly type: ComputationType; readonly quorum: number; readonly size: number }[]
  readonly acts: readonly Act[]
}

/** What is secret: what each act would submit. */
interface Secret {
  readonly number: string
  readonly key: string
  readonly message: string | undefined
}

const PARTIES = 4
const people: Identity[] = []
before(async () => {
  for (let i = 0; i < PARTIES; i++) people.push(await newIdentity())
})

/** Plays it, and returns what the host saw and how many matches were read. */
async function perform(play: Play, secrets: readonly Secret[]): Promise<{ lines: Line[]; matches: number }> {
  const recorder = new Recorder(await openEnclave(testPlatform()))
  const clients: TestClient[] = []
  for (const each of people) clients.push(await TestClient.connect(recorder, each))
  const terms = await createAll(play, clients)
  let matches = 0
  for (const [i, act] of play.acts.entries()) {
    const [client, computation] = [clients[act.by], play.computations[act.computation]]
    const secret = secrets[i % secrets.length]
    if (client === undefined || computation === undefined || secret === undefined) continue
    if (act.what === "matches") matches += await readAll(client)
    if (act.what === "result") await client.ask({ kind: "result", computation: name(`C${act.computation}`) })
    if (act.what !== "submit") continue
    const request = { kind: "submit", requestId: id(1_000 + i), computation: name(`C${act.computation}`) } as const
    const submission = submissionOf(computation.type, secret)
    await client.ask({ ...request, terms: terms[act.computation] ?? missing(), submission })
  }
  return { lines: recorder.lines, matches }
}

async function createAll(play: Play, clients: readonly TestClient[]): Promise<Digest[]> {
  const terms: Digest[] = []
  for (const [i, { type, quorum, size }] of play.computations.entries()) {
    const participants = clients.slice(0, size).map((each) => each.party)
    const request = { kind: "create", requestId: id(i), computation: name(`C${i}`), type, participants } as const
    const made = await clients[0]?.ask({ ...request, quorum: Math.min(quorum, size), expiresAt: undefined })
    terms.push(expectKind(made ?? missing(), "created").terms)
  }
  return terms
}

async function readAll(client: TestClient): Promise<number> {
  let read = 0
  for (let after = 0, page = 0, more = true; more; page++) {
    const reply = expectKind(await client.ask({ kind: "matches", after, page }), "matches")
    read += reply.matches.length
    after = reply.next
    more = reply.more
  }
  return read
}

function submissionOf(type: ComputationType, { number: written, key, message: beside }: Secret): Submission {
  if (type !== "key") return number(written)
  return { kind: "key", key: matchKey(key), message: beside === undefined ? undefined : message(beside) }
}

function missing(): never {
  assert.fail("a play without its parts")
}

const playArb: fc.Arbitrary<Play> = record<Play>({
  computations: fc.array(
    record({
      type: fc.constantFrom<ComputationType>("avg", "min", "max", "key", "key"),
      quorum: fc.integer({ min: 1, max: 3 }),
      size: fc.integer({ min: 2, max: PARTIES }),
    }),
    { minLength: 2, maxLength: 4 },
  ),
  acts: fc.array(
    record({
      by: fc.nat(PARTIES - 1),
      what: fc.constantFrom(
        "submit" as const,
        "submit" as const,
        "submit" as const,
        "result" as const,
        "matches" as const,
      ),
      computation: fc.nat(3),
    }),
    { minLength: 10, maxLength: 50, size: "max" },
  ),
})
const secretsArb: fc.Arbitrary<readonly Secret[]> = fc.array(
  record<Secret>({
    // A few values, so that numbers tie and keys match, and any values at all.
    number: fc.oneof(decimalTextArb, fc.constantFrom("1", "1.0", "-1")),
    key: fc.oneof(matchKeyArb, fc.constantFrom("K", "L")),
    message: fc.option(fc.oneof(messageArb, fc.constant("x".repeat(1_024)), fc.constant("")), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 50, size: "max" },
)

describe("fault 13: the host's transcript does not depend on what is submitted", () => {
  test("nor on ties, nor on what matches, for any course of events", async (t) => {
    let told = 0
    const property = fc.asyncProperty(playArb, secretsArb, secretsArb, async (play, one, other) => {
      const [first, second] = [await perform(play, one), await perform(play, other)]
      assert.deepEqual(second.lines, first.lines)
      if (first.matches !== second.matches) told += 1
    })
    await fc.assert(property, fuzz(t, 60))
    assert.ok(told > 5, "many runs differ in how much matched")
  })

  for (const type of ["min", "max", "avg"] as const) {
    test(`${type}: one winner, or everyone ties; long numbers, or short ones`, async () => {
      const acts: Act[] = [0, 1, 2, 3].map((by) => ({ by, what: "submit", computation: 0 }))
      acts.push(...acts.map(({ by }): Act => ({ by, what: "result", computation: 0 })))
      const play: Play = { computations: [{ type, quorum: 3, size: 4 }], acts }
      const secrets = (...values: string[]): Secret[] =>
        values.map((each) => ({ number: each, key: "K", message: undefined }))
      const long = `-${"9".repeat(30)}.${"7".repeat(12)}`
      const all = [secrets("1"), secrets("1", "2", "3", "4"), secrets(long), secrets("4", "3", long, "0")]
      const seen = await Promise.all(all.map(async (each) => (await perform(play, each)).lines))
      for (const lines of seen) assert.deepEqual(lines, seen[0])
    })
  }

  test("matches: none or all of several pages, with the longest messages or with none", async () => {
    const { matchesPerPage, size } = matchPaging(1_000_000)
    assert.equal(size, frameSizes.at(-1))
    const submissions = matchesPerPage * 2 + 10
    const acts = Array.from({ length: submissions }, (_, i): Act => ({ by: i % 2, what: "submit", computation: 0 }))
    acts.splice(3, 0, { by: 0, what: "matches", computation: 0 })
    acts.push({ by: 0, what: "matches", computation: 0 }, { by: 1, what: "matches", computation: 0 })
    const play: Play = { computations: [{ type: "key", quorum: 2, size: 2 }], acts }
    const same = await perform(play, [{ number: "0", key: "é".repeat(128), message: "x".repeat(1_024) }])
    const apart = await perform(
      play,
      acts.map((_, i) => ({ number: "0", key: `${i}`, message: undefined })),
    )
    assert.equal(same.matches, 2 * submissions + 3)
    assert.equal(apart.matches, 0)
    assert.deepEqual(apart.lines, same.lines)
    const pages = same.lines.slice(-3).map((line) => line.replyBytes)
    assert.deepEqual(pages, [size, size, size])
  })
})
