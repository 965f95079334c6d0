import { digest, emptyNote, fingerprint, makeCard, name, partyKey, type Name } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { createPrivateKey } from "node:crypto"
import { beforeEach, describe, test } from "node:test"
import { emptyBrowser, newDesk, openPageHome } from "../../../../testing/src/pageHome.ts"
import { newIdentity } from "../../../../testing/src/testClient.ts"
import { ENTRIES_MAX, type Entry } from "../model/journal.ts"
import type { BrowserHome } from "./browserHome.ts"
import { Database, storageError } from "./database.ts"
import type { Desk } from "./home.ts"

const [ALICE, BOB] = [name("ALICE"), name("BOB")]
const terms = digest(new Uint8Array(32).fill(7))
const other = digest(new Uint8Array(32).fill(8))
const enclave = partyKey(new Uint8Array(32).fill(9))

let home: BrowserHome

beforeEach(async () => {
  await emptyBrowser()
  home = await openPageHome()
})

/** The same browser, after the page was closed. */
async function again(desk: Desk, called: Name = ALICE): Promise<Desk> {
  await desk.close()
  home = await openPageHome()
  return home.open(called)
}

describe("an identity in the browser", () => {
  test("signs, and nobody can read its key", async () => {
    const { party } = await home.create(ALICE, undefined)
    const { identity, card } = await home.open(ALICE)
    assert.deepEqual([identity.party, card.party, card.name], [party, party, ALICE])
    const data = new Uint8Array([1, 2, 3])
    const key = await crypto.subtle.importKey("raw", Uint8Array.fromHex(party), "Ed25519", false, ["verify"])
    assert.ok(await crypto.subtle.verify("Ed25519", key, await identity.sign(data), data))
    const database = await Database.open("event-manager")
    const { key: kept } = (await database.identity(ALICE)) as { key: { kind: string; privateKey: CryptoKey } }
    assert.deepEqual([kept.kind, kept.privateKey.extractable], ["handle", false])
    await assert.rejects(crypto.subtle.exportKey("pkcs8", kept.privateKey), { name: "InvalidAccessError" })
    database.close()
  })

  test("has a backup where there was a passphrase, which event-client reads, and another browser", async () => {
    const made = await home.create(ALICE, "correct horse")
    assert.equal(made.hasBackup, true)
    const pem = (await home.backup(ALICE)) ?? ""
    await assert.rejects(home.restore(BOB, pem, "correct horse"), { code: "PARTY_KEPT_ALREADY" })
    await assert.rejects(home.restore(ALICE, pem, "correct horse"), { code: "NAME_KEPT_ALREADY" })
    assert.equal(createPrivateKey({ key: pem, passphrase: "correct horse" }).asymmetricKeyType, "ed25519")
    await emptyBrowser()
    const elsewhere = await openPageHome()
    await assert.rejects(elsewhere.restore(BOB, pem, "wrong"), ({ code }) =>
      ["PASSPHRASE_WRONG", "IDENTITY_BROKEN"].includes(code),
    )
    assert.deepEqual(await elsewhere.identities(), [])
    const { party, isRestored } = await elsewhere.restore(BOB, pem, "correct horse")
    assert.deepEqual([party, isRestored, made.isRestored], [made.party, true, false])
    assert.equal((await elsewhere.open(BOB)).isRestored, true)
    assert.equal(await elsewhere.backup(BOB), pem)
  })

  test("without one has none", async () => {
    assert.equal((await home.create(ALICE, undefined)).hasBackup, false)
    assert.equal(await home.backup(ALICE), undefined)
  })

  test("is not replaced by another of its name", async () => {
    const { party } = await home.create(ALICE, undefined)
    await assert.rejects(home.create(ALICE, undefined), { code: "NAME_KEPT_ALREADY" })
    assert.deepEqual(
      (await home.identities()).map((each) => each.party),
      [party],
    )
  })

  test("is forgotten with all that it remembers, and no other's is", async () => {
    const [alice, bob] = [await newDesk(home, ALICE), await newDesk(home, BOB)]
    for (const desk of [alice, bob]) await desk.pins.set("http://h/", enclave)
    await assert.rejects(home.forget(ALICE), { code: "IDENTITY_ELSEWHERE" })
    await alice.close()
    await home.forget(ALICE)
    await assert.rejects(home.open(ALICE), { code: "IDENTITY_UNKNOWN" })
    const anew = await newDesk(home, ALICE)
    assert.equal(anew.pins.get("http://h/"), undefined)
    assert.equal((await again(bob, BOB)).pins.get("http://h/"), enclave)
  })
})

