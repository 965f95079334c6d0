import {
  encode,
  frameSizes,
  helloCodec,
  helloInfo,
  openFrame,
  pad,
  SIGNATURE_BYTES,
  unopenedFrame,
  unpad,
  type EnclaveCrossing,
} from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import {
  newIdentity,
  openReply,
  openWelcome,
  paddedRequest,
  sealHello,
  sealMail,
  viewOf,
  type EnclaveView,
  type HelloChanges,
  type Identity,
} from "../../../../testing/src/testClient.ts"
import { openTestEnclave } from "../../../../testing/src/testEnclave.ts"
import { testPlatform } from "../../../../testing/src/testPlatform.ts"

const UNOPENED = unopenedFrame()
const question = paddedRequest({ kind: "list", after: 0 })

let enclave: EnclaveCrossing
let view: EnclaveView
let alice: Identity
let mallory: Identity

before(async () => {
  enclave = await openTestEnclave()
  view = await viewOf(enclave)
  alice = await newIdentity()
  mallory = await newIdentity()
})

async function assertUnopened(frame: Uint8Array, why: string): Promise<void> {
  const { reply, changed } = await enclave.deliver(frame)
  assert.deepEqual(reply, UNOPENED, why)
  assert.equal(changed, false)
}

/** A frame with one bit flipped; which bit of the byte depends on the byte's place. */
function flipped(frame: Uint8Array, at: number): Uint8Array {
  const copy = frame.slice()
  copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8))
  return copy
}

describe("a hello", () => {
  test("is answered with a welcome of the smallest size, and the session works", async () => {
    const { frame, secret } = await sealHello(view, alice, alice)
    const { reply, changed } = await enclave.deliver(frame)
    assert.equal(reply.length, frameSizes[0])
    assert.equal(changed, false)
    const session = await openWelcome(reply, secret)
    const answer = await enclave.deliver(await sealMail(session, 0, question))
    assert.deepEqual(await openReply(session, 0, answer.reply), {
      kind: "listed",
      descriptors: [],
      next: 0,
      more: false,
    })
  })
  test("with one bit flipped, at every byte, is not opened", async () => {
    const { frame } = await sealHello(view, alice, alice)
    for (let at = 0; at < frame.length; at++) await assertUnopened(flipped(frame, at), `byte ${at}`)
    assert.equal(openFrame((await enclave.deliver(frame)).reply).header.kind, "welcome")
  })
  test("cut short anywhere is not opened, as it is nor with zeros in place of the rest", async () => {
    const { frame } = await sealHello(view, alice, alice)
    for (let length = 0; length < frame.length; length++)
      await assertUnopened(frame.subarray(0, length), `${length} bytes`)
    for (let length = 0; length < frame.length; length += 7) {
      const zeroed = frame.slice().fill(0, length)
      await assertUnopened(zeroed, `${length} bytes and zeros`)
    }
  })
  test("with bytes added, to another frame size too, is not opened", async () => {
    const { frame } = await sealHello(view, alice, alice)
    for (const size of [frame.length + 1, frameSizes[1]]) {
      const longer = new Uint8Array(size)
      longer.set(frame)
      await assertUnopened(longer, `${size} bytes`)
    }
  })
})

