import { name } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { execFileSync } from "node:child_process"
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { newIdentity, type Identity } from "../../../../testing/src/testClient.ts"
import { makeCard, type Card } from "../card.ts"
import { fingerprint } from "../fingerprint.ts"
import { Cards, readCardFile, saveCard } from "./cards.ts"

const [ALICE, BOB] = [name("ALICE"), name("BOB")]
let folder: string
let alice: Identity
let bob: Identity

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cards-"))
  alice = await newIdentity()
  bob = await newIdentity()
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(file: string, text: string): void {
  writeFileSync(join(folder, file), text)
}

async function card(of: Identity, called = ALICE): Promise<Card> {
  return makeCard(called, of)
}

describe("the cards of a folder", () => {
  test("are those in files that end in .conclave, whatever else the files are called", async () => {
    await saveCard(folder, await card(alice))
    write("from-bob.conclave", (await card(bob, BOB)).text)
    write("EVE.conclave.txt", (await card(await newIdentity(), name("EVE"))).text)
    write("notes", "hello")
    const cards = await Cards.read(folder)
    assert.deepEqual([cards.partyOf(ALICE), cards.partyOf(BOB)], [alice.party, bob.party])
    assert.throws(() => cards.partyOf(name("EVE")), {
      name: "UserError",
      code: "UNKNOWN_PARTICIPANT",
      message: /EVE\.conclave/,
    })
    assert.deepEqual(cards.warnings, [])
  })

  test("fault 15: a malformed one among good ones is named and skipped", async () => {
    const good = await card(alice)
    await saveCard(folder, good)
    write("BAD.conclave", "BAD\n")
    write("LONG.conclave", good.text + "x".repeat(2_000))
    write("SWAPPED.conclave", good.text.replace("ALICE", "SWAPPED"))
    write("BYTES.conclave", "\u0000\u001b[2J\n")
    mkdirSync(join(folder, "FOLDER.conclave"))
    symlinkSync("nowhere", join(folder, "LINK.conclave"))
    const cards = await Cards.read(folder)
    assert.equal(cards.partyOf(ALICE), alice.party)
    const named = cards.warnings.map((warning) => /^skipped (\w+)\.conclave: /.exec(warning)?.[1])
    assert.deepEqual(named, ["BAD", "BYTES", "FOLDER", "LINK", "LONG", "SWAPPED"])
    assert.throws(() => cards.partyOf(name("SWAPPED")), { code: "UNKNOWN_PARTICIPANT" })
  })

  test("of one name and several keys are ambiguous; the same card twice is not", async () => {
    await saveCard(folder, await card(alice))
    write("copy.conclave", (await card(alice)).text)
    assert.equal((await Cards.read(folder)).partyOf(ALICE), alice.party)
    write("other.conclave", (await card(bob)).text)
    const cards = await Cards.read(folder)
    assert.throws(() => cards.partyOf(ALICE), { name: "UserError", code: "NAME_AMBIGUOUS", message: /ALICE/ })
    assert.deepEqual([cards.namesOf(alice.party), cards.namesOf(bob.party)], [[ALICE], [ALICE]])
  })

  test("one's own counts for its name, whatever others say", async () => {
    await saveCard(folder, await card(bob))
    const cards = (await Cards.read(folder)).with(await card(alice))
    assert.equal(cards.partyOf(ALICE), alice.party)
    assert.deepEqual(cards.namesOf(bob.party), [])
  })

  test("show a key by its names, or as its fingerprint", async () => {
    await saveCard(folder, await card(alice))
    await saveCard(folder, await card(alice, BOB))
    const cards = await Cards.read(folder)
    assert.equal(cards.show(alice.party), "ALICE=BOB")
    assert.equal(cards.show(bob.party), fingerprint(bob.party))
  })
})

describe("a card that is kept", () => {
  test("is a file that anybody may read, with nothing beside it; again, it is no conflict", async () => {
    for (let i = 0; i < 2; i++) assert.equal(await saveCard(folder, await card(alice)), join(folder, "ALICE.conclave"))
    assert.deepEqual(readdirSync(folder), ["ALICE.conclave"])
    assert.equal(statSync(join(folder, "ALICE.conclave")).mode & 0o777, 0o644)
    assert.equal((await readCardFile(join(folder, "ALICE.conclave"))).party, alice.party)
  })

  test("does not take the place of another key's, and the error shows both", async () => {
    const first = await card(alice)
    await saveCard(folder, first)
    await assert.rejects(saveCard(folder, await card(bob)), (error) => {
      assert.ok(error instanceof Error && "code" in error)
      assert.equal(error.code, "CARD_CONFLICT")
      for (const { party } of [alice, bob]) assert.ok(error.message.includes(fingerprint(party)))
      return true
    })
    assert.equal(readFileSync(join(folder, "ALICE.conclave"), "utf8"), first.text)
  })

  test("does not take the place of something that is no card, either", async () => {
    write("ALICE.conclave", "mine\n")
    await assert.rejects(saveCard(folder, await card(alice)), { code: "CARD_MALFORMED", message: /ALICE\.conclave/ })
    assert.equal(readFileSync(join(folder, "ALICE.conclave"), "utf8"), "mine\n")
  })
})

test("a folder that cannot be read is an error that names it", async () => {
  const missing = join(folder, "missing")
  await assert.rejects(Cards.read(missing), {
    name: "UserError",
    code: "FILE_UNREADABLE",
    message: /missing cannot be read/,
  })
})

test("a card file that is not there, or no card, is an error that names it", async () => {
  const path = join(folder, "BOB.conclave")
  await assert.rejects(readCardFile(path), { code: "FILE_UNREADABLE", message: `${path} does not exist` })
  write("BOB.conclave", "BOB\n")
  await assert.rejects(readCardFile(path), {
    code: "CARD_MALFORMED",
    message: /BOB\.conclave is no valid card: .*; ask/,
  })
})

test("a pipe under a card's name is named and skipped, not waited for", async () => {
  execFileSync("mkfifo", [join(folder, "EVE.conclave")])
  const { warnings } = await Cards.read(folder)
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? "", /EVE\.conclave.*no ordinary file/)
})