describe("what an identity remembers is there when it is opened again", () => {
  test("pins, notes, cards, places, journal", async () => {
    const desk = await newDesk(home, ALICE)
    const note = { ...emptyNote(name("It")), head: { length: 3, hash: terms }, revision: 12, frozen: other }
    const bob = await makeCard(BOB, await newIdentity())
    const places = ["http://one/", "http://two/", "http://one/"].map((server) => ({ server, constraint: "C:1" }))
    const entry: Entry = { at: 5, terms, computation: name("It"), happening: { kind: "created" } }
    await desk.pins.set("http://h/", enclave)
    await desk.notebook.write(terms, note)
    await desk.cards.save(bob)
    for (const place of places) await desk.places.keep(place)
    await desk.journal.append(entry)
    const later = await again(desk)
    for (const each of [desk, later]) {
      assert.equal(each.pins.get("http://h/"), enclave)
      assert.deepEqual([each.notebook.note(terms), each.notebook.note(other)], [note, undefined])
      assert.deepEqual(
        each.cards.all().map((card) => card.name),
        [ALICE, BOB],
      )
      assert.deepEqual(
        each.places.all().map(({ server }) => server),
        ["http://one/", "http://two/"],
      )
      assert.deepEqual([each.journal.of(terms), each.journal.of(other)], [[entry], []])
    }
  })

  test("the journal's latest entries alone", async () => {
    const desk = await newDesk(home, ALICE)
    const entryAt = (at: number): Entry => ({ at, terms, computation: name("It"), happening: { kind: "invited" } })
    for (let at = 0; at < ENTRIES_MAX + 5; at++) await desk.journal.append(entryAt(at))
    for (const each of [desk, await again(desk)]) {
      const kept = each.journal.of(terms)
      assert.deepEqual([kept.length, kept[0]?.at, kept.at(-1)?.at], [ENTRIES_MAX, 5, ENTRIES_MAX + 4])
    }
  })

  test("of matches the latest number, and every alarm and creation, however many entries a host brings about", async () => {
    const desk = await newDesk(home, ALICE)
    const append = (at: number, happening: Entry["happening"]): Promise<void> =>
      desk.journal.append({ at, terms, computation: name("It"), happening })
    await append(0, { kind: "created" })
    await append(1, { kind: "alarm", code: "HISTORY_OLDER" })
    for (let at = 2; at < 12; at++) await append(at, { kind: "matched", matches: at })
    for (const each of [desk, await again(desk)]) {
      assert.deepEqual(
        each.journal.of(terms).map(({ at }) => at),
        [0, 1, 11],
      )
      assert.equal(each.journal.created().length, 1)
    }
  })

  test("an entry of the journal that cannot be read hides no other", async () => {
    const desk = await newDesk(home, ALICE)
    const database = await Database.open("event-manager")
    await desk.journal.append({ at: 5, terms, computation: name("It"), happening: { kind: "created" } })
    await database.write({ name: ALICE, epoch: 1 }, "entries", (all) =>
      all.put({ owner: ALICE, number: 7, entry: { at: 1 } }),
    )
    database.close()
    const later = await again(desk)
    await later.journal.append({ at: 6, terms, computation: name("It"), happening: { kind: "deleted" } })
    assert.deepEqual(
      (await again(later)).journal.of(terms).map(({ at }) => at),
      [5, 6],
    )
  })

  test("a place that an invitation led to is not the one that was chosen", async () => {
    const desk = await newDesk(home, ALICE)
    const [chosen, other] = [
      { server: "http://chosen/", constraint: "C:1" },
      { server: "http://other/", constraint: "C:2" },
    ]
    await desk.places.add(other)
    assert.equal(desk.places.chosen, undefined)
    await desk.places.keep(chosen)
    await desk.places.add({ ...chosen, constraint: "C:3" })
    for (const each of [desk, await again(desk)]) {
      assert.equal(each.places.chosen?.server, chosen.server)
      assert.deepEqual(
        each.places.all().map(({ constraint }) => constraint),
        ["C:1", "C:2"],
      )
    }
  })

  test("what is not what the page wrote is said to be broken", async () => {
    const desk = await newDesk(home, ALICE)
    const database = await Database.open("event-manager")
    const owner = { name: ALICE, epoch: 1 }
    for (const [store, record, code] of [
      ["notes", { terms, note: { computation: "It", revision: -1 } }, "MEMORY_BROKEN"],
      ["pins", { address: "http://h/", identity: "zz" }, "STORAGE_BROKEN"],
    ] as const) {
      await database.write(owner, store, (objects) => objects.put({ owner: ALICE, ...record }))
      await desk.close()
      await assert.rejects(home.open(ALICE), { code })
      await database.write({ name: ALICE, epoch: await database.takeEpoch(ALICE) }, store, (all) => all.clear())
      owner.epoch = await database.takeEpoch(ALICE)
    }
    database.close()
  })
})

