import { bytesOf, digest, name, NO_KEY_TERMS, requestId, type Frozen, type Head } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { party } from "../../../testing/src/world.ts"
import { emptyNote, type Note, type Notebook } from "./notebook.ts"
import { ownPartOf, type OwnPart } from "./ownPart.ts"
import { frozenDigest } from "./statements.ts"

const [me, another] = [party(1), party(2)]
const IT = name("It")

function place(length: number): Head {
  return { length, hash: digest(bytesOf(party(length))) }
}

function frozenWith(mine: Head | undefined): Frozen {
  const participants = [me, another]
  const terms = { type: "avg", quorum: 1, release: { kind: "first" }, participants, expiresAt: undefined } as const
  const descriptor = { id: requestId(new Uint8Array(16)), name: IT, convenor: me, ...NO_KEY_TERMS, ...terms }
  const own = mine === undefined ? [] : [{ party: me, receipt: mine }]
  const receipts = [...own, { party: another, receipt: place(2) }]
  return { identity: party(9), descriptor, head: place(8), receipts }
}

function remembering(note: Partial<Note> | undefined): Notebook {
  return { note: () => (note === undefined ? undefined : { ...emptyNote(IT), ...note }), write: async () => undefined }
}

describe("frozen inputs hold", () => {
  const rows: readonly [OwnPart, Head | undefined, Partial<Note> | undefined][] = [
    ["nothing", undefined, undefined],
    ["nothing", undefined, { isUnacknowledged: true }],
    ["unknown", place(3), undefined],
    ["unknown", place(3), { isUnacknowledged: true }],
    ["latest", place(3), { receipt: place(3) }],
    ["earlier", place(3), { receipt: place(3), isUnacknowledged: true }],
    ["later", place(5), { receipt: place(3), isUnacknowledged: true }],
  ]
  for (const [part, mine, note] of rows) {
    test(`${part}, by ${JSON.stringify(note)?.slice(0, 60) ?? "no note"}`, async () => {
      assert.equal(await ownPartOf(remembering(note), me, frozenWith(mine)), part)
    })
  }

  test("not what was acknowledged, or are not those that were accepted", async () => {
    for (const mine of [undefined, place(4)]) {
      const lacking = ownPartOf(remembering({ receipt: place(3) }), me, frozenWith(mine))
      await assert.rejects(lacking, { code: "RECEIPT_MISSING" })
    }
    const frozen = await frozenDigest(frozenWith(undefined))
    const changed = ownPartOf(remembering({ frozen, receipt: place(3) }), me, frozenWith(place(3)))
    await assert.rejects(changed, { code: "STATEMENT_CHANGED" })
  })
})
