import {
  encode,
  helloSigned,
  openFrame,
  requestCodec,
  type EnclaveCrossing,
  type HeaderOf,
} from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { beforeEach, describe, test } from "node:test"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { flipped, HostileHost } from "../../../testing/src/hostileHost.ts"
import { newIdentity, TestClient, viewOf, type Identity } from "../../../testing/src/testClient.ts"
import { openTestEnclave } from "../../../testing/src/testEnclave.ts"
import { CLOCK_MS_FIRST, testPlatform } from "../../../testing/src/testPlatform.ts"
import { verifyEvidence, type Attested } from "./attestation/evidence.ts"
import { Session } from "./session.ts"
import { verifyEd25519 } from "./primitives.ts"

type Bytes = Uint8Array<ArrayBuffer>

const FRAME = 2_048
const LIST = encode(requestCodec, { kind: "list", after: 0 })

let enclave: EnclaveCrossing
let host: HostileHost
let identity: Identity
let attested: Attested

beforeEach(async () => {
  enclave = await openTestEnclave()
  host = new HostileHost(enclave)
  identity = await newIdentity()
  attested = await verifyEvidence(await enclave.evidence(), CLOCK_MS_FIRST / 1_000)
})

async function rejects(asked: Promise<unknown>, codes: readonly string[], what: string): Promise<void> {
  await assert.rejects(asked, (error) => {
    assert.ok(error instanceof Error && "code" in error, `${what}: ${String(error)}`)
    assert.equal(error.name, "TransportError", what)
    assert.ok(codes.includes(String(error.code)), `${what}: ${String(error.code)}`)
    return true
  })
}

function mailOf(frame: Uint8Array): HeaderOf<"mail"> {
  const { header } = openFrame(frame)
  assert.ok(header.kind === "mail")
  return header
}

describe("a reply is believed only as it left the enclave", () => {
  test("fault 1: not with any one bit of any byte turned", async () => {
    const session = await Session.open(host, attested, identity)
    for (let at = 0; at < FRAME; at++) {
      host.onMail = async (_frame, honest) => flipped(await honest(), at)
      await rejects(session.exchange(LIST), ["NO_SESSION", "HOST_NONSENSE"], `byte ${at}`)
    }
    host.onMail = (_frame, honest) => honest()
    assert.ok((await session.exchange(LIST)).length > 0, "the session is as good as before")
  })

  test("fault 1: not a beginning of it, of any length, nor anything longer", async () => {
    const session = await Session.open(host, attested, identity)
    for (let length = 0; length < FRAME; length++) {
      host.onMail = async (_frame, honest) => (await honest()).subarray(0, length)
      await rejects(session.exchange(LIST), ["HOST_NONSENSE"], `${length} bytes`)
    }
    for (const length of [FRAME + 1, 8_192, 1_048_576, 1_048_577]) {
      host.onMail = async (_frame, honest) => {
        const longer = new Uint8Array(length)
        longer.set(await honest())
        return longer
      }
      await rejects(session.exchange(LIST), ["NO_SESSION", "HOST_NONSENSE"], `${length} bytes`)
    }
  })

  test("fault 1: not the reply to any other request of the session, earlier or later", async () => {
    const session = await Session.open(host, attested, identity)
    for (let i = 0; i < 8; i++) await session.exchange(LIST)
    const earlier = host.replies.slice(1)
    for (const reply of earlier) {
      host.onMail = async () => reply
      await rejects(session.exchange(LIST), ["NO_SESSION"], "an earlier reply")
    }
  })

  test("fault 1: not a reply whose header was changed to the request's", async () => {
    const session = await Session.open(host, attested, identity)
    await session.exchange(LIST)
    const earlier = host.replies.at(-1) ?? assert.fail()
    host.onMail = async (frame) => {
      const forged = new Uint8Array(earlier)
      forged.set(frame.subarray(2, 26), 2)
      return forged
    }
    await rejects(session.exchange(LIST), ["NO_SESSION"], "an earlier reply under this header")
  })

  test("fault 1: not the reply to the same sequence in another session of the same user", async () => {
    const [first, second] = [await Session.open(host, attested, identity), await Session.open(host, attested, identity)]
    await first.exchange(LIST)
    const reply = host.replies.at(-1) ?? assert.fail()
    host.onMail = async () => reply
    await rejects(second.exchange(LIST), ["NO_SESSION"], "another session's reply")
  })

  test("nothing at all, whatever bytes a host makes up", async (t) => {
    const session = await Session.open(host, attested, identity)
    const size = fc.constantFrom(0, 1, 26, FRAME, 8_192)
    const bytes = size.chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
    const kept = fc.constantFrom(0, 1, 2, 18, 26)
    await fc.assert(
      fc.asyncProperty(bytes, kept, async (made, beginning) => {
        host.onMail = async (frame) => {
          const answer = new Uint8Array(made)
          answer.set(frame.subarray(0, Math.min(beginning, answer.length)))
          if (answer.length > 1 && beginning > 1) answer[1] = 4
          return answer
        }
        await rejects(session.exchange(LIST), ["NO_SESSION", "HOST_NONSENSE"], "made up")
      }),
      fuzz(t, 300),
    )
  })
})