describe("cards", () => {
  test("of one name and another key are a conflict, and the first stays", async () => {
    const desk = await newDesk(home, ALICE)
    const [first, second] = [await newIdentity(), await newIdentity()]
    await desk.cards.save(await makeCard(BOB, first))
    await desk.cards.save(await makeCard(BOB, first))
    await assert.rejects(desk.cards.save(await makeCard(BOB, second)), (error) => {
      assert.ok(error instanceof Error && "code" in error)
      assert.equal(error.code, "CARD_CONFLICT")
      return [first, second].every(({ party }) => error.message.includes(fingerprint(party)))
    })
    assert.equal(desk.cards.all()[1]?.party, first.party)
    await desk.cards.remove(BOB)
    await desk.cards.save(await makeCard(BOB, second))
    assert.equal((await again(desk)).cards.all()[1]?.party, second.party)
  })

  test("with one's own name do not take its place", async () => {
    const desk = await newDesk(home, ALICE)
    await assert.rejects(desk.cards.save(await makeCard(ALICE, await newIdentity())), { code: "CARD_CONFLICT" })
  })
})

describe("two tabs with one identity", () => {
  test("the second is told, and may take it over; the first can then write nothing", async () => {
    const first = await newDesk(home, ALICE)
    const tab = await openPageHome()
    await assert.rejects(tab.open(ALICE), { code: "IDENTITY_ELSEWHERE" })
    const second = await tab.open(ALICE, { takeOver: true })
    await first.lost
    const note = { ...emptyNote(name("It")), revision: 1 }
    await second.notebook.write(terms, note)
    const older = { ...note, revision: 2 }
    await assert.rejects(first.notebook.write(terms, older), { code: "IDENTITY_TAKEN_OVER" })
    assert.equal(first.notebook.note(terms), undefined, "what was not written is not relied on")
    await assert.rejects(first.pins.set("http://h/", enclave), { code: "IDENTITY_TAKEN_OVER" })
    await assert.rejects(first.cards.remove(BOB), { code: "IDENTITY_TAKEN_OVER" })
    assert.deepEqual((await again(second)).notebook.note(terms), note)
  })

  test("are told where the browser gives no lock, instead of waiting for ever", async () => {
    await home.create(ALICE, undefined)
    const request = navigator.locks.request
    Object.assign(navigator.locks, { request: async () => Promise.reject(new DOMException("", "SecurityError")) })
    try {
      await assert.rejects(home.open(ALICE), { code: "STORAGE_DENIED" })
    } finally {
      Object.assign(navigator.locks, { request })
    }
  })

  test("one after the other are no two", async () => {
    const first = await newDesk(home, ALICE)
    await first.close()
    await (await openPageHome()).open(ALICE)
  })
})

describe("a browser that will not keep", () => {
  const kinds = {
    QuotaExceededError: "STORAGE_FULL",
    SecurityError: "STORAGE_DENIED",
    InvalidStateError: "STORAGE_DENIED",
    UnknownError: "STORAGE_BROKEN",
  }
  for (const [kind, code] of Object.entries(kinds)) {
    test(`${kind} is ${code}`, () => assert.equal(storageError(new DOMException("", kind)).code, code))
  }

  test("refuses the page at once where it has no store", async () => {
    Reflect.deleteProperty(globalThis, "indexedDB")
    await assert.rejects(openPageHome(), { code: "STORAGE_DENIED" })
  })

  test("remembers no statement that was not written down, however many writes of it overlap", async () => {
    const desk = await newDesk(home, ALICE)
    const before = { ...emptyNote(name("It")), revision: 1 }
    await desk.notebook.write(terms, before)
    const put = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("full", "QuotaExceededError")
    }
    try {
      const writes = [
        desk.notebook.write(terms, { ...before, frozen: other }),
        desk.notebook.write(terms, { ...before, frozen: other, revision: 2 }),
      ]
      // Signed on the strength of a note that is not written yet.
      const signing = desk.identity.sign(new Uint8Array(1))
      const outcomes = await Promise.allSettled([...writes, signing])
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ["rejected", "rejected", "rejected"],
      )
    } finally {
      IDBObjectStore.prototype.put = put
    }
    assert.deepEqual(desk.notebook.note(terms), before)
    await desk.identity.sign(new Uint8Array(1))
  })

  test("leaves a note unwritten that it has no room for", async () => {
    const desk = await newDesk(home, ALICE)
    const before = { ...emptyNote(name("It")), revision: 1 }
    await desk.notebook.write(terms, before)
    const put = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("full", "QuotaExceededError")
    }
    try {
      await assert.rejects(desk.notebook.write(terms, { ...before, revision: 2 }), { code: "STORAGE_FULL" })
    } finally {
      IDBObjectStore.prototype.put = put
    }
    assert.deepEqual(desk.notebook.note(terms), before)
    assert.deepEqual((await again(desk)).notebook.note(terms), before)
  })
})
