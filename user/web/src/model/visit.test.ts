import { name, NO_KEY_TERMS, type Release } from "@event-manager/protocol"
import { fingerprint, makeCard, type PartyKey, type Terms } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { beforeEach, describe, test } from "node:test"
import { HostileHost, onMails, unreachable } from "../../../../testing/src/hostileHost.ts"
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
import { readInvitation, writeInvitation, type Invitation } from "./invitation.ts"
import { checkKeys } from "./keyTable.ts"
import type { Outcome } from "./outcome.ts"
import { verifyStatementFile } from "./statementFile.ts"
import { readPasted } from "./tableFile.ts"
import { Visit, type Computation } from "./visit.ts"

let host: HostileHost
let store = memoryStore()
let alice: Desk
let bob: Desk
let here: { readonly alice: Visit; readonly bob: Visit }

beforeEach(async () => {
  await emptyBrowser()
  store = memoryStore()
  host = new HostileHost(await openTestEnclave({ store }))
  const home = await openPageHome(host)
  alice = await newDesk(home, "ALICE")
  bob = await newDesk(home, "BOB")
  here = { alice: visitOf(alice, host), bob: visitOf(bob, host) }
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
  const participants: PartyKey[] = [alice.identity.party, bob.identity.party]
  const release: Release = { kind: "first" }
  const computation = name("Salaries")
  return { computation, type: "avg", quorum: 2, release, participants, expiresAt: undefined, ...NO_KEY_TERMS, ...more }
}

/** ALICE's, and what BOB sees of it by her invitation. */
async function invited(more: Partial<Terms> = {}): Promise<{ own: Computation; bobs: Computation; link: Invitation }> {
  const own = done(await here.alice.create(plan(more)))
  const link = readInvitation(writeInvitation(done(await here.alice.invite(own)), "https://page.test/p/"))
  const opened = done(await here.bob.openInvitation(link))
  assert.ok(opened.kind === "opened")
  return { own, bobs: opened.computation, link }
}

const kinds = ({ timeline }: Computation): readonly string[] => timeline.map(({ happening }) => happening.kind)

describe("from link to result", () => {
  test("two people, and what each sees", async () => {
    const { own, bobs } = await invited()
    assert.deepEqual(
      [own.isConvenor, own.isParticipant, bobs.isConvenor, bobs.isParticipant],
      [true, true, false, true],
    )
    done(await here.alice.submit(own, " 10 "))
    done(await here.alice.submit(own, "20"))
    failed(await here.alice.result(own), "BELOW_QUORUM")
    done(await here.bob.submit(bobs, "40"))
    const result = done(await here.bob.result(bobs))
    assert.ok(result.kind === "released" && result.result.answer.kind === "number")
    assert.deepEqual([result.result.answer.value, result.inputs, result.fileName], ["30", 2, "Salaries.result"])
    failed(await here.alice.submit(own, "50"), "LOCKED")
    done(await here.alice.result(own))
    const [listed] = done(await here.alice.list())
    assert.ok(listed !== undefined)
    assert.deepEqual(kinds(listed), ["created", "invited", "submitted", "revised", "released"])
    assert.deepEqual([listed.hasSubmitted, listed.isFrozen, listed.isUnacknowledged], [true, true, false])
    const { meets, isPinned, answer } = done(
      await verifyStatementFile(new Blob([result.statement]), {
        at: 2_000_000_000,
        constraint: MOCK_CONSTRAINT,
        pinned: alice.pins.get(host.address),
      }),
    )
    assert.deepEqual([meets, isPinned, answer], [true, true, result.result.answer])
  })

  test("with witnesses, the inputs are frozen at the first who asks, and released at the last", async () => {
    const { own, bobs } = await invited({ release: { kind: "witnessed", witnesses: 2 } })
    done(await here.alice.submit(own, "1"))
    done(await here.bob.submit(bobs, "2"))
    for (let i = 0; i < 2; i++) {
      const awaiting = done(await here.alice.result(own))
      assert.ok(awaiting.kind === "awaiting")
      assert.deepEqual([awaiting.signed, awaiting.needed], [[alice.identity.party], 2])
    }
    assert.equal(done(await here.bob.result(bobs)).kind, "released")
    const described = done(await here.alice.describe(name("Salaries")))
    assert.deepEqual(kinds(described).slice(2), ["submitted", "frozen", "witnessed"])
  })

  test("what is deleted is gone", async () => {
    const { own, bobs } = await invited()
    failed(await here.bob.delete(bobs), "NOT_THE_CONVENOR")
    done(await here.alice.delete(own))
    failed(await here.bob.describe(name("Salaries")), "NO_SUCH_COMPUTATION")
    assert.deepEqual(done(await here.alice.list()), [])
  })

  test("a convenor sees a computation of others too", async () => {
    const carol = await newDesk(await openPageHome(host), "CAROL")
    const visit = visitOf(carol, host)
    done(await visit.create(plan()))
    const [listed] = done(await visit.list())
    assert.deepEqual([listed?.isConvenor, listed?.isParticipant], [true, false])
  })

  test("keys of a table are submitted, matched and taken out again", async () => {
    const { own, bobs } = await invited({ type: "key" })
    const choice = { keyColumn: 0, messageColumn: 1, header: false, normalise: "upper" } as const
    const { keys } = checkKeys(readPasted("a\tfrom bob\nb\t\nc\t"), choice)
    done(await here.alice.submit(own, "A", "from alice"))
    failed(await here.alice.submit(own, "x".repeat(5_000)), "LIMIT_EXCEEDED")
    const shares: number[] = []
    const onProgress = ({ sent }: { sent: number }): void => void shares.push(sent)
    const progress = done(await here.bob.submitKeys(bobs, keys, { onProgress }))
    assert.deepEqual([progress, shares], [{ sent: 3, total: 3, matched: 1 }, [3]])
    const stop = new AbortController()
    for await (const { matches, growth, failure } of here.alice.followMatches(stop.signal)) {
      assert.deepEqual(
        matches.map(({ key, message, party }) => [key, message, here.alice.show(party)]),
        [
          ["A", "from alice", "ALICE"],
          ["A", "from bob", fingerprint(bob.identity.party)],
        ],
      )
      assert.deepEqual([growth.length, growth[0]?.matches, failure], [1, 2, undefined])
      stop.abort()
    }
    done(await here.alice.list())
    const again = new AbortController()
    for await (const _ of here.alice.followMatches(again.signal)) again.abort()
    const [listed] = done(await here.alice.list())
    assert.deepEqual(listed?.timeline.at(-1)?.happening, { kind: "matched", matches: 2 })
    assert.deepEqual(done(await here.bob.retireKeys(bobs, keys)), { retired: 3 })
    const described = done(await here.bob.describe(name("Salaries")))
    assert.deepEqual([kinds(described), described.hasSubmitted], [["keys submitted", "keys retired"], true])
  })

  test("a table that was cut off goes on where it was, and nothing is submitted twice", async () => {
    const { bobs } = await invited({ type: "key", keysMax: 60_000 })
    const text = Array.from({ length: 60_000 }, (_, i) => `key ${i}`).join("\n")
    const { keys } = checkKeys(readPasted(text), {
      keyColumn: 0,
      messageColumn: undefined,
      header: false,
      normalise: "none",
    })
    host.onMail = onMails(
      (count) => count > 1,
      async () => {
        throw unreachable()
      },
    )
    failed(await here.bob.submitKeys(bobs, keys), "HOST_UNREACHABLE")
    host.onMail = (_frame, honest) => honest()
    // Anything submitted twice would be more than each may submit.
    assert.deepEqual(done(await here.bob.submitKeys(bobs, keys)), { sent: 60_000, total: 60_000, matched: 0 })
  })
})

describe("an enclave that is found", () => {
  test("is told of with what is proved, and nothing is pinned by looking", async () => {
    const { facts, pin, refusal } = done(await here.alice.attest())
    assert.deepEqual([facts.platform, facts.level, pin, refusal], ["mock", "INSECURE", { kind: "first" }, undefined])
    assert.deepEqual([facts.proved, facts.notProved], [["NOTHING"], ["HOST_READS", "REWIND", "AVAILABILITY"]])
    assert.equal(facts.ownConstraint, MOCK_CONSTRAINT)
    assert.equal(alice.pins.get(host.address), undefined)
  })

  test("is refused by the constraint, or for want of one, and shown all the same", async () => {
    const rows = [
      [`S:${"1".repeat(64)} PROD:1 SEC:INSECURE`, "MEASUREMENT_NOT_ACCEPTED"],
      [`S:${"0".repeat(64)} PROD:1`, "SECURITY_TOO_LOW"],
      ["nonsense", "CONSTRAINT_SYNTAX"],
    ] as const
    for (const [constraint, code] of rows) {
      const visit = visitOf(alice, host, constraint)
      assert.equal(done(await visit.attest()).refusal?.code, code)
      failed(await visit.list(), code)
    }
    const visit = new Visit(alice, { server: host.address, constraint: undefined }, testOptions)
    assert.equal(done(await visit.attest()).refusal?.code, "CONSTRAINT_MISSING")
    failed(await visit.list(), "CONSTRAINT_MISSING")
    assert.deepEqual(host.frames, [], "nothing was sent")
  })

  test("is an alarm where it is another, until it is accepted by its fingerprint", async () => {
    await invited()
    const before = alice.pins.get(host.address)
    assert.ok(before !== undefined)
    host.enclave = await openTestEnclave({ platform: testPlatform("another") })
    // A page that was loaded anew: what an open session is good for ends with the life of the enclave.
    const visit = visitOf(alice, host)
    const { facts, pin, refusal } = done(await visit.attest())
    assert.deepEqual([pin, refusal?.code], [{ kind: "changed", was: fingerprint(before) }, "ENCLAVE_CHANGED"])
    const frames = host.frames.length
    failed(await visit.list(), "ENCLAVE_CHANGED")
    assert.equal(host.frames.length, frames, "nothing was sent")
    alice.pins.accept(fingerprint(before))
    failed(await visit.list(), "ENCLAVE_CHANGED")
    alice.pins.accept(facts.fingerprint)
    done(await visit.list())
    assert.deepEqual([alice.pins.get(host.address), alice.pins.accepted], [facts.identity, undefined])
  })
})

describe("an invitation is refused", () => {
  test("to another enclave than is there, before anything is sent to it", async () => {
    const own = done(await here.alice.create(plan()))
    const link = done(await here.alice.invite(own))
    const frames = host.frames.length
    failed(await here.bob.openInvitation({ ...link, enclave: bob.identity.party }), "INVITATION_OTHER_ENCLAVE")
    assert.deepEqual([host.frames.length, bob.pins.get(host.address)], [frames, undefined])
  })

  test("to another enclave than was used there before", async () => {
    const { link } = await invited()
    failed(await here.bob.openInvitation({ ...link, enclave: alice.identity.party }), "INVITATION_OTHER_ENCLAVE")
  })

  test("under a foreign constraint, and one written otherwise is none", async () => {
    const { link } = await invited()
    const foreign = `S:${"2".repeat(64)} PROD:1 SEC:INSECURE`
    failed(await here.bob.openInvitation({ ...link, constraint: foreign }), "INVITATION_OTHER_CONSTRAINT")
    const visit = visitOf(bob, host, foreign)
    failed(await visit.openInvitation({ ...link, constraint: foreign }), "INVITATION_OTHER_CONSTRAINT")
    done(await here.bob.openInvitation({ ...link, constraint: `SEC:INSECURE  PROD:1 S:${"0".repeat(64)}` }))
  })

  test("to another host", async () => {
    const { link } = await invited()
    failed(await here.bob.openInvitation({ ...link, server: "http://other.test/" }), "INVITATION_OTHER_HOST")
  })

  test("to another computation of that name", async () => {
    const { own, link } = await invited()
    done(await here.alice.delete(own))
    done(await here.alice.create(plan({ quorum: 1 })))
    failed(await here.bob.openInvitation(link), "INVITATION_OTHER_TERMS")
  })

  test("to one that does not take part", async () => {
    const { link } = await invited()
    const eve = visitOf(await newDesk(await openPageHome(host), "EVE"), host)
    failed(await eve.openInvitation(link), "NOT_A_PARTICIPANT")
  })
})

describe("a host that rewinds", () => {
  test("is an alarm, and stands in the journal", async () => {
    const { own } = await invited()
    const past = store.fork()
    done(await here.alice.submit(own, "1"))
    host.enclave = await openTestEnclave({ store: past, platform: testPlatform("rewound") })
    const again = await here.alice.submit(own, "3")
    failed(again, "HISTORY_CONFLICT")
    assert.ok(again.kind === "failed" && again.failure.severity === "alarm")
    const latest = alice.journal.of(own.terms).at(-1)?.happening
    assert.deepEqual(latest, { kind: "alarm", code: "HISTORY_CONFLICT" })
    assert.match(here.alice.receiptOf(own) ?? "", /^-----BEGIN EVENT MANAGER CHECKPOINT-----/)
  })
})

test("advice names people by their cards, and looks at what was listed", async () => {
  await alice.cards.save(await makeCard(name("BOB"), bob.identity))
  done(await here.alice.create(plan()))
  done(await here.alice.list())
  const codes = here.alice.advise(plan({ computation: name("Other") })).map(({ code, text }) => [code, text])
  assert.deepEqual(
    codes.map(([code]) => code),
    ["TWO_PARTICIPANTS", "OVERLAPPING_COMPUTATION"],
  )
})

test("a host that is away is no alarm, and may pass", async () => {
  host.onEvidence = async () => {
    throw unreachable()
  }
  const outcome = await here.alice.list()
  failed(outcome, "HOST_UNREACHABLE")
  assert.ok(outcome.kind === "failed")
  assert.deepEqual([outcome.failure.severity, outcome.failure.mayPass], ["problem", true])
})
