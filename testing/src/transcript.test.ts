import {
  frameSizes,
  frozenSigned,
  matchKey,
  matchPaging,
  message,
  name,
  type ComputationType,
  type Delivery,
  type Digest,
  type EnclaveCrossing,
  type Name,
  type Release,
  type Submission,
  NO_KEY_TERMS,
  SUBMISSION_WEIGHT,
  batchWeight,
  type Request,
  type FrameSize,
} from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import { decimalTextArb, matchKeyArb, messageArb, record } from "./arbitraries.ts"
import { fuzz } from "./fuzz.ts"
import { newIdentity, TestClient, type Identity } from "./testClient.ts"
import { openTestEnclave } from "./testEnclave.ts"
import { RecordingStore, type StoreCall } from "./recordingStore.ts"
import { all, expectKind, first, id, number, witnessed, packed } from "./world.ts"

/** All that a host sees of one delivery. */
interface Line {
  /** The frame's version and kind, its session as the host may number sessions, its sequence. */
  readonly header: string
  readonly bytes: number
  readonly replyHeader: string
  readonly replyBytes: number
  readonly changed: boolean
}

/** The crossing, with a host that writes down everything it can see, what it is given to store among it. */
class Recorder implements EnclaveCrossing {
  readonly lines: (Line | StoreCall)[]
  readonly #inner: EnclaveCrossing
  readonly #sessions: string[] = []

  constructor(inner: EnclaveCrossing, lines: (Line | StoreCall)[]) {
    this.#inner = inner
    this.lines = lines
  }

