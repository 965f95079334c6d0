import {
  digest,
  matchKey,
  name,
  requestId,
  type Descriptor,
  type EnclaveCrossing,
  type Request,
  type Response,
  NO_KEY_TERMS,
} from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { beforeEach, describe, test } from "node:test"
import {
  HostileHost,
  LyingEnclave,
  mockConstraint,
  newUser,
  userOf,
  type Lie,
  type User,
} from "../../../testing/src/hostileHost.ts"
import { expectKind } from "../../../testing/src/world.ts"
import { memoryStore } from "../../../untrusted/host/src/storage/memory.ts"
import { keyless } from "../../../testing/src/scenarioEvidence.ts"
import { viewOf } from "../../../testing/src/testClient.ts"
import { openTestEnclave } from "../../../testing/src/testEnclave.ts"
import { testPlatform } from "../../../testing/src/testPlatform.ts"
import { parseConstraint } from "./constraint.ts"
import { AttestationError } from "./errors.ts"
import { fingerprint } from "./fingerprint.ts"

let enclave: EnclaveCrossing
let host: HostileHost
let alice: User

beforeEach(async () => {
  enclave = await openTestEnclave()
  host = new HostileHost(enclave)
  alice = await newUser(host)
})

const it = name("It")
const zeros = "0".repeat(64)
const other = "1".repeat(64)

function anotherEnclave(): Promise<EnclaveCrossing> {
  return openTestEnclave({ platform: testPlatform("another") })
}

async function identityOf(of: EnclaveCrossing): Promise<string> {
  return fingerprint((await viewOf(of)).statement.identity)
}

/** Every method of EventManager. */
function everyRequest({ manager, identity }: User): readonly (() => Promise<unknown>)[] {
  const participants = [identity.party, identity.party]
  const release = { kind: "first" } as const
  const descriptor: Descriptor = {
    id: requestId(new Uint8Array(16)),
    name: it,
    type: "key",
    quorum: 1,
    release,
    convenor: identity.party,
    participants,
    expiresAt: undefined,
    ...NO_KEY_TERMS,
  }
  return [
    () => manager.attest(),
    () => manager.describe(it),
    () => manager.list(),
    () => manager.create({ computation: it, type: "avg", quorum: 2, release, participants, expiresAt: undefined }),
    () => manager.submit(descriptor, { kind: "key", key: matchKey("K"), message: undefined }),
    () => manager.result(descriptor),
    () => manager.matches(),
    () => manager.nextMatches(0),
    () => manager.delete(descriptor),
  ]
}

async function sendsNothing(user: User, code: AttestationError["code"]): Promise<void> {
  const before = host.frames.length
  for (const ask of everyRequest(user)) await assert.rejects(ask(), { name: "AttestationError", code })
  assert.equal(host.frames.length, before, "no frame")
  assert.deepEqual(user.pauses, [], "not tried again")
}

describe("no frame leaves where the enclave does not meet the constraint", () => {
  const failing: readonly (readonly [AttestationError["code"], string])[] = [
    ["MEASUREMENT_NOT_ACCEPTED", `C:${other} SEC:INSECURE`],
    ["MEASUREMENT_NOT_ACCEPTED", `S:${other} PROD:1 SEC:INSECURE`],
    ["MEASUREMENT_NOT_ACCEPTED", `S:${zeros} PROD:2 SEC:INSECURE`],
    ["REVOCATION_LEVEL_TOO_LOW", `S:${zeros} PROD:1 SEC:INSECURE REVOKE:1`],
    ["PLATFORM_NOT_ACCEPTED", `S:${zeros} PROD:1 SEC:INSECURE PLATFORM:simulation`],
    ["SECURITY_TOO_LOW", `S:${zeros} PROD:1`],
    ["SECURITY_TOO_LOW", `S:${zeros} PROD:1 SEC:STALE`],
    ["SECURITY_TOO_LOW", `S:${zeros} PROD:1 SEC:SECURE`],
    ["EVIDENCE_EXPIRED", `S:${zeros} PROD:1 SEC:INSECURE EXPIRE:P0D`],
  ]
  for (const [code, constraint] of failing) {
    test(`${code}: ${constraint.replaceAll(/(.)\1{60,}/g, "$1…")}`, async () => {
      const user = await newUser(host, parseConstraint(constraint))
      await sendsNothing(user, code)
      assert.equal(user.pins.pinned.size, 0, "nothing is pinned")
    })
  }

  test("EVIDENCE_MALFORMED: whatever is no evidence", async () => {
    const evidence = await enclave.evidence()
    for (const bytes of [new Uint8Array(0), evidence.subarray(1), new Uint8Array([...evidence, 0])]) {
      host.onEvidence = async () => bytes
      await sendsNothing(alice, "EVIDENCE_MALFORMED")
    }
  })

  test("EVIDENCE_MALFORMED: an enclave whose key no key exchange takes", async () => {
    host.onEvidence = async (honest) => keyless(await honest())
    for (const ask of everyRequest(alice).slice(1)) await assert.rejects(ask(), { code: "EVIDENCE_MALFORMED" })
    assert.equal(host.frames.length, 0)
  })
})

