import { NO_KEY_TERMS, name } from "@event-manager/protocol"
import { digest, emptyNote, fingerprint, type Terms } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { beforeEach, describe, test } from "node:test"
import { HostileHost } from "../../../../testing/src/hostileHost.ts"
import {
  emptyBrowser,
  MOCK_CONSTRAINT,
  newDesk,
  openPageHome,
  testOptions,
  visitOf,
} from "../../../../testing/src/pageHome.ts"
import { openTestEnclave } from "../../../../testing/src/testEnclave.ts"
import { testPlatform } from "../../../../testing/src/testPlatform.ts"
import { memoryStore } from "../../../../untrusted/host/src/storage/memory.ts"
import type { Desk } from "../home/home.ts"
import type { FailureCode } from "./failure.ts"
import type { Invitation } from "./invitation.ts"
import type { Outcome } from "./outcome.ts"
import { defaultPlace, invitedPlace, isSameServer } from "./places.ts"
import { verifyStatementFile } from "./statementFile.ts"
import { Visit, type Computation } from "./visit.ts"

const IT = name("It")
const FOREIGN = `S:${"2".repeat(64)} PROD:1 SEC:INSECURE`

let host: HostileHost
let store = memoryStore()
let alice: Desk
let bob: Desk
let alices: Visit

beforeEach(async () => {
  await emptyBrowser()
  store = memoryStore()
  host = new HostileHost(await openTestEnclave({ store }))
  const home = await openPageHome(host)
  alice = await newDesk(home, "ALICE")
  bob = await newDesk(home, "BOB")
  alices = visitOf(alice, host)
})

function done<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.kind === "done", `done expected: ${JSON.stringify(outcome)}`)
  return outcome.value
}

function failed(outcome: Outcome<unknown>, code: FailureCode): void {
  assert.ok(outcome.kind === "failed", `${code} expected`)
  assert.equal(outcome.failure.code, code)
}

function plan(more: Partial<Terms> = {}): Terms {
  const participants = [alice.identity.party, bob.identity.party]
  const terms = { computation: IT, type: "avg", quorum: 2, participants, expiresAt: undefined, ...NO_KEY_TERMS }
  return { ...terms, release: { kind: "first" }, ...more }
}

async function created(more: Partial<Terms> = {}): Promise<{ own: Computation; link: Invitation }> {
  const own = done(await alices.create(plan(more)))
  return { own, link: done(await alices.invite(own)) }
}

const alarms = (desk: Desk, { terms }: Computation): readonly string[] =>
  desk.journal.of(terms).flatMap(({ happening }) => (happening.kind === "alarm" ? [happening.code] : []))

describe("an invitation to a server of which nothing says which enclave to accept", () => {
  test("asks, sends and keeps nothing before its user agrees, and is never where the page opens", async () => {
    const { link } = await created()
    const kept = { server: "http://kept.test/", constraint: FOREIGN }
    await bob.places.keep(kept)
    const [asked, frames] = [host.evidenceAsked, host.frames.length]
    const visit = new Visit(bob, invitedPlace(bob, undefined, link), testOptions)
    assert.deepEqual(done(await visit.openInvitation(link)), {
      kind: "new server",
      server: host.address,
      constraint: MOCK_CONSTRAINT,
      fingerprint: fingerprint(link.enclave),
    })
    assert.deepEqual([host.evidenceAsked, host.frames.length], [asked, frames])
    assert.deepEqual([bob.pins.get(host.address), bob.places.all().length], [undefined, 1])
    assert.equal(done(await visit.openInvitation(link, { isAgreed: true })).kind, "opened")
    assert.equal(bob.pins.get(host.address), link.enclave)
    assert.deepEqual(defaultPlace(bob, undefined)?.server, kept.server)
    // Agreed to once.
    assert.equal(done(await new Visit(bob, visit.place, testOptions).openInvitation(link)).kind, "opened")
  })

  test("is not where the page opens either where another was suggested", async () => {
    const { link } = await created()
    const suggested = { server: "http://suggested.test/", constraint: FOREIGN }
    const visit = new Visit(bob, invitedPlace(bob, suggested, link), { ...testOptions, suggested })
    assert.equal(done(await visit.openInvitation(link)).kind, "new server")
    done(await visit.openInvitation(link, { isAgreed: true }))
    assert.deepEqual(defaultPlace(bob, suggested), suggested)
  })

  test("is where the page opens if it was suggested, under the rule that was agreed to", async () => {
    const { link } = await created()
    const suggested = { server: host.address, constraint: undefined }
    const visit = new Visit(bob, invitedPlace(bob, suggested, link), { ...testOptions, suggested })
    assert.equal(done(await visit.openInvitation(link)).kind, "new server")
    assert.equal(defaultPlace(bob, suggested), suggested)
    done(await visit.openInvitation(link, { isAgreed: true }))
    assert.equal(defaultPlace(bob, suggested)?.constraint, MOCK_CONSTRAINT)
  })

  test("is refused where the group has another rule for it, agreed to or not", async () => {
    const { link } = await created()
    const suggested = { server: host.address, constraint: FOREIGN }
    const visit = new Visit(bob, invitedPlace(bob, suggested, link), { ...testOptions, suggested })
    for (const isAgreed of [false, true]) {
      failed(await visit.openInvitation(link, { isAgreed }), "INVITATION_OTHER_CONSTRAINT")
    }
    assert.equal(bob.pins.get(host.address), undefined)
  })

  test("is to a known one however its address is spelled", async () => {
    const { link } = await created()
    await bob.places.keep({ server: host.address, constraint: FOREIGN })
    const spelled = { ...link, server: "http://HOST.test.:80/" }
    const place = invitedPlace(bob, undefined, spelled)
    assert.equal(place.server, host.address)
    failed(await new Visit(bob, place, testOptions).openInvitation(spelled), "INVITATION_OTHER_CONSTRAINT")
  })
})