  static async open(snapshotBytesMin = 40_000): Promise<Recorder> {
    const lines: (Line | StoreCall)[] = []
    const store = new RecordingStore((call) => lines.push(call))
    return new Recorder(await openTestEnclave({ store, snapshotBytesMin }), lines)
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
  readonly what: "submit" | "many" | "retire" | "count" | "result" | "witness" | "matches"
  readonly computation: number
}
interface Convened {
  readonly type: ComputationType
  readonly quorum: number
  readonly size: number
  /** Leaves out what a type does not allow: keys are told as they match. */
  readonly release: "first" | "all" | "witnessed"
}
interface Play {
  readonly computations: readonly Convened[]
  readonly acts: readonly Act[]
}

/** What is secret: what each act would submit. */
interface Secret {
  readonly number: string
  readonly key: string
  readonly message: string | undefined
  /** Submitted, or retired, in one request: of whatever length, and however many, in a frame of one size. */
  readonly many: readonly string[]
}

const MANY_FRAME = 8_192

const PARTIES = 4
const people: Identity[] = []
before(async () => {
  for (let i = 0; i < PARTIES; i++) people.push(await newIdentity())
})

/** Plays it, and returns what the host saw and how many matches were read. */
async function perform(
  play: Play,
  secrets: readonly Secret[],
  snapshotBytesMin?: number,
): Promise<{ lines: readonly object[]; matches: number }> {
  const recorder = await Recorder.open(snapshotBytesMin)
  const clients: TestClient[] = []
  for (const each of people) clients.push(await TestClient.connect(recorder, each))
  const terms = await createAll(play, clients)
  let matches = 0
  for (const [n, act] of play.acts.entries()) {
    const [client, computation] = [clients[act.by], play.computations[act.computation]]
    const secret = secrets[n % secrets.length]
    if (client === undefined || computation === undefined || secret === undefined) continue
    if (act.what === "matches") matches += await readAll(client)
    const about = {
      computation: name(`C${act.computation}`),
      terms: terms[act.computation] ?? missing(),
      known: undefined,
    }
    if (act.what === "witness") await witness(client, people[act.by] ?? missing(), about)
    const asked = requestOf(act.what, computation.type, secret, { ...about, n })
    if (asked !== undefined) await client.ask(asked, frameOf(act.what))
  }
  return { lines: recorder.lines, matches }
}

function frameOf(what: Act["what"]): FrameSize {
  return what === "many" || what === "retire" ? MANY_FRAME : frameSizes[0]
}

/** The `n`th request of a play, where the act is one. */
function requestOf(
  what: Act["what"],
  type: ComputationType,
  secret: Secret,
  { n, ...about }: { computation: Name; terms: Digest; known: undefined; n: number },
): Request | undefined {
  const changing = { requestId: id(1_000 + n), ...about, signed: n % 2 === 0 }
  switch (what) {
    case "submit":
      return { kind: "submit", ...changing, submission: submissionOf(type, secret), revision: n }
    case "many":
      return { kind: "submitMany", ...changing, submissions: packed(...secret.many) }
    case "retire":
      return { kind: "retire", ...changing, keys: packed(...secret.many) }
    case "count":
      return { kind: "matchCount", ...about }
    case "result":
      return { kind: "result", ...about }
    case "witness":
    case "matches":
      return undefined
  }
}

/** Signs whatever is frozen, as a client does that asks for a result. */
async function witness(
  client: TestClient,
  { sign }: Identity,
  about: { computation: Name; terms: Digest; known: undefined },
): Promise<void> {
  const response = await client.ask({ kind: "result", ...about })
  if (response.kind !== "awaiting") return
  await client.ask({ kind: "witness", ...about, signature: await sign(frozenSigned(response.frozen)) })
}

function releaseOf({ type, release, size }: Convened): Release {
  if (type === "key" || release === "first") return first
  return release === "all" ? all : witnessed(Math.floor(size / 2) + 1)
}

async function createAll(play: Play, clients: readonly TestClient[]): Promise<Digest[]> {
  const terms: Digest[] = []
  for (const [i, convened] of play.computations.entries()) {
    const { type, quorum, size } = convened
    const participants = clients.slice(0, size).map((each) => each.party)
    const request = {
      kind: "create",
      requestId: id(i),
      computation: name(`C${i}`),
      type,
      participants,
      release: releaseOf(convened),
    } as const
    const made = await clients[0]?.ask({
      ...request,
      quorum: Math.min(quorum, size),
      expiresAt: undefined,
      ...NO_KEY_TERMS,
    })
    terms.push(expectKind(made ?? missing(), "created").terms)
  }
  return terms
}

async function readAll(client: TestClient): Promise<number> {
  let read = 0
  for (let after = 0, page = 0, more = true; more; page++) {
    const reply = expectKind(await client.ask({ kind: "matches", after, page }), "matches")
    read += reply.matches.count
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
      type: fc.constantFrom<ComputationType>("avg", "min", "max", "key", "key", "key", "key"),
      quorum: fc.integer({ min: 1, max: 3 }),
      size: fc.integer({ min: 2, max: PARTIES }),
      release: fc.constantFrom("first" as const, "all" as const, "witnessed" as const, "witnessed" as const),
    }),
    { minLength: 2, maxLength: 4 },
  ),
  acts: fc.array(
    record({
      by: fc.nat(PARTIES - 1),
      what: fc.constantFrom(
        ...Array.from({ length: 6 }, () => "submit" as const),
        "many" as const,
        "many" as const,
        "retire" as const,
        "count" as const,
        "result" as const,
        "witness" as const,
        "witness" as const,
        "matches" as const,
      ),
      computation: fc.nat(3),
    }),
    { minLength: 20, maxLength: 60, size: "max" },
  ),
})
const secretsArb: fc.Arbitrary<readonly Secret[]> = fc.array(
  record<Secret>({
    // A few values, so that numbers tie and keys match, and any values at all.
    number: fc.oneof(decimalTextArb, fc.constantFrom("1", "1.0", "-1")),
    key: fc.oneof(matchKeyArb, fc.constantFrom("K", "L")),
    message: fc.option(fc.oneof(messageArb, fc.constant("x".repeat(1_024)), fc.constant("")), { nil: undefined }),
    many: fc.array(fc.oneof(matchKeyArb, fc.constantFrom("K", "L", "k".repeat(256))), { minLength: 1, maxLength: 25 }),
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

  for (const [type, release] of [
    ["min", "first"],
    ["max", "all"],
    ["avg", "witnessed"],
    ["max", "witnessed"],
  ] as const) {
    test(`${type}, ${release}: one winner, or everyone ties; long numbers, or short ones`, async () => {
      const acts: Act[] = [0, 1, 2, 3].map((by) => ({ by, what: "submit", computation: 0 }))
      for (const what of ["result", "witness"] as const) {
        acts.push(...[0, 1, 2, 3].map((by): Act => ({ by, what, computation: 0 })))
      }
      const play: Play = { computations: [{ type, quorum: 3, size: 4, release }], acts }
      const secrets = (...values: string[]): Secret[] =>
        values.map((each) => ({ number: each, key: "K", message: undefined, many: [] }))
      const long = `-${"9".repeat(30)}.${"7".repeat(12)}`
      const all = [secrets("1"), secrets("1", "2", "3", "4"), secrets(long), secrets("4", "3", long, "0")]
      const seen = await Promise.all(all.map(async (each) => (await perform(play, each)).lines))
      for (const lines of seen) assert.deepEqual(lines, seen[0])
    })
  }

  test("matches: none or all of several pages, with the longest messages or with none", async () => {
    const { bytesPerPage, size } = matchPaging(SUBMISSION_WEIGHT * 1_000_000)
    assert.equal(size, frameSizes.at(-1))
    const submissions = Math.ceil((bytesPerPage * 2) / SUBMISSION_WEIGHT) + 10
    const acts = Array.from({ length: submissions }, (_, i): Act => ({ by: i % 2, what: "submit", computation: 0 }))
    acts.splice(3, 0, { by: 0, what: "matches", computation: 0 })
    acts.push({ by: 0, what: "matches", computation: 0 }, { by: 1, what: "matches", computation: 0 })
    const play: Play = { computations: [{ type: "key", quorum: 2, size: 2, release: "first" }], acts }
    // Snapshots are of whole mebibytes, and so tell how much text is kept in all: not of this test.
    const never = Number.MAX_SAFE_INTEGER
    const one = { number: "0", key: "é".repeat(128), message: "x".repeat(1_024), many: [] }
    const same = await perform(play, [one], never)
    const apart = await perform(
      play,
      acts.map((_, i) => ({ number: "0", key: `${i}`, message: undefined, many: [] })),
      never,
    )
    assert.equal(same.matches, 2 * submissions + 3)
    assert.equal(apart.matches, 0)
    assert.deepEqual(apart.lines, same.lines)
    const pages = same.lines.slice(-3).map((line) => ("replyBytes" in line ? line.replyBytes : 0))
    assert.deepEqual(pages, [size, size, size])
  })

  test("in bulk: all of several pages match, or none, in long keys or in short ones", async () => {
    const acts = Array.from({ length: 240 }, (_, i): Act => ({ by: i % 2, what: "many", computation: 0 }))
    for (const by of [0, 1]) acts.push({ by, what: "matches", computation: 0 })
    acts.push({ by: 0, what: "retire", computation: 0 })
    for (const by of [0, 1]) acts.push({ by, what: "matches", computation: 0 })
    const play: Play = { computations: [{ type: "key", quorum: 2, size: 2, release: "first" }], acts }
    const never = Number.MAX_SAFE_INTEGER
    const blank = { number: "0", key: "K", message: undefined }
    const short = Array.from({ length: 450 }, (_, i) => String.fromCharCode(0x21 + (i % 90)))
    const long = Array.from({ length: 27 }, (_, i) => `${i}`.padEnd(256, "x"))
    const apart = acts.map((_, i) => ({ ...blank, many: [`${i}`] }))
    const seen = [await perform(play, [{ ...blank, many: short }], never)]
    for (const many of [long, ["K"]]) seen.push(await perform(play, [{ ...blank, many }], never))
    seen.push(await perform(play, apart, never))
    for (const { lines } of seen) assert.deepEqual(lines, seen[0]?.lines)
    assert.equal(seen[0]?.matches, 2 * 240 * 450, "nothing is left of what the first retired, nor of its matches")
    assert.equal(seen[3]?.matches, 0)
    const pages = matchPaging(240 * batchWeight(MANY_FRAME)).pages
    assert.ok(pages >= 2)
  })
})