describe("a hello that opens and is wrong inside gets the very same answer", () => {
  const wrong: Record<string, (signed: Identity) => HelloChanges> = {
    "another protocol version": () => ({ version: 2 }),
    "version 0": () => ({ version: 0 }),
    "info of no enclave": () => ({ info: new Uint8Array(0) }),
    "info of another life": () => ({ info: helloInfo(new Uint8Array(32)) }),
    "padding that is not zeros": () => ({ padded: (right) => changedAt(right, right.length - 1) }),
    "a length that lies": () => ({ padded: (right) => changedAt(right, 0) }),
    "a length of one byte less": () => ({ padded: (right) => changedAt(right, 3) }),
    "bytes left over": () => ({ padded: (right) => pad("hello", new Uint8Array([...unpad(right), 0]), frameSizes[0]) }),
    "no content": () => ({ padded: () => pad("hello", new Uint8Array(0), frameSizes[0]) }),
    "a signature of zeros": ({ party }) => ({
      padded: () =>
        pad("hello", encode(helloCodec, { party, signature: new Uint8Array(SIGNATURE_BYTES) }), frameSizes[0]),
    }),
    "a signature with one bit flipped": () => ({ padded: (right) => changedAt(right, 4 + 32 + 40) }),
    "a party with one bit flipped": () => ({ padded: (right) => changedAt(right, 4 + 7) }),
  }
  for (const [what, change] of Object.entries(wrong)) {
    test(what, async () => {
      await assertUnopened((await sealHello(view, alice, alice, change(alice))).frame, what)
    })
  }
  test("signed by another key", async () => {
    await assertUnopened((await sealHello(view, alice, mallory)).frame, "alice's hello, signed by mallory")
  })
  test("signed for another life, and sealed to this one", async () => {
    const other = await viewOf(await openTestEnclave({ platform: testPlatform("another life") }))
    const mixed = { ...view, statementHash: other.statementHash }
    const info = helloInfo(view.statementHash)
    await assertUnopened((await sealHello(mixed, alice, alice, { info })).frame, "signature for another life")
  })
  test("the signature of an earlier hello, in a new one", async () => {
    let earlier = new Uint8Array(0)
    await sealHello(view, alice, alice, { padded: (right) => (earlier = right) })
    await assertUnopened((await sealHello(view, alice, alice, { padded: () => earlier })).frame, "a signature replayed")
  })
  test("for another enclave", async () => {
    const other = await viewOf(await openTestEnclave({ platform: testPlatform("another enclave") }))
    await assertUnopened((await sealHello(other, alice, alice)).frame, "for another enclave")
  })
})

describe("fault 1: a replayed hello is harmless", () => {
  test("each welcome has its own salt, session and keys; no frame of one session means anything in the other", async () => {
    const { frame, secret } = await sealHello(view, alice, alice)
    const [first, second] = [await enclave.deliver(frame), await enclave.deliver(frame)]
    const [one, two] = [openFrame(first.reply), openFrame(second.reply)]
    assert.ok(one.header.kind === "welcome" && two.header.kind === "welcome")
    assert.notDeepEqual(one.header.salt, two.header.salt)
    assert.notDeepEqual(one.sealed, two.sealed)
    const [a, b] = [await openWelcome(first.reply, secret), await openWelcome(second.reply, secret)]
    assert.notDeepEqual(a.id, b.id)
    const raw = [a.toClient, a.toEnclave, b.toClient, b.toEnclave].map(async (key) =>
      crypto.subtle.exportKey("raw", key),
    )
    const keys = (await Promise.all(raw)).map((each) => new Uint8Array(each).toHex())
    assert.equal(new Set(keys).size, keys.length)
    await assertUnopened(await sealMail({ ...a, id: b.id }, 0, question), "keys of one session under the id of another")
    const reply = await enclave.deliver(await sealMail(a, 0, question))
    await assert.rejects(openReply(b, 0, reply.reply))
    assert.equal((await openReply(a, 0, reply.reply)).kind, "listed")
  })
  test("who replays it without its secret cannot open the welcome", async () => {
    const { frame } = await sealHello(view, alice, alice)
    const { secret } = await sealHello(view, mallory, mallory)
    await assert.rejects(openWelcome((await enclave.deliver(frame)).reply, secret))
  })
})

test("fault 13: nothing in the clear links two sessions of one client", async () => {
  const hellos = [await sealHello(view, alice, alice), await sealHello(view, alice, alice)]
  const welcomes = await Promise.all(hellos.map(async ({ frame }) => (await enclave.deliver(frame)).reply))
  for (const [one, two] of [hellos.map((each) => each.frame), welcomes]) {
    assert.ok(one && two)
    // Beyond version and kind, two frames agree in as many bytes as random ones do.
    const same = one.reduce((sum, byte, i) => sum + (i >= 2 && byte === two[i] ? 1 : 0), 0)
    assert.ok(same < 40, `${same} bytes agree`)
  }
})

function changedAt<T extends Uint8Array>(bytes: T, at: number): T {
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes
}
