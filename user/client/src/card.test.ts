import { name } from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import { nameArb } from "../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { newIdentity, type Identity } from "../../../testing/src/testClient.ts"
import { makeCard, readCard } from "./card.ts"

let alice: Identity
let card: string
let lines: readonly [string, string, string]

before(async () => {
  alice = await newIdentity()
  card = (await makeCard(name("ALICE"), alice)).text
  const [first = "", second = "", third = ""] = card.split("\n")
  lines = [first, second, third]
})

async function refused(text: string): Promise<void> {
  await assert.rejects(readCard(text), { name: "UserError", code: "CARD_MALFORMED" }, JSON.stringify(text))
}

/** A card of these lines, signed as its reader checks it. */
async function signed(written: string, key: string): Promise<string> {
  const signature = await alice.sign(new TextEncoder().encode(`event-manager/1 card\n${written}\n${key}\n`))
  return `${written}\n${key}\n${signature.toBase64()}\n`
}

test("what is made is read, for any name", async (t) => {
  await fc.assert(
    fc.asyncProperty(nameArb, async (made) => {
      const written = await makeCard(made, alice)
      assert.deepEqual(await readCard(written.text), { name: made, party: alice.party, text: written.text })
    }),
    fuzz(t, 100),
  )
})

test("a card has three lines: the name, the key in base64, the signature of both", () => {
  assert.equal(card, `ALICE\n${Uint8Array.fromHex(alice.party).toBase64()}\n${lines[2]}\n`)
  assert.match(lines[2], /^[A-Za-z0-9+/]{86}==$/)
})

test("it may have come through Windows, or lost its last line's end, and is kept in one form", async () => {
  for (const text of [card.replaceAll("\n", "\r\n"), card.trimEnd(), card.trimEnd().replaceAll("\n", "\r\n")]) {
    assert.equal((await readCard(text)).text, card)
  }
})

describe("fault 15: a card that was tampered with is refused", () => {
  test("any character of it replaced, or missing, or doubled", async () => {
    for (let at = 0; at < card.length - 1; at++) {
      const [start, end] = [card.slice(0, at), card.slice(at + 1)]
      const letter = card[at] === "A" ? "B" : "A"
      for (const text of [start + letter + end, start + end, start + letter + card.slice(at)]) await refused(text)
    }
  })

  test("a line of another's card, of the same name or the same key", async () => {
    const others = [
      (await makeCard(name("EVE"), alice)).text,
      (await makeCard(name("ALICE"), await newIdentity())).text,
      (await makeCard(name("ALICE2"), await newIdentity())).text,
    ]
    for (const other of others) {
      const theirs = other.split("\n")
      for (const at of [0, 1, 2]) {
        const mixed = [...lines].with(at, theirs[at] ?? "")
        if (mixed.join() !== lines.join() && mixed.join() !== theirs.slice(0, 3).join()) await refused(mixed.join("\n"))
      }
    }
  })

  test("lines too many, too few, in another order, or with spaces", async () => {
    const [first, second, third] = lines
    for (const text of [
      "",
      "\n",
      first,
      `${first}\n${second}`,
      `${first}\n${second}\n`,
      `${card}\n`,
      `${card}ALICE`,
      `\n${card}`,
      `${second}\n${first}\n${third}\n`,
      ` ${card}`,
      `${first} \n${second}\n${third}\n`,
      `${first}\n${second}\n${third} \n`,
      `\ufeff${card}`,
      card.replaceAll("\n", "\r"),
      card.replaceAll("\n", "\u2028"),
    ]) {
      await refused(text)
    }
  })

  test("base64 that is not the one way to write it", async () => {
    const [first, second, third] = lines
    await refused(`${first}\n${second.replace(/=$/, "")}\n${third}\n`)
    await refused(`${first}\n${second}=\n${third}\n`)
    await refused(`${first}\n${second.slice(0, 4)} ${second.slice(4)}\n${third}\n`)
    const key = Uint8Array.fromHex(alice.party)
    await refused(await signed("ALICE", key.toBase64({ alphabet: "base64url" }).replace(/=$/, "")))
    // Of the last letter's six bits the decoder drops two: a second spelling of the same key.
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    const sloppy = second.replace(/.=$/, (last) => `${letters[letters.indexOf(last[0] ?? "") ^ 1]}=`)
    assert.deepEqual(Uint8Array.fromBase64(sloppy), key)
    await refused(await signed("ALICE", sloppy))
  })

  test("a key or a signature of another length", async () => {
    const key = Uint8Array.fromHex(alice.party)
    await refused(await signed("ALICE", key.subarray(1).toBase64()))
    await refused(await signed("ALICE", new Uint8Array([...key, 0]).toBase64()))
    await refused(`${lines[0]}\n${lines[1]}\n${new Uint8Array(63).toBase64()}\n`)
    await refused(`${lines[0]}\n${lines[1]}\n\n`)
  })

  test("a name that is none, though its owner signed it", async () => {
    for (const made of ["", "A B", "../A", "Ä", "a".repeat(65), "A\u001b[31m", "A,B", "A\t"]) {
      await refused(await signed(made, lines[1]))
    }
  })

  test("a signature over something else of the same key", async () => {
    const signature = await alice.sign(new TextEncoder().encode(`${lines[0]}\n${lines[1]}\n`))
    await refused(`${lines[0]}\n${lines[1]}\n${signature.toBase64()}\n`)
  })

  test("whatever text there is", async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.string(), fc.constantFrom(...lines)), { maxLength: 4 }), async (made) => {
        if (made.join() !== lines.join()) await refused(made.join("\n"))
      }),
      fuzz(t, 300),
    )
  })
})
