import {
  checkpointSigned,
  decimalText,
  digest,
  encode,
  frozenSigned,
  name,
  requestId,
  resultCodec,
  resultSigned,
  savedResultCodec,
  type Checkpoint,
  type Frozen,
  type Result,
  type SavedCheckpoint,
  type SavedResult,
  NO_KEY_TERMS,
} from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import { flipped } from "../../../testing/src/hostileHost.ts"
import { reported, restated } from "../../../testing/src/scenarioEvidence.ts"
import { newIdentity, type Identity } from "../../../testing/src/testClient.ts"
import { openTestEnclave } from "../../../testing/src/testEnclave.ts"
import { CLOCK_MS_FIRST } from "../../../testing/src/testPlatform.ts"
import { witnessed } from "../../../testing/src/world.ts"
import { writeArmor } from "./armor.ts"
import {
  compareCheckpoints,
  frozenDigest,
  readCheckpoint,
  readResult,
  writeCheckpoint,
  writeResult,
} from "./statements.ts"

const NOW = CLOCK_MS_FIRST / 1_000
const hash = (byte: number): Checkpoint["terms"] => digest(new Uint8Array(32).fill(byte))

let enclave: Identity
let people: readonly Identity[]
let evidence: Uint8Array<ArrayBuffer>
let frozen: Frozen

before(async () => {
  enclave = await newIdentity()
  people = await Promise.all(Array.from({ length: 3 }, newIdentity))
  evidence = restated(await (await openTestEnclave()).evidence(), { identity: enclave.party })
  frozen = {
    identity: enclave.party,
    descriptor: {
      id: requestId(new Uint8Array(16)),
      name: name("It"),
      type: "avg",
      quorum: 2,
      release: witnessed(2),
      convenor: one(0).party,
      participants: people.map(({ party }) => party),
      expiresAt: undefined,
      ...NO_KEY_TERMS,
    },
    head: { length: 4, hash: hash(4) },
    receipts: people.map(({ party }, i) => ({ party, receipt: { length: i + 2, hash: hash(i) } })),
  }
})

function one(at: number): Identity {
  return people[at] ?? assert.fail()
}

async function witness(by: Identity, of = frozen): Promise<Result["witnesses"][number]> {
  return { party: by.party, signature: await by.sign(frozenSigned(of)) }
}

/** As the enclave signs it, with all in order but for `change`. */
async function saved(change: Partial<Result> = {}, signer = enclave): Promise<SavedResult> {
  const witnesses = [await witness(one(0)), await witness(one(2))]
  const result: Result = { frozen, answer: { kind: "number", value: decimalText("45") }, witnesses, ...change }
  return { result, signature: await signer.sign(resultSigned(result)), evidence }
}

async function refused(made: SavedResult | string, why: RegExp, code = "STATEMENT_INVALID"): Promise<void> {
  const text = typeof made === "string" ? made : writeResult(made)
  await assert.rejects(readResult(text, NOW), (error) => {
    assert.ok(error instanceof Error && "code" in error)
    assert.equal(error.code, code, error.message)
    assert.match(error.message, why)
    return true
  })
}

describe("a saved result", () => {
  test("is read as it was, with the enclave that vouches for it", async () => {
    const made = await saved()
    const { result, attested } = await readResult(writeResult(made), NOW)
    assert.deepEqual(result, made.result)
    assert.deepEqual([attested.statement.identity, attested.level], [enclave.party, "INSECURE"])
  })

  test("needs no witness where its terms demand none, and may have more than they demand", async () => {
    const first: Frozen = { ...frozen, descriptor: { ...frozen.descriptor, release: { kind: "first" } } }
    await readResult(writeResult(await saved({ frozen: first, witnesses: [] })), NOW)
    const witnesses = await Promise.all(people.map((each) => witness(each)))
    await readResult(writeResult(await saved({ witnesses })), NOW)
  })

  test("is refused where the enclave did not sign it so", async () => {
    const wrong = /the enclave's signature is wrong/
    const made = await saved()
    for (let at = 0; at < 64; at += 9) await refused({ ...made, signature: flipped(made.signature, at) }, wrong)
    await refused(await saved({}, one(0)), wrong)
    const changes: readonly Partial<Result>[] = [
      { answer: { kind: "number", value: decimalText("46") } },
      { answer: { kind: "parties", parties: [one(0).party] } },
      { witnesses: made.result.witnesses.toReversed() },
      { frozen: { ...frozen, receipts: frozen.receipts.slice(1) } },
      { frozen: { ...frozen, head: { length: 5, hash: frozen.head.hash } } },
      { frozen: { ...frozen, descriptor: { ...frozen.descriptor, quorum: 1 } } },
      { frozen: { ...frozen, identity: one(0).party } },
    ]
    for (const change of changes) await refused({ ...made, result: { ...made.result, ...change } }, wrong)
    // Under the enclave's own label for something else.
    await refused({ ...made, signature: await enclave.sign(frozenSigned(frozen)) }, wrong)
  })

  test("is refused where its witnesses are not what its terms demand, though the enclave signed it", async () => {
    const [first, second] = [await witness(one(0)), await witness(one(2))]
    await refused(await saved({ witnesses: [] }), /it has 0 witnesses where its terms demand 2/)
    await refused(await saved({ witnesses: [first] }), /it has 1 witnesses where its terms demand 2/)
    await refused(await saved({ witnesses: [first, first] }), /it has 1 witnesses where its terms demand 2/)
    const wrong = /a witness's signature is wrong/
    await refused(await saved({ witnesses: [first, await witness(await newIdentity())] }), wrong)
    await refused(await saved({ witnesses: [first, second, await witness(await newIdentity())] }), wrong)
    await refused(await saved({ witnesses: [first, { ...second, signature: flipped(second.signature, 7) }] }), wrong)
    await refused(await saved({ witnesses: [first, { ...second, signature: first.signature }] }), wrong)
    const others = { ...frozen, receipts: frozen.receipts.slice(1) }
    await refused(await saved({ witnesses: [first, await witness(one(2), others)] }), wrong)
  })

  test("is refused with another enclave's evidence, or evidence that contradicts itself", async () => {
    const made = await saved()
    const others = restated(evidence, { identity: one(0).party })
    await refused({ ...made, evidence: others }, /its evidence is that of another enclave/)
    await refused({ ...made, evidence: new Uint8Array([1]) }, /./, "EVIDENCE_MALFORMED")
    const reportData = new Uint8Array(64)
    await refused({ ...made, evidence: reported(evidence, { reportData }) }, /./, "REPORT_DATA_MISMATCH")
    await refused({ ...made, evidence: reported(evidence, { issuedAt: NOW + 301 }) }, /./, "EVIDENCE_FROM_FUTURE")
  })

  test("is refused with any bit of it turned, and cut anywhere", async () => {
    const made = await saved()
    const whole = encode(savedResultCodec, made)
    const { length } = encode(resultCodec, made.result)
    const label = "EVENT MANAGER RESULT"
    for (let at = 0; at < length + 64; at += 3) await refused(writeArmor(label, flipped(whole, at)), /./)
    for (let at = 0; at < whole.length; at += 31)
      await refused(writeArmor(label, whole.subarray(0, at)), /cut or changed/)
    await refused(writeArmor(label, new Uint8Array([...whole, 0])), /cut or changed/)
    const lines = writeResult(made).split("\n")
    for (let at = 0; at < lines.length - 1; at++) await refused(lines.toSpliced(at, 1).join("\n"), /cut or changed/)
  })
})