describe("an enclave that is not the one that was pinned", () => {
  test("fault 5, 17: after a restart on another state nothing more is sent, and the user is told loudly, every time", async () => {
    await alice.manager.list()
    const before = host.frames.length
    host.enclave = await anotherEnclave()
    await assert.rejects(alice.manager.list(), { code: "ENCLAVE_CHANGED" })
    // The one frame went out in the old session, and meant nothing to the new enclave.
    assert.deepEqual(host.kinds().slice(before), ["mail"])
    await sendsNothing(alice, "ENCLAVE_CHANGED")
    assert.deepEqual([...alice.pins.pinned.values()].map(fingerprint), [await identityOf(enclave)])
  })

  test("fault 6: after a restart on the state that it kept, nothing is said, and nothing is lost", async () => {
    const store = memoryStore()
    const former = await openTestEnclave({ store })
    host.enclave = former
    const participants = [alice.identity.party, (await newUser(host)).identity.party]
    const release = { kind: "first" } as const
    const plan = { computation: it, type: "key", quorum: 1, release, participants, expiresAt: undefined }
    const { terms } = expectKind(await alice.manager.create(plan), "created")
    const { descriptor } = expectKind(await alice.manager.describe(it), "described")
    await alice.manager.submit(descriptor, { kind: "key", key: matchKey("K"), message: undefined })
    const seen = alice.notebook.note(terms)
    const before = host.frames.length
    await former.close()
    host.enclave = await openTestEnclave({ store, platform: testPlatform("its next life") })
    assert.deepEqual(await alice.manager.list(), [descriptor])
    assert.deepEqual(host.kinds().slice(before), ["mail", "hello", "mail"], "one handshake more")
    expectKind(await alice.manager.describe(it), "described")
    const read = await alice.manager.matches()
    assert.equal("kind" in read || read.matches.length, 1)
    assert.deepEqual(alice.notebook.note(terms), seen, "its history is the one that was seen")
    const again = userOf(host, alice)
    await again.manager.submit(descriptor, { kind: "key", key: matchKey("K"), message: undefined })
    assert.equal(again.notebook.note(terms)?.receipt?.length, (seen?.receipt?.length ?? 0) + 1)
    assert.equal(alice.pins.pinned.size, 1)
  })

  test("the error names both, says what it may mean, and how to go on", async () => {
    await alice.manager.attest()
    const changed = await anotherEnclave()
    host.enclave = changed
    const [was, is] = [await identityOf(enclave), await identityOf(changed)]
    await assert.rejects(alice.manager.attest(), (error) => {
      assert.ok(error instanceof AttestationError)
      assert.ok(error.message.includes(`It was ${was}; it is ${is}.`))
      assert.match(error.message, /second answer/)
      assert.ok(error.message.endsWith(`--accept-new-enclave ${is}`))
      return true
    })
  })

  test("it is used once the user accepts it by its fingerprint, and then pinned", async () => {
    await alice.manager.attest()
    const changed = await anotherEnclave()
    host.enclave = changed
    const found = await identityOf(changed)
    alice.pins.accepted = found
    assert.deepEqual(await alice.manager.list(), [])
    alice.pins.accepted = undefined
    assert.deepEqual(await alice.manager.list(), [])
    assert.deepEqual([...alice.pins.pinned.values()].map(fingerprint), [found])
  })

  test("another's fingerprint, or the old one's, accepts nothing", async () => {
    await alice.manager.attest()
    host.enclave = await anotherEnclave()
    for (const accepted of [fingerprint(alice.identity.party), await identityOf(enclave), ""]) {
      alice.pins.accepted = accepted
      await sendsNothing(alice, "ENCLAVE_CHANGED")
    }
  })

  test("two hosts are pinned apart", async () => {
    await alice.manager.attest()
    const second = new HostileHost(await anotherEnclave(), "http://second.test/")
    const user = await newUser(second)
    for (const [address, identity] of alice.pins.pinned) await user.pins.set(address, identity)
    assert.deepEqual(await user.manager.list(), [])
    assert.equal(user.pins.pinned.size, 2)
  })
})

