import {
  bytesOf,
  decimalText,
  digest,
  frozenSigned,
  name,
  resultSigned,
  type Frozen,
  type Head,
  type Reply,
  type Response,
  type Result,
} from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { beforeEach, describe, test } from "node:test"
import {
  expectReleased,
  HostileHost,
  LyingEnclave,
  newUser,
  userOf,
  type User,
} from "../../../testing/src/hostileHost.ts"
import { openPair, type Pair } from "../../../testing/src/scenarioForks.ts"
import { number, party, witnessed } from "../../../testing/src/world.ts"
import { termsOf } from "./index.ts"
import { emptyNote } from "./notebook.ts"

const it = name("It")
const place = (length: number, byte = length): Head => ({ length, hash: digest(new Uint8Array(32).fill(byte)) })

let pair: Pair

beforeEach(async () => {
  pair = await openPair("avg", witnessed(2))
})

describe("what an enclave that lies, or was tampered with, gets signed: nothing", () => {
  let liar: LyingEnclave
  let alice: User
  let said: (request: string) => Reply | Response

  beforeEach(async () => {
    liar = new LyingEnclave(({ kind }) => said(kind))
    const host = new HostileHost(liar)
    alice = await newUser(host)
    const { descriptor } = pair
    // ALICE takes part in the pair's computation under a key of her own here.
    const participants = [alice.identity.party, pair.bob.identity.party]
    pair = { ...pair, descriptor: { ...descriptor, participants } }
    await note({ receipt: place(2), head: place(3) })
  })

  async function note(change: Partial<ReturnType<typeof emptyNote>>): Promise<void> {
    const terms = await termsOf(pair.descriptor)
    await alice.notebook.write(terms, { ...emptyNote(it), ...alice.notebook.note(terms), ...change })
  }

  function frozen(change: Partial<Frozen> = {}): Frozen {
    const receipts = [{ party: alice.identity.party, receipt: place(2) }]
    return { identity: liar.signer.publicKey, descriptor: pair.descriptor, head: place(3), receipts, ...change }
  }

  function awaiting(of: Frozen): Reply {
    return { head: place(4), signature: undefined, response: { kind: "awaiting", frozen: of, witnesses: [] } }
  }

  async function released(of: Frozen, change: Partial<Result> = {}): Promise<Reply> {
    const witnesses = [alice, pair.bob].map(async ({ identity }) => ({
      party: identity.party,
      signature: await identity.sign(frozenSigned(of)),
    }))
    const answer = { kind: "number", value: decimalText("10") } as const
    const result = { frozen: of, answer, witnesses: await Promise.all(witnesses), ...change }
    const signature = liar.signer.sign(resultSigned(result))
    return { head: place(4), signature, response: { kind: "result", result } }
  }

  async function refuses(code: string, message: RegExp): Promise<void> {
    const before = liar.requests.length
    await assert.rejects(alice.manager.result(pair.descriptor), { name: "HistoryError", code, message })
    assert.deepEqual(
      liar.requests.slice(before).map(({ kind }) => kind),
      ["result"],
      "no witness request",
    )
  }

  test("the liar's good statement is signed, so that what follows differs from it in one respect", async () => {
    said = () => awaiting(frozen())
    assert.equal((await alice.manager.result(pair.descriptor)).kind, "awaiting")
    assert.deepEqual(
      liar.requests.map(({ kind }) => kind),
      ["result", "witness"],
    )
    const good = await released(frozen())
    said = () => good
    expectReleased(await alice.manager.result(pair.descriptor))
  })

  test("STATEMENT_CHANGED: never a second statement, in no later process, nor is a result from it believed", async () => {
    said = () => awaiting(frozen())
    await alice.manager.result(pair.descriptor)
    const others = frozen({ head: place(3, 9) })
    const result = await released(others)
    for (const user of [alice, userOf(new HostileHost(liar), alice)]) {
      alice = user
      for (const reply of [awaiting(others), result]) {
        said = () => reply
        await refuses("STATEMENT_CHANGED", /was seen before, and now .*; somebody is after a second answer/)
      }
    }
    said = () => awaiting(frozen())
    assert.equal((await alice.manager.result(pair.descriptor)).kind, "awaiting", "the first may be signed again")
  })

  test("STATEMENT_CHANGED: not where two are offered at once", async () => {
    let offered = 0
    const refused: Response = { kind: "refused", reason: "NOTHING_TO_WITNESS", parameter: 0 }
    said = (kind) => (kind === "result" ? awaiting(frozen({ head: place(3, 10 + (offered += 1)) })) : refused)
    const both = await Promise.allSettled([1, 2].map(() => alice.manager.result(pair.descriptor)))
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"])
    assert.equal(liar.requests.filter(({ kind }) => kind === "witness").length, 1)
  })

  test("STATEMENT_CHANGED: in the reply to one's signature", async () => {
    said = (kind) => awaiting(kind === "result" ? frozen() : frozen({ head: place(3, 9) }))
    await assert.rejects(alice.manager.result(pair.descriptor), { code: "STATEMENT_CHANGED" })
  })

  test("RECEIPT_MISSING: not one that lacks one's own latest receipt, nor a result from it", async () => {
    const own = alice.identity.party
    for (const receipts of [
      [{ party: pair.bob.identity.party, receipt: place(2) }],
      [{ party: own, receipt: place(1) }],
      [{ party: own, receipt: place(2, 9) }],
      [{ party: own, receipt: place(3) }],
    ]) {
      for (const reply of [awaiting(frozen({ receipts })), await released(frozen({ receipts }))]) {
        said = () => reply
        await refuses("RECEIPT_MISSING", /do not hold your latest submission/)
      }
    }
    await note({ receipt: place(2), isUnacknowledged: true })
    said = () => awaiting(frozen({ receipts: [{ party: own, receipt: place(3) }] }))
    assert.equal((await alice.manager.result(pair.descriptor)).kind, "awaiting", "a later one was sent")
  })

  test("STATEMENT_INVALID: not another enclave's, nor one of other terms", async () => {
    const { descriptor } = pair
    const rows: readonly (readonly [Partial<Frozen>, RegExp])[] = [
      [{ identity: party(7) }, /another enclave made it/],
      [{ descriptor: { ...descriptor, release: { kind: "first" } } }, /it states other terms/],
      [{ descriptor: { ...descriptor, name: name("Other") } }, /it states other terms/],
      [{ descriptor: { ...descriptor, participants: descriptor.participants.toReversed() } }, /it states other terms/],
    ]
    for (const [change, why] of rows) {
      said = () => awaiting(frozen(change))
      await refuses("STATEMENT_INVALID", why)
    }
  })

  test("STATEMENT_INVALID: nor is a result believed that is unsigned, wrongly signed, or not witnessed", async () => {
    const good = await released(frozen())
    const response = good.response
    assert.ok(response.kind === "result")
    const rows: readonly (readonly [Reply, RegExp])[] = [
      [{ ...good, signature: undefined }, /the enclave did not sign it/],
      [{ ...good, signature: new Uint8Array(64) }, /the enclave's signature is wrong/],
      [{ ...(await released(frozen({ head: place(3, 9) }))), response }, /the enclave's signature is wrong/],
      [await released(frozen(), { witnesses: response.result.witnesses.slice(1) }), /it has 1 witnesses/],
      [await released(frozen({ descriptor: { ...pair.descriptor, quorum: 2 } })), /it states other terms/],
    ]
    for (const [reply, why] of rows) {
      said = () => reply
      await refuses("STATEMENT_INVALID", why)
    }
    assert.equal(
      [...alice.notebook.notes.values()].some((each) => each.frozen !== undefined),
      false,
    )
  })

  test("a receipt's signature is asked for where it is wanted, and not where it is not", async () => {
    const terms = await termsOf(pair.descriptor)
    said = () => ({ kind: "submitted", terms, quorumReached: false, receipt: place(4) })
    await alice.manager.submit(pair.descriptor, number("1"))
    await assert.rejects(alice.manager.submit(pair.descriptor, number("1"), { isSigned: true }))
    const asked = liar.requests.flatMap((request) => (request.kind === "submit" ? [request.signed] : []))
    assert.deepEqual(asked, [false, true])
  })

  test("STATEMENT_INVALID: a receipt that is not signed, or by another, or as something else, is none", async () => {
    const terms = await termsOf(pair.descriptor)
    const response: Response = { kind: "submitted", terms, quorumReached: false, receipt: place(4) }
    for (const signature of [undefined, new Uint8Array(64), liar.signer.sign(bytesOf(terms))]) {
      said = () => ({ head: place(4), signature, response })
      const asked = alice.manager.submit(pair.descriptor, number("1"), { isSigned: true })
      await assert.rejects(asked, {
        name: "HistoryError",
        code: "STATEMENT_INVALID",
        message: /its receipt is not signed/,
      })
      const kept = alice.notebook.note(terms)
      assert.deepEqual([kept?.receipt, kept?.isUnacknowledged], [place(2), true], "it may count or not")
    }
  })
})
