import {
  batchBytesMax,
  batchKeysMax,
  frameSizes,
  type FrameSize,
  type PackedKeys,
  name,
  type ComputationType,
  NO_KEY_TERMS,
} from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { RecordingStore, type StoreCall } from "./recordingStore.ts"
import { newIdentity, paddedRequest, sealMail, TestClient } from "./testClient.ts"
import { openTestEnclave } from "./testEnclave.ts"
import { expectKind, first, id, key, number, party, packed } from "./world.ts"

const people = [await newIdentity(), await newIdentity()]

interface Secret {
  readonly number: string
  readonly key: string
  readonly message: string | undefined
}

describe("fault 13: what is stored tells nothing of what was submitted", () => {
  for (const type of ["key", "avg"] as const) {
    test(`${type}: many submissions in flight share records whose sizes tell nothing of them`, async () => {
      const long = { number: `-${"9".repeat(30)}.${"7".repeat(12)}`, key: "é".repeat(128), message: "x".repeat(1_024) }
      const short = { number: "1", key: "K", message: undefined }
      for (const count of [2, 3, 6, 20, 100]) {
        const seen = [await burst(type, count, long), await burst(type, count, short)]
        assert.deepEqual(seen[1], seen[0])
        assert.ok((seen[0]?.length ?? 0) <= 3, "the creation, one record of its own, and one that the others share")
      }
    })
  }

  test("keys in bulk, and their retirement: one short key or as many as the frame carries, in a record of its size", async () => {
    for (const frame of frameSizes) {
      const most = batchKeysMax(frame)
      const short = packed(...Array.from({ length: most }, () => "K"))
      const long = packed(
        ..."x"
          .repeat(Math.floor(batchBytesMax(frame) / 259))
          .split("")
          .map((each) => each.repeat(256)),
      )
      const sizes: number[] = []
      for (const keys of [packed("K"), short, long]) {
        const calls = (await bulk(keys, frame)).filter(({ call }) => call === "append")
        sizes.push(...calls.map(({ bytes }) => bytes))
      }
      assert.deepEqual([...new Set(sizes)], [frame])
      assert.equal(sizes.length, 3 * 2)
    }
  })

  test("a released answer: one winner of eighty, or everyone ties", async () => {
    const sizes = async (value: (i: number) => string): Promise<unknown> => {
      const calls: StoreCall[] = []
      const enclave = await openTestEnclave({ store: new RecordingStore((call) => calls.push(call)) })
      const [alice = assert.fail(), bob = assert.fail()] = people
      const [client, other] = [await TestClient.connect(enclave, alice), await TestClient.connect(enclave, bob)]
      const crowd = Array.from({ length: 78 }, (_, i) => party(i))
      const participants = [alice.party, bob.party, ...crowd]
      const request = { kind: "create", requestId: id(1), computation: name("It"), type: "min", participants } as const
      const made = await client.ask({ ...request, quorum: 1, release: first, expiresAt: undefined, ...NO_KEY_TERMS })
      const about = { computation: name("It"), terms: expectKind(made, "created").terms, known: undefined }
      for (const [i, each] of [client, other].entries()) {
        const submission = number(value(i))
        await each.ask({ kind: "submit", requestId: id(2), ...about, submission, revision: 1, signed: false })
      }
      await client.ask({ kind: "result", ...about })
      return calls
    }
    assert.deepEqual(await sizes(() => "7"), await sizes((i) => `${i}`))
  })
})

/** What is stored where these keys are submitted, and then retired, in frames of this size. */
async function bulk(keys: PackedKeys, frame: FrameSize): Promise<readonly StoreCall[]> {
  const calls: StoreCall[] = []
  const enclave = await openTestEnclave({ store: new RecordingStore((call) => calls.push(call)) })
  const [alice = assert.fail()] = people
  const client = await TestClient.connect(enclave, alice)
  const participants = people.map((each) => each.party)
  const request = { kind: "create", requestId: id(1), computation: name("It"), type: "key", participants } as const
  const made = await client.ask({ ...request, quorum: 2, release: first, expiresAt: undefined, ...NO_KEY_TERMS })
  const about = { computation: name("It"), terms: expectKind(made, "created").terms, known: undefined, signed: false }
  const before = calls.length
  const submitted = await client.ask({ kind: "submitMany", requestId: id(2), ...about, submissions: keys }, frame)
  expectKind(submitted, "submittedMany")
  expectKind(await client.ask({ kind: "retire", requestId: id(3), ...about, keys }, frame), "retired")
  return calls.slice(before)
}

/** What is stored where so many submissions are delivered at once. */
async function burst(type: ComputationType, count: number, secret: Secret): Promise<readonly StoreCall[]> {
  const calls: StoreCall[] = []
  const enclave = await openTestEnclave({ store: new RecordingStore((call) => calls.push(call)) })
  const [alice = assert.fail()] = people
  const client = await TestClient.connect(enclave, alice)
  const participants = people.map((each) => each.party)
  const request = { kind: "create", requestId: id(1), computation: name("It"), type, participants } as const
  const made = await client.ask({ ...request, quorum: 2, release: first, expiresAt: undefined, ...NO_KEY_TERMS })
  const about = { computation: name("It"), terms: expectKind(made, "created").terms, known: undefined }
  const frames = await Promise.all(
    Array.from({ length: count }, (_, i) => {
      const submission = type === "key" ? key(secret.key, secret.message) : number(secret.number)
      const each = {
        kind: "submit",
        requestId: id(10 + i),
        ...about,
        submission,
        revision: 1 + i,
        signed: false,
      } as const
      return sealMail(client.session, 100 + i, paddedRequest(each))
    }),
  )
  const before = calls.length
  await Promise.all(frames.map(async (frame) => enclave.deliver(frame)))
  return calls.slice(before)
}