describe("a host that shows one enclave and delivers to another", () => {
  test("the other cannot read it, and nothing is concluded from its answers", async () => {
    const hidden = await anotherEnclave()
    host.enclave = { evidence: () => enclave.evidence(), deliver: (frame) => hidden.deliver(frame) }
    for (const ask of everyRequest(alice).slice(1)) await assert.rejects(ask(), { code: "NO_SESSION" })
    assert.ok(host.kinds().every((kind) => kind === "hello"))
    assert.ok(host.frames.length <= 4 * everyRequest(alice).length)
  })

  test("the same where it does so in the middle of a session", async () => {
    await alice.manager.list()
    const hidden = await anotherEnclave()
    host.enclave = { evidence: () => enclave.evidence(), deliver: (frame) => hidden.deliver(frame) }
    await assert.rejects(alice.manager.list(), { code: "NO_SESSION" })
  })

  test("a host that passes all on to another host's enclave is seen through by the pin alone", async () => {
    await alice.manager.attest()
    const elsewhere = new HostileHost(await anotherEnclave())
    host.enclave = { evidence: () => elsewhere.evidence(), deliver: (frame) => elsewhere.enclave.deliver(frame) }
    await sendsNothing(alice, "ENCLAVE_CHANGED")
  })
})

describe("an enclave that lies", () => {
  const terms = digest(new Uint8Array(32).fill(7))
  const ofOtherTerms: Partial<Record<Request["kind"], Response>> = {
    submit: { kind: "submitted", terms, quorumReached: false, receipt: { length: 1, hash: terms } },
    delete: { kind: "deleted", terms },
  }

  async function lied(lie: Lie): Promise<{ liar: LyingEnclave; user: User }> {
    const liar = new LyingEnclave(lie)
    host = new HostileHost(liar)
    return { liar, user: await newUser(host, mockConstraint) }
  }

  test("an answer of another kind is an error, and is not asked for again", async () => {
    const { liar, user } = await lied(({ kind }) =>
      kind === "list" ? { kind: "created", terms } : { kind: "listed", descriptors: [], next: 0, more: false },
    )
    for (const ask of everyRequest(user).slice(1)) {
      const before = liar.requests.length
      await assert.rejects(ask(), { name: "TransportError", code: "WRONG_REPLY" })
      assert.equal(liar.requests.length, before + 1)
    }
    assert.deepEqual(user.pauses, [])
  })

  test("so is one that cannot be read, or has something left over", async () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array([255]), new Uint8Array([0, 0, 3, ...new Uint8Array(33)])]) {
      const { liar, user } = await lied(() => bytes)
      for (const ask of everyRequest(user).slice(1)) await assert.rejects(ask(), { code: "WRONG_REPLY" })
      assert.equal(liar.requests.length, everyRequest(user).length - 1)
    }
  })

  test("fault 1: so is one about a computation of other terms", async () => {
    const { liar, user } = await lied(({ kind }) => ofOtherTerms[kind] ?? assert.fail())
    for (const at of [4, 8]) {
      const error = { name: "TransportError", code: "WRONG_REPLY", message: /other terms/ }
      await assert.rejects(everyRequest(user)[at] ?? assert.fail(), error)
    }
    assert.deepEqual(
      liar.requests.map(({ kind }) => kind),
      ["submit", "delete"],
    )
  })
})