describe("a saved receipt", () => {
  async function receipt(change: Partial<Checkpoint> = {}, signer = enclave): Promise<SavedCheckpoint> {
    const head = { length: 2, hash: hash(2) }
    const checkpoint = { identity: enclave.party, life: new Uint8Array(32), terms: hash(9), head, ...change }
    return { checkpoint, signature: await signer.sign(checkpointSigned(checkpoint)), evidence }
  }

  test("is read as it was", async () => {
    const made = await receipt()
    const { checkpoint, attested } = await readCheckpoint(writeCheckpoint(made), NOW)
    assert.deepEqual(checkpoint, made.checkpoint)
    assert.equal(attested.statement.identity, enclave.party)
  })

  test("is refused where anything of it was changed", async () => {
    const made = await receipt()
    const changed: readonly (SavedCheckpoint | string)[] = [
      { ...made, signature: flipped(made.signature, 3) },
      await receipt({}, one(0)),
      { ...made, checkpoint: { ...made.checkpoint, head: { length: 3, hash: hash(2) } } },
      { ...made, checkpoint: { ...made.checkpoint, head: { length: 2, hash: hash(3) } } },
      { ...made, checkpoint: { ...made.checkpoint, terms: hash(8) } },
      { ...made, checkpoint: { ...made.checkpoint, life: new Uint8Array(32).fill(1) } },
      await receipt({ identity: one(0).party }, one(0)),
      { ...made, evidence: restated(evidence, { identity: one(0).party }) },
      writeResult(await saved()),
      writeCheckpoint(made).replace("CHECKPOINT", "RESULT"),
      "",
    ]
    for (const each of changed) {
      const text = typeof each === "string" ? each : writeCheckpoint(each)
      await assert.rejects(readCheckpoint(text, NOW), { name: "HistoryError", code: "STATEMENT_INVALID" })
    }
    await assert.rejects(readResult(writeCheckpoint(made), NOW), { code: "STATEMENT_INVALID" })
  })

  test("conflicts with another of one place and another link, and with nothing else", async () => {
    const at = async (change: Partial<Checkpoint>): Promise<Checkpoint> => (await receipt(change)).checkpoint
    const here = await at({})
    const rows: readonly (readonly [Partial<Checkpoint>, ReturnType<typeof compareCheckpoints>])[] = [
      [{}, "compatible"],
      [{ life: new Uint8Array(32).fill(1) }, "compatible"],
      [{ head: { length: 3, hash: hash(3) } }, "compatible"],
      [{ head: { length: 2, hash: hash(3) } }, "conflict"],
      [{ head: { length: 2, hash: hash(3) }, life: new Uint8Array(32).fill(1) }, "conflict"],
      [{ head: { length: 2, hash: hash(3) }, terms: hash(8) }, "unrelated"],
      [{ head: { length: 2, hash: hash(3) }, identity: one(0).party }, "unrelated"],
    ]
    for (const [change, expected] of rows) {
      const there = await at(change)
      assert.deepEqual([compareCheckpoints(here, there), compareCheckpoints(there, here)], [expected, expected])
    }
  })
})

test("frozen inputs are remembered by a digest that every field of theirs changes", async () => {
  const { descriptor, head, receipts } = frozen
  const changes: readonly Partial<Frozen>[] = [
    {},
    { identity: one(0).party },
    { descriptor: { ...descriptor, quorum: 1 } },
    { head: { ...head, length: 5 } },
    { head: { ...head, hash: hash(5) } },
    { receipts: receipts.slice(1) },
    { receipts: receipts.toReversed() },
  ]
  const digests = await Promise.all(changes.map((change) => frozenDigest({ ...frozen, ...change })))
  assert.equal(new Set(digests).size, changes.length)
})