test("addresses of one server are one, and no others are", () => {
  for (const [one, other] of [
    ["http://localhost:3000/", "http://127.0.0.1:3000/"],
    ["http://localhost:3000/", "http://[::1]:3000/"],
    ["http://a.localhost:3000/", "http://127.1:3000"],
    ["https://h.example/em/", "https://H.example.:443/em"],
  ] as const) {
    assert.ok(isSameServer(one, other), `${one} ${other}`)
  }
  for (const other of ["http://h.example/", "https://h.example:8443/", "https://h.example/em/", "https://i.example/"]) {
    assert.ok(!isSameServer("https://h.example/", other), other)
  }
})

describe("what answers is what was shown", () => {
  test("on the first use too: an enclave that was not looked at is sent nothing", async () => {
    const other = await openTestEnclave({ platform: testPlatform("other") })
    done(await alices.attest())
    host.onEvidence = async () => other.evidence()
    failed(await alices.list(), "ENCLAVE_CHANGED")
    assert.deepEqual([host.frames.length, alice.pins.get(host.address), alices.answered], [0, undefined, undefined])
    host.onEvidence = (honest) => honest()
    done(await alices.list())
    assert.equal(alices.answered?.facts.identity, alice.pins.get(host.address))
  })
})

describe("a computation that is another", () => {
  test("under its name is an alarm for who knows the terms, and stands in the journal", async () => {
    const { own } = await created()
    done(await alices.delete(own))
    const anew = done(await alices.create(plan({ quorum: 1 })))
    failed(await alices.describe(IT, own.terms), "TERMS_DIFFER")
    assert.deepEqual(alarms(alice, own), ["TERMS_DIFFER"])
    done(await alices.describe(IT, anew.terms))
  })

  test("is told of where this identity knew one of that name, and has not deleted it", async () => {
    const { own, link } = await created()
    done(await visitOf(bob, host).openInvitation(link))
    done(await visitOf(bob, host).submit(own, "1"))
    done(await alices.delete(own))
    assert.equal(done(await alices.create(plan({ quorum: 1 }))).isNewUnderName, false)
    assert.equal(done(await visitOf(bob, host).describe(IT)).isNewUnderName, true)
  })
})

describe("a history that went back", () => {
  test("stands in the journal where an invitation is opened again", async () => {
    const { own, link } = await created()
    done(await visitOf(bob, host).openInvitation(link))
    const past = store.fork()
    done(await visitOf(bob, host).submit(own, "1"))
    host.enclave = await openTestEnclave({ store: past, platform: testPlatform("rewound") })
    failed(await visitOf(bob, host).openInvitation(link), "HISTORY_OLDER")
    assert.deepEqual(alarms(bob, own), ["HISTORY_OLDER"])
  })

  test("stands in the journal also where describing shows it, once", async () => {
    const { own } = await created()
    const past = store.fork()
    done(await alices.submit(own, "1"))
    host.enclave = await openTestEnclave({ store: past, platform: testPlatform("rewound") })
    const later = visitOf(alice, host)
    failed(await later.describe(IT), "HISTORY_OLDER")
    assert.deepEqual(alarms(alice, own), ["HISTORY_OLDER"])
    failed(await later.describe(IT, own.terms), "HISTORY_OLDER")
    assert.deepEqual(alarms(alice, own), ["HISTORY_OLDER"])
  })

  test("to before the computation was, is told of as one that is missing", async () => {
    const past = store.fork()
    const { own, link } = await created()
    done(await visitOf(bob, host).openInvitation(link))
    done(await visitOf(bob, host).submit(own, "1"))
    host.enclave = await openTestEnclave({ store: past, platform: testPlatform("rewound") })
    for (const desk of [alice, bob]) {
      const visit = visitOf(desk, host)
      desk.pins.accept(fingerprint((await visitIdentity(visit)) ?? own.descriptor.convenor))
      assert.deepEqual(done(await visit.list()), [])
      assert.deepEqual(
        visit.missing.map(({ computation, terms }) => [computation, terms]),
        [[IT, own.terms]],
      )
    }
  })

  test("what was deleted from here, or is of another host, is not missing", async () => {
    const { own } = await created()
    const elsewhere = new Visit(alice, { server: "http://other.test/", constraint: MOCK_CONSTRAINT }, testOptions)
    done(await elsewhere.list())
    assert.deepEqual(elsewhere.missing, [])
    done(await alices.delete(own))
    done(await alices.list())
    assert.deepEqual(alices.missing, [])
  })
})

