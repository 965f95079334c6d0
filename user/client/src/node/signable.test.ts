import {
  digest,
  frozenSigned,
  helloSigned,
  name,
  requestId,
  type Descriptor,
  type Frozen,
} from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { newIdentity } from "../../../../testing/src/testClient.ts"
import { emptyNote, frozenDigest, termsOf, type Note, type Notebook } from "../index.ts"
import { requireSignable } from "./signable.ts"

type Bytes = Uint8Array<ArrayBuffer>

const { party } = await newIdentity()
const head = { length: 1, hash: digest(new Uint8Array(32)) }
const descriptor: Descriptor = {
  id: requestId(new Uint8Array(16)),
  name: name("It"),
  type: "avg",
  quorum: 2,
  release: { kind: "witnessed", witnesses: 2 },
  convenor: party,
  participants: [party, (await newIdentity()).party],
  expiresAt: undefined,
  keysMax: undefined,
  matches: "told",
}
const frozen: Frozen = { identity: party, descriptor, head, receipts: [{ party, receipt: head }] }
const terms = await termsOf(descriptor)

function notebookOf(note: Partial<Note> | undefined): Notebook {
  const kept = note === undefined ? undefined : { ...emptyNote(descriptor.name), ...note }
  return { note: (asked) => (asked === terms ? kept : undefined), write: async () => assert.fail("nothing is written") }
}

const remembered = notebookOf({ frozen: await frozenDigest(frozen) })

async function refused(data: Bytes, notebook = remembered): Promise<void> {
  await assert.rejects(requireSignable(data, notebook), { name: "UserError", code: "INVALID_VALUE" })
}

describe("what is signed for another program", () => {
  const hello = helloSigned(new Uint8Array(32).fill(1), new Uint8Array(1_120).fill(2))

  test("are hellos, and frozen inputs that are remembered", async () => {
    await requireSignable(hello, notebookOf(undefined))
    await requireSignable(frozenSigned(frozen), remembered)
  })

  test("are no frozen inputs that are not, or other ones than are", async () => {
    await refused(frozenSigned(frozen), notebookOf(undefined))
    await refused(frozenSigned(frozen), notebookOf({}))
    await refused(frozenSigned({ ...frozen, head: { ...head, length: 2 } }))
    await refused(frozenSigned({ ...frozen, descriptor: { ...descriptor, quorum: 1 } }))
  })

  test("is nothing else: no bit of either may be another, no byte more or less", async () => {
    for (const good of [hello, frozenSigned(frozen)]) {
      for (let at = 0; at < "event-manager/1 frozen inputs".length && at < good.length; at++) {
        const label = good === hello ? "event-manager/1 hello".length : Infinity
        if (at < label) await refused(good.with(at, (good[at] ?? 0) ^ 1))
      }
      await refused(good.slice(0, -1))
      await refused(new Uint8Array([...good, 0]))
    }
    for (const label of ["", "event-manager/1 hello", "event-manager/1 frozen inputs", "event-manager/1 result"]) {
      await refused(new TextEncoder().encode(label))
      await refused(new TextEncoder().encode(label.padEnd(1_173, "x")).slice(0, 1_172))
    }
  })
})