describe("a handshake succeeds only with the welcome to its own hello", () => {
  test("not with any one bit of any byte turned", async () => {
    for (let at = 0; at < FRAME; at++) {
      host.onMail = async (_frame, honest) => flipped(await honest(), at)
      await rejects(Session.open(host, attested, identity), ["NO_SESSION", "HOST_NONSENSE"], `byte ${at}`)
    }
  })

  test("not with a beginning of it, nor another's, nor an earlier one", async () => {
    await Session.open(host, attested, identity)
    await Session.open(host, attested, await newIdentity())
    for (const welcome of host.replies) {
      host.onMail = async () => welcome
      await rejects(Session.open(host, attested, identity), ["NO_SESSION"], "another welcome")
    }
    for (const length of [0, 1, 2, 33, 34, 35, FRAME - 1]) {
      host.onMail = async (_frame, honest) => (await honest()).subarray(0, length)
      await rejects(Session.open(host, attested, identity), ["HOST_NONSENSE"], `${length} bytes`)
    }
  })

  test("not where the hello was changed on its way", async () => {
    for (let at = 0; at < FRAME; at += 13) {
      host.onMail = (frame, honest) => honest(flipped(frame, at))
      await rejects(Session.open(host, attested, identity), ["NO_SESSION"], `byte ${at}`)
    }
  })
})

describe("what a client sends", () => {
  test("a hello's signature is over this enclave, this life and this handshake, and nothing else is signed", async () => {
    const signed: Bytes[] = []
    const signing: Identity = {
      party: identity.party,
      async sign(bytes) {
        signed.push(bytes)
        return identity.sign(bytes)
      },
    }
    await (await Session.open(host, attested, signing)).exchange(LIST)
    const { header } = openFrame(host.frames[0] ?? assert.fail())
    assert.ok(header.kind === "hello")
    const { statementHash } = await viewOf(enclave)
    assert.deepEqual(signed, [helloSigned(statementHash, header.encapsulated)])
  })

  test("a hello means nothing to another enclave, nor to another life of the same code", async () => {
    await Session.open(host, attested, identity)
    const hello = host.frames[0] ?? assert.fail()
    const another = await openTestEnclave({ platform: testPlatform("another") })
    assert.equal(openFrame((await another.deliver(hello)).reply).header.kind, "unopened")
  })

  test("a hello under another's name is not taken up", async () => {
    const eve = await newIdentity()
    const forged: Identity = { party: identity.party, sign: (bytes) => eve.sign(bytes) }
    await rejects(Session.open(host, attested, forged), ["NO_SESSION"], "signed by another")
  })

  test("a replayed hello makes a session that the host cannot use, and leaves the client's alone", async () => {
    const session = await Session.open(host, attested, identity)
    const { reply } = await enclave.deliver(host.frames[0] ?? assert.fail())
    assert.notDeepEqual(reply, host.replies[0])
    assert.ok((await session.exchange(LIST)).length > 0)
  })

  test("sequences begin at 0 and go up by one, whatever becomes of the replies", async () => {
    const session = await Session.open(host, attested, identity)
    host.onMail = async () => new Uint8Array(0)
    for (let i = 0; i < 3; i++) await rejects(session.exchange(LIST), ["HOST_NONSENSE"], "nothing")
    const mails = host.frames.slice(1).map(mailOf)
    assert.deepEqual(
      mails.map(({ sequence }) => sequence),
      [0, 1, 2],
    )
  })

  test("fault 13: a request takes the smallest frame that holds it, and only its padding fills it", async () => {
    const session = await Session.open(host, attested, identity)
    host.onMail = async () => new Uint8Array(0)
    for (const [length, size] of [
      [0, 2_048],
      [2_002, 2_048],
      [2_003, 8_192],
      [1_048_530, 1_048_576],
    ] as const) {
      await rejects(session.exchange(new Uint8Array(length)), ["HOST_NONSENSE"], "nothing")
      assert.equal(host.frames.at(-1)?.length, size)
    }
  })

  test("equal requests make frames that have nothing in common but their session", async () => {
    const session = await Session.open(host, attested, identity)
    for (let i = 0; i < 2; i++) await session.exchange(LIST)
    const [, first = assert.fail(), second = assert.fail()] = host.frames
    const equal = first.subarray(26).filter((byte, i) => byte === second[26 + i]).length
    assert.ok(equal < 40, `${equal} of 2022 bytes are equal`)
  })

  test("a frame delivered twice is opened once", async () => {
    const session = await Session.open(host, attested, identity)
    await session.exchange(LIST)
    const { reply } = await enclave.deliver(host.frames[1] ?? assert.fail())
    assert.equal(openFrame(reply).header.kind, "unopened")
  })
})

test("this client and an independent one speak with the same enclave", async () => {
  const mine = await (await Session.open(host, attested, identity)).exchange(LIST)
  const theirs = await (await TestClient.connect(enclave, await newIdentity())).ask({ kind: "list", after: 0 })
  assert.equal(theirs.kind, "listed")
  assert.ok(mine.length > 0)
})

test("verifyEd25519 says no to a key, a signature or data of which one bit is turned, and to none at all", async () => {
  const data = new TextEncoder().encode("data")
  const key = Uint8Array.fromHex(identity.party)
  const signature = await identity.sign(data)
  assert.equal(await verifyEd25519(key, data, signature), true)
  assert.equal(await verifyEd25519(flipped(key, 3), data, signature), false)
  assert.equal(await verifyEd25519(key, flipped(data, 1), signature), false)
  for (let at = 0; at < signature.length; at++) {
    assert.equal(await verifyEd25519(key, data, flipped(signature, at)), false, `byte ${at}`)
  }
  assert.equal(await verifyEd25519(key, data, new Uint8Array(0)), false)
  assert.equal(await verifyEd25519(new Uint8Array(31), data, signature), false)
})