async function visitIdentity(visit: Visit): Promise<Desk["identity"]["party"] | undefined> {
  return done(await visit.attest()).facts.identity
}

test("keys on their way and a description that comes late are no alarm", async () => {
  const { own } = await created({ type: "key" })
  const later = Promise.withResolvers<void>()
  done(await alices.list())
  host.onMail = async (_frame, honest) => {
    host.onMail = (_other, each) => each()
    const reply = await honest()
    await later.promise
    return reply
  }
  const describing = alices.describe(IT, own.terms)
  done(await alices.submitKeys(own, [{ key: "a" }]))
  later.resolve()
  done(await describing)
})

test("keys that are stopped are cancelled, and go on with the same table", async () => {
  const { own } = await created({ type: "key", keysMax: 3 })
  const keys = Array.from({ length: 3 }, (_, i) => ({ key: `key ${i}` }))
  const stop = new AbortController()
  stop.abort()
  failed(await alices.submitKeys(own, keys, { signal: stop.signal }), "CANCELLED")
  const { sent, total } = done(await alices.submitKeys(own, keys))
  assert.deepEqual([sent, total], [3, 3])
})

describe("an identity from a backup", () => {
  test("has no alarm over what it submitted elsewhere, and is told that it is not known", async () => {
    await emptyBrowser()
    const first = await openPageHome(host)
    await first.create(name("BOB"), "correct horse")
    bob = await first.open(name("BOB"))
    const pem = (await first.backup(name("BOB"))) ?? ""
    const { own, link } = await created()
    done(await visitOf(bob, host).openInvitation(link))
    done(await visitOf(bob, host).submit(own, "1"))
    done(await alices.submit(own, "3"))
    await bob.close()
    await emptyBrowser()
    const second = await openPageHome(host)
    await second.restore(name("BOB"), pem, "correct horse")
    const restored = await second.open(name("BOB"))
    const visit = visitOf(restored, host)
    const [listed] = done(await visit.list())
    assert.ok(listed !== undefined)
    assert.deepEqual([listed.isOwnUnknown, listed.isUnacknowledged, listed.hasSubmitted], [true, false, false])
    const result = done(await visit.result(listed))
    assert.deepEqual([result.kind, result.own], ["released", "unknown"])
    assert.equal(done(await alices.result(own)).own, "latest")
  })
})

describe("a saved statement is held against what is remembered", () => {
  test("and is an alarm where it contradicts that", async () => {
    const { own } = await created({ participants: [alice.identity.party, bob.identity.party], quorum: 1 })
    done(await alices.submit(own, "3"))
    const result = done(await alices.result(own))
    assert.ok(result.kind === "released")
    const file = new Blob([result.statement])
    const verify = (desk: Desk): ReturnType<typeof verifyStatementFile> => {
      const { notebook, identity } = desk
      return verifyStatementFile(file, { at: testOptions.now(), own: { notebook, party: identity.party } })
    }
    assert.deepEqual([done(await verify(alice)).own, done(await verify(bob)).own], ["latest", "nothing"])
    const elsewhere = { length: 9, hash: digest(new Uint8Array(32).fill(9)) }
    await bob.notebook.write(own.terms, { ...emptyNote(IT), receipt: elsewhere })
    failed(await verify(bob), "RECEIPT_MISSING")
    await bob.notebook.write(own.terms, { ...emptyNote(IT), frozen: elsewhere.hash })
    failed(await verify(bob), "STATEMENT_CHANGED")
  })

  test("and how old its evidence is does not matter to the constraint", async () => {
    const { own } = await created({ quorum: 1 })
    done(await alices.submit(own, "3"))
    const result = done(await alices.result(own))
    assert.ok(result.kind === "released")
    const { meets } = done(
      await verifyStatementFile(new Blob([result.statement]), {
        at: testOptions.now() + 40 * 86_400,
        constraint: `${MOCK_CONSTRAINT} EXPIRE:P1D`,
      }),
    )
    assert.equal(meets, true)
  })
})
